package dev.janiko.registry.transport;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** What the user gave us for TLS cannot be used: asking again does not help. */
public final class TlsSetupException extends IOException {
  private static final long serialVersionUID = 1L;

  TlsSetupException(String what, Exception cause) {
    super(what + ": " + reason(cause), cause);
  }

  private static String reason(Exception cause) {
    return cause instanceof NoSuchFileException missing
        ? "there is no file " + missing.getFile()
        : String.valueOf(cause.getMessage());
  }
}
