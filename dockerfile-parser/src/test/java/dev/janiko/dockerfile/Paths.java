package dev.janiko.dockerfile;

import dev.janiko.dockerfile.pattern.SlashPath;
import java.util.Random;

/** Paths that a pattern may or may not match. */
final class Paths {
  private Paths() {}

  /** A path made of the pattern's own text, with wildcards filled in and pieces changed. */
  static String like(String pattern, Random random) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (random.nextInt(12) == 0) {
        continue;
      }
      switch (c) {
        case '*' -> path.append(random.nextBoolean() ? "" : random.nextBoolean() ? "ab" : "x/y");
        case '?' -> path.append((char) ('a' + random.nextInt(3)));
        case '[', ']', '!', '\\' -> {
          // Stands for no character of its own.
        }
        default -> path.append(c);
      }
      if (random.nextInt(20) == 0) {
        path.append(random.nextBoolean() ? "/" : ".");
      }
    }
    String clean = SlashPath.clean("/" + path).substring(1);
    return clean.isEmpty() ? "a" : clean;
  }
}
