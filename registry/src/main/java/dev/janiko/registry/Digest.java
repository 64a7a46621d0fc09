package dev.janiko.registry;

import static java.util.Objects.requireNonNull;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The digest of some bytes, as {@code algorithm:hex} (OCI image-spec, descriptor.md).
 *
 * <p>The two registered algorithms that registries serve are known: {@code sha256} and {@code
 * sha512}. Values are strict: lower-case hexadecimal of exactly the algorithm's length.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex the hash in lower-case hexadecimal
 */
public record Digest(String algorithm, String hex) {
  private static final String SHA256 = "sha256";
  private static final String SHA512 = "sha512";

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the algorithm is unknown or the hash malformed
   */
  public Digest {
    requireNonNull(algorithm, "algorithm is null");
    requireNonNull(hex, "hex is null");
    int length = hexLength(algorithm);
    if (length < 0) {
      throw new IllegalArgumentException(
          "unsupported digest algorithm \"" + algorithm + "\": expected sha256 or sha512");
    }
    if (!isLowerHex(hex, length)) {
      throw new IllegalArgumentException(
          "invalid digest \"" + algorithm + ":" + hex + "\": expected " + length + " hex digits");
    }
  }

  /**
   * Parses {@code algorithm:hex}.
   *
   * @throws IllegalArgumentException if the text is not a digest of a known algorithm
   */
  public static Digest parse(String text) {
    requireNonNull(text, "text is null");
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "invalid digest \"" + text + "\": expected algorithm:hex, such as sha256:…");
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  /** Says whether {@link #parse} would take the text. */
  public static boolean isValid(String text) {
    requireNonNull(text, "text is null");
    int colon = text.indexOf(':');
    if (colon < 0) {
      return false;
    }
    int length = hexLength(text.substring(0, colon));
    return length > 0 && isLowerHex(text.substring(colon + 1), length);
  }

  /** The SHA-256 digest of the bytes. */
  public static Digest sha256Of(byte[] bytes) {
    MessageDigest hasher = sha256Hasher();
    hasher.update(requireNonNull(bytes, "bytes is null"));
    return ofSha256(hasher);
  }

  /**
   * The SHA-256 digest that a hasher from {@link #sha256Hasher} has come to; the hasher is reset.
   *
   * @param hasher a SHA-256 hasher that was fed all bytes
   */
  public static Digest ofSha256(MessageDigest hasher) {
    return new Digest(SHA256, HexFormat.of().formatHex(hasher.digest()));
  }

  /** A fresh hasher of the SHA-256 algorithm. */
  public static MessageDigest sha256Hasher() {
    return hasher("SHA-256");
  }

  /** A fresh hasher of this digest's algorithm, to verify bytes against it. */
  public MessageDigest newHasher() {
    return hasher(algorithm.equals(SHA512) ? "SHA-512" : "SHA-256");
  }

  /**
   * Says whether the hasher, fed all bytes, came to this digest; the hasher is reset.
   *
   * @param hasher one made by {@link #newHasher}
   */
  public boolean matches(MessageDigest hasher) {
    return HexFormat.of().formatHex(hasher.digest()).equals(hex);
  }

  /** Says whether the bytes have this digest. */
  public boolean matches(byte[] bytes) {
    MessageDigest hasher = newHasher();
    hasher.update(bytes);
    return matches(hasher);
  }

  /** The digest as {@code algorithm:hex}. */
  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }

  private static int hexLength(String algorithm) {
    return switch (algorithm) {
      case SHA256 -> 64;
      case SHA512 -> 128;
      default -> -1;
    };
  }

  private static boolean isLowerHex(String text, int length) {
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    return true;
  }

  private static MessageDigest hasher(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime lacks " + name, e);
    }
  }
}
