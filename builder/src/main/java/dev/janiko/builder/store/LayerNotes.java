package dev.janiko.builder.store;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * What is known of each layer besides its files: a small file beside the layers holds its size, and
 * that file's time is when the layer was used last. Notes may be missing; they are made anew then.
 * Safe for use by several threads and processes.
 */
final class LayerNotes {
  /** What an entry takes on the disk besides its content, about: its inode and half a block. */
  private static final long ENTRY_BYTES = 2048;

  private final Path folder;

  LayerNotes(Path folder) {
    this.folder = folder;
  }

  /** Writes the size of a layer that is used now. */
  void write(String layer, long size) throws IOException {
    Path part = Files.createTempFile(folder, "note-", ".tmp");
    Files.write(part, Long.toString(size).getBytes(StandardCharsets.UTF_8));
    Files.move(part, folder.resolve(layer), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Notes that a layer is used now. */
  void used(String layer) throws IOException {
    try {
      Files.setLastModifiedTime(folder.resolve(layer), FileTime.from(Instant.now()));
    } catch (NoSuchFileException unknown) {
      // Its size is measured when it is asked for, and that counts as its last use.
    }
  }

  /** The size of a layer, measured if it is not known. */
  long size(String layer, Path tree) throws IOException {
    try {
      return Long.parseLong(Files.readString(folder.resolve(layer)).strip());
    } catch (NoSuchFileException | NumberFormatException unknown) {
      long size = measure(tree);
      write(layer, size);
      return size;
    }
  }

  Instant lastUsed(String layer) throws IOException {
    return Files.getLastModifiedTime(folder.resolve(layer)).toInstant();
  }

  void forget(String layer) throws IOException {
    Files.deleteIfExists(folder.resolve(layer));
  }

  /** About what a tree takes, counted from what is in it. */
  static long estimate(long entries, long bytes) {
    return bytes + entries * ENTRY_BYTES;
  }

  private static long measure(Path tree) throws IOException {
    try (Dir dir = Dir.open(tree)) {
      return measure(dir, new HashSet<>());
    }
  }

  private static long measure(Dir dir, Set<Long> linked) throws IOException {
    long size = 0;
    for (DirEntry entry : dir.entries()) {
      if (entry.stat().isDirectory()) {
        try (Dir below = dir.openDir(entry.name())) {
          size += estimate(1, measure(below, linked));
        }
      } else if (entry.stat().links() == 1 || linked.add(entry.stat().inode())) {
        size += estimate(1, entry.stat().size());
      }
    }
    return size;
  }
}
