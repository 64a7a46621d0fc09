package dev.janiko.builder.store;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.file.Path;

/** Removing work folders, which hold files of any name that images may have. */
final class WorkFolders {
  private WorkFolders() {}

  /** Removes a folder with all below it, if it is there. */
  static void remove(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    String name = UnixPath.of(String.valueOf(folder.getFileName())).raw();
    try (Dir dir = Dir.open(parent)) {
      if (dir.find(name).isPresent()) {
        dir.removeTree(name);
      }
    }
  }
}
