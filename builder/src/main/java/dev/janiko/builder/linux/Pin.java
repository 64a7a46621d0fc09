package dev.janiko.builder.linux;

/**
 * Whatever a name stood for at one moment, held without being opened (O_PATH): no device acts, no
 * pipe waits, no link is followed.
 *
 * <p>What can be done with it is to look at it and to mount on it, where a name could by now be
 * another's. Used by one thread at a time.
 */
public final class Pin implements AutoCloseable {
  private final Descriptor descriptor;

  Pin(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** What is held. */
  public Stat stat() throws LinuxException {
    return descriptor.stat();
  }

  /** A path of this process that leads exactly here; valid until it is closed. */
  public UnixPath path() {
    return UnixPath.ofRaw(descriptor.selfPath());
  }

  /** Lets go. A second call does nothing. */
  @Override
  public void close() {
    descriptor.close();
  }

  /** The path that it was found by, for messages. */
  @Override
  public String toString() {
    return descriptor.toString();
  }
}
