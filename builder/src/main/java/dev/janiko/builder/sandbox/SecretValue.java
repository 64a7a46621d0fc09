package dev.janiko.builder.sandbox;

import java.nio.charset.StandardCharsets;

/** Bytes that nobody but a command shall see. Immutable. */
public final class SecretValue {
  private final byte[] bytes;

  private SecretValue(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A secret of bytes. */
  public static SecretValue of(byte[] bytes) {
    return new SecretValue(bytes.clone());
  }

  /** A secret of text, in UTF-8. */
  public static SecretValue of(String text) {
    return new SecretValue(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The bytes as text; what is not UTF-8 is replaced. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Tells nothing. */
  @Override
  public String toString() {
    return "(secret)";
  }
}
