package dev.janiko.builder.fakeroot;

/** How a call is answered, unless it fails with the errno of an exception. */
sealed interface Reply {
  /** What most calls return. */
  Reply DONE = new Value(0);

  /** The kernel does it. */
  Reply PROCEED = new Proceed();

  /** It was answered while it was handled. */
  Reply SENT = new Sent();

  /** The call returns a value. */
  record Value(long value) implements Reply {}

  /** See {@link #PROCEED}. */
  record Proceed() implements Reply {}

  /** See {@link #SENT}. */
  record Sent() implements Reply {}
}
