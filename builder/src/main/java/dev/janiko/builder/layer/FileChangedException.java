package dev.janiko.builder.layer;

import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;

/** A file of a layer was being written to while the layer was made, twice in a row. */
public final class FileChangedException extends IOException {
  private final UnixPath path;

  /**
   * Names the file.
   *
   * @param path from the root
   */
  public FileChangedException(UnixPath path) {
    super(
        "/"
            + path
            + " changed while it was read for the layer; a process that the step started may"
            + " still be writing to it");
    this.path = path;
  }

  /** Which file, from the root. */
  public UnixPath path() {
    return path;
  }
}
