package dev.janiko.builder.cache;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Folders in a folder, which appear and go whole: any number of processes may share them. What
 * killed ones left is not seen, and removed by and by.
 */
final class WholeFolders {
  private static final String TEMPORARY = ".part-";

  private final Path folder;

  /** Those in a folder, which must be there when the first one is put there. */
  WholeFolders(Path folder) {
    this.folder = folder;
  }

  /** Fills a folder. */
  interface Filling {
    void fill(Path part) throws IOException;
  }

  /** Puts a folder there, in place of one of the same name. */
  void put(String name, Filling filling) throws IOException {
    Path part = folder.resolve(TEMPORARY + UUID.randomUUID());
    try {
      filling.fill(part);
      if (!appears(part, name)) {
        remove(name);
        // Another process may have put its own there meanwhile, which is as good.
        appears(part, name);
      }
    } finally {
      removeTree(part);
    }
  }

  /** Removes a folder, if it is there. */
  void remove(String name) throws IOException {
    Path old = folder.resolve(TEMPORARY + UUID.randomUUID());
    try {
      Files.move(folder.resolve(name), old, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException expected) {
      return;
    }
    removeTree(old);
  }

  /** The folders that are there. */
  List<Path> all() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> found = Files.list(folder)) {
      return found
          .filter(path -> !String.valueOf(path.getFileName()).startsWith("."))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    }
  }

  /** When a folder was put there, or last renewed. */
  static Instant time(Path entry) throws IOException {
    return Files.getLastModifiedTime(entry).toInstant();
  }

  /** The bytes of the files in a folder. */
  static long size(Path entry) throws IOException {
    long size = 0;
    try (Stream<Path> files = Files.walk(entry)) {
      for (Path file : files.toList()) {
        size += Files.isRegularFile(file) ? Files.size(file) : 0;
      }
    }
    return size;
  }

  private boolean appears(Path part, String name) throws IOException {
    Path entry = folder.resolve(name);
    try {
      Files.move(part, entry, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (FileSystemException e) {
      if (!Files.isDirectory(entry)) {
        throw e;
      }
      return false;
    }
  }

  private static void removeTree(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> found = Files.walk(tree)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }
}
