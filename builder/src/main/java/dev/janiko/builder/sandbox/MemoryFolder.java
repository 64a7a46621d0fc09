package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.LockFile;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/**
 * A folder in memory for what shall not come to a disk, outside the root of any image. It is
 * removed when it is closed; if its process is killed before, when {@link #removeAbandoned} is
 * called next.
 */
final class MemoryFolder implements AutoCloseable {
  private static final String PREFIX = "janiko-";
  private static final String LOCK = "lock";
  private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");
  private static final List<Path> PLACES = List.of(Path.of("/dev/shm"), Path.of("/run"));
  private static final int MOUNT_POINT_FIELD = 4;

  private final Path folder;
  private final LockFile lock;

  private MemoryFolder(Path folder, LockFile lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /** Makes one, where this machine has a file system in memory for all; else nothing. */
  static Optional<MemoryFolder> open() throws IOException {
    for (Path place : places()) {
      if (Files.isWritable(place)) {
        return Optional.of(openIn(place));
      }
    }
    return Optional.empty();
  }

  private static MemoryFolder openIn(Path place) throws IOException {
    Path folder = Files.createTempDirectory(place, PREFIX);
    LockFile lock = LockFile.open(folder.resolve(LOCK));
    if (!lock.tryExclusive()) {
      lock.close();
      throw new IOException("somebody else has locked " + folder);
    }
    // Other users' commands get at their own files by names that they are told.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    return new MemoryFolder(folder, lock);
  }

  private static List<Path> places() throws IOException {
    String mounts = new String(Files.readAllBytes(MOUNT_INFO), StandardCharsets.ISO_8859_1);
    return PLACES.stream().filter(place -> isInMemory(place, mounts)).toList();
  }

  /** Whether the last file system mounted on a place is a tmpfs. */
  static boolean isInMemory(Path place, String mountInfo) {
    return mountInfo
        .lines()
        .map(line -> line.split(" ", -1))
        .filter(fields ->
            fields.length > MOUNT_POINT_FIELD && fields[MOUNT_POINT_FIELD].equals(place.toString()))
        .reduce((_, last) -> last)
        .map(fields -> String.join(" ", fields).contains(" - tmpfs "))
        .orElse(false);
  }

  /** Whether a raw path leads into a folder such as these, there still or not. */
  static boolean isOne(String path) {
    return PLACES.stream().anyMatch(place -> path.startsWith(place + "/" + PREFIX));
  }

  /** Removes what killed processes have left. */
  static void removeAbandoned() throws IOException {
    for (Path place : places()) {
      try (DirectoryStream<Path> folders = Files.newDirectoryStream(place, PREFIX + "*")) {
        for (Path folder : folders) {
          removeIfAbandoned(folder);
        }
      }
    }
  }

  private static void removeIfAbandoned(Path folder) {
    if (!Files.isRegularFile(folder.resolve(LOCK))) {
      return;
    }
    try (LockFile lock = LockFile.open(folder.resolve(LOCK))) {
      if (lock.tryExclusive()) {
        remove(folder);
      }
    } catch (IOException expected) {
      // Another user's, or just being removed: nothing of ours.
      return;
    }
  }

  private static void remove(Path folder) throws LinuxException {
    Path place = folder.toAbsolutePath().getParent();
    if (place != null) {
      try (Dir parent = Dir.open(place)) {
        parent.removeTree(UnixPath.of(String.valueOf(folder.getFileName())).raw());
      }
    }
  }

  /** Where it is. */
  Path path() {
    return folder;
  }

  /** Removes it with all that is in it. */
  @Override
  public void close() throws IOException {
    try {
      remove(folder);
    } finally {
      lock.close();
    }
  }
}
