package dev.janiko.cli.invocation;

/** A command line that cannot be meant. Its message says what to change. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes one.
   *
   * @param message what is wrong, and what to do about it, for people
   */
  public UsageException(String message) {
    super(message);
  }
}
