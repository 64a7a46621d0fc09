package dev.janiko.builder.event;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The place in a Dockerfile that an error is about.
 *
 * @param fileName the file's name as its user would say it
 * @param source all lines of the file, without line ends
 * @param lines which of them the error is about
 */
public record Excerpt(String fileName, List<String> source, Lines lines) {
  /** Keeps its own copy of the lines. */
  public Excerpt {
    requireNonNull(fileName, "fileName is null");
    source = List.copyOf(source);
    requireNonNull(lines, "lines is null");
  }
}
