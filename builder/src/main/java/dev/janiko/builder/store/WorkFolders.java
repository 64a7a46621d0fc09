package dev.janiko.builder.store;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.file.Path;

/** Removing work folders, which hold files of any name that images may have. */
final class WorkFolders {
  private WorkFolders() {}

  /** Removes a folder with all below it, if it is there. */
  static void remove(Path folder) throws IOException {
    Path parent = requireNonNull(folder.toAbsolutePath().getParent(), "the root is no work folder");
    String name = UnixPath.of(String.valueOf(folder.getFileName())).raw();
    try (Dir dir = Dir.open(parent)) {
      if (dir.find(name).isPresent()) {
        dir.removeTree(name);
      }
    }
  }
}
