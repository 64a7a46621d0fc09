package dev.janiko.builder.fetch;

import java.io.IOException;

/** Something could not be fetched, or is not what it should be. Names no credentials. */
public final class FetchException extends IOException {
  private static final long serialVersionUID = 1;

  /** Says what could not be fetched, and why. */
  public FetchException(String message) {
    super(message);
  }

  /** Says the same of a failure. */
  public FetchException(String message, Throwable cause) {
    super(message, cause);
  }
}
