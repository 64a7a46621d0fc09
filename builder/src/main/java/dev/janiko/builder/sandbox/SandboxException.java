package dev.janiko.builder.sandbox;

import java.io.IOException;

/** The sandbox could not do what was asked: what, why, and what would help. */
public final class SandboxException extends IOException {
  /** Says what failed. */
  public SandboxException(String message) {
    super(message);
  }

  /** Says what failed and keeps the reason. */
  public SandboxException(String message, Throwable cause) {
    super(message, cause);
  }
}
