package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

/**
 * An inline document: {@code <<NAME}, its lines, and the terminator.
 *
 * @param name the terminator, quotes removed; COPY and ADD take it as the file's name
 * @param content the lines between as they stand, each with its line end
 * @param expand whether variables are expanded in it (no part of the name was quoted)
 * @param chomp whether it was written {@code <<-}, so that leading tabs do not count
 * @param fileDescriptor the number before {@code <<}, 0 when there is none
 */
public record Heredoc(
    String name, String content, boolean expand, boolean chomp, long fileDescriptor) {
  /** Refuses absent parts. */
  public Heredoc {
    requireNonNull(name, "name is null");
    requireNonNull(content, "content is null");
  }

  /** The content, without the tabs that begin its lines if {@link #chomp()}. */
  public String text() {
    if (!chomp) {
      return content;
    }
    StringBuilder text = new StringBuilder(content.length());
    boolean atStart = true;
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      if (atStart && c == '\t') {
        continue;
      }
      text.append(c);
      atStart = c == '\n';
    }
    return text.toString();
  }

  /** Whether the content names its own interpreter, as scripts do with {@code #!}. */
  public boolean hasInterpreter() {
    return text().startsWith("#!");
  }
}
