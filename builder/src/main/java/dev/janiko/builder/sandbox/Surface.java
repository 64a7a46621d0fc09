package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.UserIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What this place lets a step have of the system's own file systems.
 *
 * @param nested whether this is a user namespace
 * @param ownProcesses whether /proc can be mounted anew; the kernel refuses it in a user namespace
 *     where something of the present one is covered, as containers have it
 * @param allGroups whether there are groups beside root's
 */
record Surface(boolean nested, boolean ownProcesses, boolean allGroups) {
  private static final Path MOUNT_INFO = Path.of("/proc/thread-self/mountinfo");

  /** This place's. */
  static Surface here() throws IOException {
    UserIds ids = UserIds.ofThisProcess();
    if (ids.areTheMachines()) {
      return new Surface(false, true, true);
    }
    try (Stream<String> lines = Files.lines(MOUNT_INFO, StandardCharsets.ISO_8859_1)) {
      boolean whole = lines.noneMatch(Surface::coversProcesses);
      return new Surface(true, whole, ids.sufficeForImages());
    }
  }

  /** What is mounted on an empty directory, as binfmt_misc is, hides nothing. */
  private static boolean coversProcesses(String line) {
    String[] fields = line.split(" ", -1);
    String place = fields[4];
    return place.startsWith("/proc/") && !place.equals("/proc/sys/fs/binfmt_misc");
  }
}
