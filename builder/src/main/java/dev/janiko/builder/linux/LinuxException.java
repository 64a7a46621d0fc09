package dev.janiko.builder.linux;

import static java.util.Objects.requireNonNull;

import java.io.IOException;

/** A system call that failed: which one, on what, and with which errno. */
public final class LinuxException extends IOException {

  private final String call;
  private final Errno errno;

  /**
   * Describes one failed call.
   *
   * @param call the name of the call with its telling arguments, such as {@code mkdirat(usr/bin)}
   * @param errno what the kernel answered
   */
  public LinuxException(String call, Errno errno) {
    super(requireNonNull(call, "call is null") + ": " + errno.text());
    this.call = call;
    this.errno = errno;
  }

  /** The call and its arguments. */
  public String call() {
    return call;
  }

  /** What the kernel answered. */
  public Errno errno() {
    return errno;
  }
}
