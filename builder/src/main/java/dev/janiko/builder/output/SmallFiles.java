package dev.janiko.builder.output;

import dev.janiko.registry.Digest;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** Writes the files that say what was made. */
final class SmallFiles {
  private SmallFiles() {}

  static void write(Outputs.DigestFiles files, List<ImageReference> names, Digest digest)
      throws IOException {
    write(files.digest(), digest.toString());
    StringBuilder plain = new StringBuilder();
    StringBuilder tagged = new StringBuilder();
    StringBuilder json = new StringBuilder();
    for (ImageReference name : names) {
      plain.append(name.name()).append('@').append(digest).append('\n');
      tagged
          .append(name.name())
          .append(':')
          .append(name.tagOrLatest())
          .append('@')
          .append(digest)
          .append('\n');
      json.append(
          "{\"name\":\"%s:%s\",\"digest\":\"%s\"}%n"
              .formatted(name.name(), name.tagOrLatest(), digest));
    }
    write(files.nameWithDigest(), plain.toString());
    write(files.nameTagWithDigest(), tagged.toString());
    write(files.images(), json.toString());
  }

  private static void write(Optional<Path> file, String text) throws IOException {
    if (file.isEmpty()) {
      return;
    }
    Path target = file.get().toAbsolutePath();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Files.createDirectories(target.getParent());
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      Files.write(target, bytes);
      return;
    }
    Path beside = target.resolveSibling(target.getFileName() + ".partial");
    try {
      Files.write(beside, bytes);
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      writeInPlace(target, beside, bytes);
    } catch (FileSystemException e) {
      if (!Files.exists(target)) {
        throw e;
      }
      // A file that was mounted by itself (a pod's termination log) cannot be replaced.
      writeInPlace(target, beside, bytes);
    }
  }

  private static void writeInPlace(Path target, Path beside, byte[] bytes) throws IOException {
    Files.deleteIfExists(beside);
    Files.write(target, bytes);
  }
}
