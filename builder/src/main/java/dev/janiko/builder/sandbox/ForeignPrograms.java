package dev.janiko.builder.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Whether programs of other machines run here, by an interpreter that the kernel was told of
 * (binfmt_misc, Linux's Documentation/admin-guide/binfmt-misc.rst).
 */
public final class ForeignPrograms {
  private static final Path REGISTERED = Path.of("/proc/sys/fs/binfmt_misc");
  private static final int MACHINE_AT = 18;

  /** The machine numbers of ELF files, as their two bytes are in them. */
  private static final Map<String, String> MACHINES =
      Map.of(
          "amd64", "3e00",
          "386", "0300",
          "arm", "2800",
          "arm64", "b700",
          "riscv64", "f300",
          "ppc64le", "1500",
          "s390x", "0016",
          "loong64", "0201");

  private final Path registered;

  private ForeignPrograms(Path registered) {
    this.registered = registered;
  }

  /** Those of this machine. */
  public static ForeignPrograms here() {
    return new ForeignPrograms(REGISTERED);
  }

  /** Those that a folder tells of in the kernel's way. */
  static ForeignPrograms in(Path folder) {
    return new ForeignPrograms(folder);
  }

  /**
   * Whether programs of an architecture can be run in any root. An interpreter counts only if the
   * kernel holds it open, since images do not have it.
   *
   * @param architecture as images name it, such as {@code arm64}
   */
  public boolean canRun(String architecture) {
    String machine = MACHINES.get(architecture);
    if (machine == null || !Files.isDirectory(registered)) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(registered)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (!name.equals("register") && !name.equals("status") && interprets(entry, machine)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean interprets(Path entry, String machine) throws IOException {
    boolean enabled = false;
    boolean held = false;
    boolean meant = false;
    List<String> lines = Files.readAllLines(entry);
    for (String line : lines) {
      enabled |= line.equals("enabled");
      held |= line.startsWith("flags:") && line.contains("F");
      if (line.startsWith("magic ")) {
        String magic = line.substring("magic ".length());
        int at = MACHINE_AT * 2;
        meant |=
            magic.startsWith(HexFormat.of().formatHex(new byte[] {0x7f, 'E', 'L', 'F'}))
                && magic.length() >= at + machine.length()
                && magic.startsWith(machine, at);
      }
    }
    return enabled && held && meant;
  }
}
