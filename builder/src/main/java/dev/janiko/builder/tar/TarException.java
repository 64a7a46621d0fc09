package dev.janiko.builder.tar;

import java.io.IOException;

/** An archive that is broken, breaks a limit, or says what tar cannot express. */
public final class TarException extends IOException {

  /**
   * Describes what is wrong.
   *
   * @param message what, where in the archive
   */
  public TarException(String message) {
    super(message);
  }
}
