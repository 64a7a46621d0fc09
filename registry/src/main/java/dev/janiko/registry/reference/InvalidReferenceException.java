package dev.janiko.registry.reference;

/** Text that names no image; the message is the one that Docker's tools give. */
public final class InvalidReferenceException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String reference;

  InvalidReferenceException(String reference, String message) {
    super(message);
    this.reference = reference;
  }

  /** The text that was refused. */
  public String reference() {
    return reference;
  }
}
