package dev.janiko.builder.linux;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A path as Linux has it: bytes without NUL, parted by slashes, in no particular encoding.
 *
 * <p>{@link java.nio.file.Path} cannot hold names that are not valid in the locale's encoding; this
 * can. The bytes are kept one per char in a Latin-1 string ({@link #raw()}), which Java stores
 * compactly and compares in byte order. Immutable.
 */
public final class UnixPath implements Comparable<UnixPath> {
  private static final char SEPARATOR = '/';

  private final String raw;

  private UnixPath(String raw) {
    this.raw = raw;
  }

  /** A path from text, encoded as UTF-8. */
  public static UnixPath of(String text) {
    return ofBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A path from its bytes. */
  public static UnixPath ofBytes(byte[] bytes) {
    return ofRaw(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  /**
   * A path from its bytes, one per char.
   *
   * @throws IllegalArgumentException if a char is NUL or above 255
   */
  public static UnixPath ofRaw(String raw) {
    requireNonNull(raw, "raw is null");
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == 0 || c > 0xff) {
        throw new IllegalArgumentException("not a path byte: " + (int) c + " at " + i);
      }
    }
    return new UnixPath(raw);
  }

  /** The bytes, one per char (Latin-1). */
  public String raw() {
    return raw;
  }

  /** The bytes. */
  public byte[] bytes() {
    return raw.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Whether it begins at the root. */
  public boolean isAbsolute() {
    return !raw.isEmpty() && raw.charAt(0) == SEPARATOR;
  }

  /** The names between slashes; empty ones and {@code .} are left out, {@code ..} is kept. */
  public List<String> rawNames() {
    List<String> names = new ArrayList<>();
    int start = 0;
    while (start <= raw.length()) {
      int end = raw.indexOf(SEPARATOR, start);
      if (end < 0) {
        end = raw.length();
      }
      String name = raw.substring(start, end);
      if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
      start = end + 1;
    }
    return List.copyOf(names);
  }

  /** This path with another below it; an absolute other is taken as relative to this one. */
  public UnixPath resolve(UnixPath other) {
    String below = other.raw;
    while (!below.isEmpty() && below.charAt(0) == SEPARATOR) {
      below = below.substring(1);
    }
    if (below.isEmpty()) {
      return this;
    }
    if (raw.isEmpty() || raw.charAt(raw.length() - 1) == SEPARATOR) {
      return new UnixPath(raw + below);
    }
    return new UnixPath(raw + SEPARATOR + below);
  }

  /** This path with a name of text below it, encoded as UTF-8. */
  public UnixPath resolve(String other) {
    return resolve(of(other));
  }

  @Override
  public int compareTo(UnixPath other) {
    return raw.compareTo(other.raw);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UnixPath path && path.raw.equals(raw);
  }

  @Override
  public int hashCode() {
    return raw.hashCode();
  }

  /** The path for people: decoded as UTF-8, with replacement characters where it is not. */
  @Override
  public String toString() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }
}
