package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Text that is not a valid Dockerfile, or a word of one that cannot be expanded.
 *
 * <p>The message is BuildKit's where BuildKit has one. The place is known as far as the thrower
 * knew it: {@link #at} adds it on the way up. Immutable.
 */
public final class DockerfileException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int CONTEXT_LINES = 2;

  private final transient Place place;

  /** What is known about where and how; all but the message. */
  private record Place(
      Optional<String> fileName,
      Optional<SourceRange> range,
      Optional<String> culprit,
      Optional<String> hint) {
    static final Place UNKNOWN =
        new Place(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private DockerfileException(String message, Place place) {
    super(requireNonNull(message, "message is null"));
    this.place = place;
  }

  /** An error with no place yet. */
  public static DockerfileException of(String message) {
    return new DockerfileException(message, Place.UNKNOWN);
  }

  /** An error at lines of the Dockerfile. */
  public static DockerfileException of(SourceRange range, String message) {
    return of(message).at(range);
  }

  /** This error at those lines, if it has no place yet. */
  public DockerfileException at(SourceRange range) {
    requireNonNull(range, "range is null");
    if (place.range().isPresent()) {
      return this;
    }
    return with(
        getMessage(),
        new Place(place.fileName(), Optional.of(range), place.culprit(), place.hint()));
  }

  /** This error at those lines, whatever place it had. */
  DockerfileException moved(SourceRange range) {
    return with(
        getMessage(),
        new Place(place.fileName(), Optional.of(range), Optional.empty(), place.hint()));
  }

  /** This error in the file of that name. */
  public DockerfileException in(String fileName) {
    requireNonNull(fileName, "fileName is null");
    return with(
        getMessage(),
        new Place(Optional.of(fileName), place.range(), place.culprit(), place.hint()));
  }

  /** This error about a piece of the text as written, which a caret will point to. */
  public DockerfileException about(String culprit) {
    requireNonNull(culprit, "culprit is null");
    return with(
        getMessage(),
        new Place(place.fileName(), place.range(), Optional.of(culprit), place.hint()));
  }

  /** This error with a sentence that says what to do. */
  public DockerfileException withHint(String hint) {
    requireNonNull(hint, "hint is null");
    return with(
        getMessage(),
        new Place(place.fileName(), place.range(), place.culprit(), Optional.of(hint)));
  }

  /** This error with a sentence that says what to do, if it has none. */
  DockerfileException withHintUnlessGiven(String hint) {
    return place.hint().isPresent() ? this : withHint(hint);
  }

  /** This error with another message. */
  DockerfileException withMessage(String message) {
    return with(message, place);
  }

  private DockerfileException with(String message, Place newPlace) {
    DockerfileException exception = new DockerfileException(message, newPlace);
    exception.setStackTrace(getStackTrace());
    return exception;
  }

  /** The message; BuildKit's wording, without file name and excerpt. */
  @Override
  public String getMessage() {
    return requireNonNull(super.getMessage(), "message is null");
  }

  /** The file it is about, if known. */
  public Optional<String> fileName() {
    return place.fileName();
  }

  /** The lines it is about, if known. */
  public Optional<SourceRange> range() {
    return place.range();
  }

  /** The piece of the text that it is about, as written there, if known. */
  public Optional<String> culprit() {
    return place.culprit();
  }

  /** What to do about it, if there is something to say beyond the message. */
  public Optional<String> hint() {
    return place.hint();
  }

  /**
   * The column of the caret in the given text, counted from 1 in UTF-16 units.
   *
   * @param text the Dockerfile's text
   * @return the column in the line {@link #line} tells, or empty if no place is known
   */
  public OptionalInt column(String text) {
    return caret(text).map(it -> OptionalInt.of(it.column())).orElse(OptionalInt.empty());
  }

  /** The line of the caret in the given text, counted from 1; empty if no place is known. */
  public OptionalInt line(String text) {
    return caret(text).map(it -> OptionalInt.of(it.line())).orElse(OptionalInt.empty());
  }

  private Optional<Caret> caret(String text) {
    return place.range().map(range -> Caret.find(text.lines().toList(), range, place.culprit()));
  }

  /**
   * The error for people: file, line and column, the lines around with {@code >>>} at those it is
   * about and a caret below the word, the message, and the hint.
   *
   * @param text the Dockerfile's text, from which the excerpt is taken
   */
  public String describe(String text) {
    requireNonNull(text, "text is null");
    StringBuilder out = new StringBuilder();
    Optional<Caret> caret = caret(text);
    if (place.range().isPresent() && caret.isPresent()) {
      out.append(place.fileName().orElse("Dockerfile"))
          .append(':')
          .append(caret.get().line())
          .append(':')
          .append(caret.get().column())
          .append('\n');
      excerpt(out, text.lines().toList(), caret.get());
    } else {
      place.fileName().ifPresent(name -> out.append(name).append(": "));
    }
    out.append(getMessage());
    place.hint().ifPresent(hint -> out.append('\n').append(hint));
    return out.toString();
  }

  private void excerpt(StringBuilder out, List<String> lines, Caret caret) {
    SourceRange range = place.range().orElseThrow();
    String rule = "-".repeat(20) + "\n";
    out.append(rule);
    int from = Math.max(1, range.startLine() - CONTEXT_LINES);
    int to = Math.min(lines.size(), range.endLine() + CONTEXT_LINES);
    for (int line = from; line <= to; line++) {
      String mark = range.contains(line) ? ">>> " : "    ";
      out.append(String.format("%4d | %s%s\n", line, mark, lines.get(line - 1)));
      if (line == caret.line()) {
        String before = lines.get(line - 1).substring(0, caret.column() - 1);
        // Tabs stay tabs, so that the caret stands below its word whatever their width.
        String blanks = before.replaceAll("[^\t]", " ");
        out.append("     |     ").append(blanks).append("^\n");
      }
    }
    out.append(rule);
  }
}
