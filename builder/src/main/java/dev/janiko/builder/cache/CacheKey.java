package dev.janiko.builder.cache;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Names all that a layer depends on. Equal keys mean equal dependencies.
 *
 * @param hex a SHA-256 in 64 lower-case hexadecimal digits, which also is a valid tag
 */
public record CacheKey(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if it is another
   */
  public CacheKey {
    if (!isValid(hex)) {
      throw new IllegalArgumentException("not a cache key: " + hex);
    }
  }

  /** Whether a text is a key. */
  static boolean isValid(String text) {
    return FORM.matcher(text).matches();
  }

  /**
   * Begins a key.
   *
   * @param kind what it is for, such as {@code RUN}; keys of different kinds never meet
   */
  public static Parts of(String kind) {
    return new Parts().add("kind", kind);
  }

  @Override
  public String toString() {
    return hex;
  }

  /**
   * The parts of a key, in the order in which they are added. Names, values and counts are framed
   * by their lengths, so no two different lists of parts look alike. Used by one thread.
   */
  public static final class Parts {
    /** Changes whenever the meaning of keys or entries does. */
    private static final String VERSION = "janiko layers 1";

    private final MessageDigest hash;

    private Parts() {
      try {
        hash = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java runtime has SHA-256", e);
      }
      frame(VERSION);
    }

    /** Adds a named text. */
    public Parts add(String name, String value) {
      frame(name);
      frame("text");
      frame(value);
      return this;
    }

    /** Adds a named list of texts. */
    public Parts add(String name, List<String> values) {
      frame(name);
      frame("list");
      number(values.size());
      values.forEach(this::frame);
      return this;
    }

    /** Adds a flag. */
    public Parts add(String name, boolean value) {
      return add(name, Boolean.toString(value));
    }

    /** Adds another key. */
    public Parts add(String name, CacheKey key) {
      return add(name, key.hex());
    }

    private void frame(String text) {
      byte[] bytes = requireNonNull(text).getBytes(StandardCharsets.UTF_8);
      number(bytes.length);
      hash.update(bytes);
    }

    private void number(int value) {
      hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(value).flip());
    }

    /** The key of all parts; nothing can be added after. */
    public CacheKey key() {
      return new CacheKey(HexFormat.of().formatHex(hash.digest()));
    }
  }
}
