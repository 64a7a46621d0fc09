package dev.janiko.builder.docker;

import static java.util.Objects.requireNonNull;

import java.io.IOException;

/** An engine that does not answer, or not as it was asked. The message says what to do. */
public final class EngineException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** Why an engine did not do what it was asked. */
  public enum Reason {
    /** Nobody answers there, perhaps only not yet. */
    UNREACHABLE,
    /** It and we do not trust each other, or do not speak the same way. */
    REFUSED,
    /** It answered with an error. */
    FAILED,
    /** It stopped answering in the middle. */
    GONE
  }

  EngineException(Reason reason, String message) {
    super(message);
    this.reason = requireNonNull(reason, "reason is null");
  }

  EngineException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = requireNonNull(reason, "reason is null");
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
