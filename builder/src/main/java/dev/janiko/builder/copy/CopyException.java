package dev.janiko.builder.copy;

import java.io.IOException;

/** A copy that the language does not allow, such as a folder onto a file. */
public final class CopyException extends IOException {
  private static final long serialVersionUID = 1;

  /** Says what cannot be copied, with paths inside the image. */
  public CopyException(String message) {
    super(message);
  }
}
