package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Capabilities;
import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.Namespaces;
import dev.janiko.builder.linux.UserIds;
import dev.janiko.builder.linux.UserNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What can be found out without changing anything. */
final class PlaceFindings {
  private static final Path ACTIONS = Path.of("/proc/sys/kernel/seccomp/actions_avail");

  /** Directories that images have, and whose files would be lost. */
  private static final List<String> LAYOUT =
      List.of(
          "bin", "boot", "etc", "home", "lib", "lib64", "media", "mnt", "opt", "root", "run",
          "sbin", "srv", "tmp", "usr", "var");

  private PlaceFindings() {}

  static Finding capability(String name, int number) throws IOException {
    return new Finding(
        name,
        Capabilities.has(number),
        "capget: effective 0x" + Long.toHexString(Capabilities.effective()));
  }

  static Finding users(UserIds ids) {
    String result =
        ids.areTheMachines()
            ? "all of the machine's"
            : ids.count() + " of a user namespace" + reason(System.getenv(Reentry.VARIABLE));
    return new Finding("users that images name", ids.sufficeForImages(), result);
  }

  private static String reason(@Nullable String note) {
    return note == null ? "" : " (" + note + ")";
  }

  static Finding rootPowers() throws IOException {
    boolean held = RootPowers.areHeld();
    String who = "user " + UserNamespace.user();
    return new Finding(
        "root's powers over files and users",
        held,
        held
            ? who + " with root's capabilities"
            : who
                + " without root's powers over other users (effective 0x"
                + Long.toHexString(Capabilities.effective())
                + "): root is played");
  }

  /** Whether a process can have another root; the one it has is tried. */
  static Finding changeOfRoot() {
    Optional<Errno> refused = Namespaces.refusalOfChroot();
    return new Finding(
        "another root directory for a command",
        refused.isEmpty(),
        "chroot: " + refused.map(Errno::text).orElse("ok"));
  }

  /** Whether the devices that programs need can be made and used. */
  static Finding devices(Path folder) {
    String what = "device nodes such as /dev/null";
    Path tried = folder.resolve("device");
    try {
      Files.createDirectories(folder);
      try (Dir dir = Dir.open(folder)) {
        ChrootFurniture.makeDevice(dir, "device", 1, 3);
        Files.write(tried, new byte[] {0});
      } finally {
        Files.deleteIfExists(tried);
      }
      return new Finding(what, true, "mknod, open: ok");
    } catch (IOException e) {
      return new Finding(what, false, String.valueOf(e.getMessage()));
    }
  }

  /** Whether root can be played for commands. */
  static Finding answeredCalls() throws IOException {
    boolean known = Files.exists(ACTIONS) && Files.readString(ACTIONS).contains("user_notif");
    return new Finding(
        "system calls answered for a command",
        known,
        known
            ? "seccomp: user_notif is available"
            : who()
                + " without root's capabilities, and the kernel cannot have its system calls"
                + " answered by another process (Linux 5.9 can)");
  }

  private static String who() {
    return "this is user " + UserNamespace.user();
  }

  /** Whether an ordinary user may put an image's files in the root directory. */
  static Finding openRootDirectory() {
    String what = "a root directory that is open to this user";
    if (!Files.isWritable(Path.of("/"))) {
      return new Finding(
          what,
          false,
          who()
              + " without root's capabilities, who may not write to the root directory; it takes an"
              + " engine that keeps the mode of an image's root directory, or to be root in the"
              + " container");
    }
    for (String name : LAYOUT) {
      Path directory = Path.of("/", name);
      if (Files.isDirectory(directory) && !Files.isWritable(directory)) {
        return new Finding(
            what,
            false,
            who()
                + " without root's capabilities, who may not write to /"
                + name
                + "; run the executor image as it is, with nothing mounted below /"
                + name);
      }
    }
    return new Finding(what, true, "access(W_OK): ok");
  }
}
