package dev.janiko.builder.failure;

import static java.util.Objects.requireNonNull;

import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.SourceRange;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A build that cannot go on, with everything a person needs to mend it.
 *
 * <p>The message is one sentence for people and holds no secrets. {@link #location()} names the
 * lines of the Dockerfile at fault, {@link #hint()} what to do, {@link #exitCode()} what the
 * process should answer.
 */
public final class BuildException extends RuntimeException {
  /** What went wrong, in kind. */
  public enum Kind {
    /** The Dockerfile says something that is wrong or not supported. */
    DOCKERFILE,
    /** The build context cannot be read, or lacks something. */
    CONTEXT,
    /** A base image cannot be had. */
    BASE_IMAGE,
    /** A command of the Dockerfile failed. */
    COMMAND,
    /** This place does not allow what the build needs. */
    SANDBOX,
    /** The image cannot be written or pushed. */
    OUTPUT,
    /** The build was interrupted. */
    INTERRUPTED
  }

  private static final int FAILURE = 1;

  private final Kind kind;
  private final transient Details details;

  private BuildException(Kind kind, String message, Details details, @Nullable Throwable cause) {
    super(requireNonNull(message, "message is null"), cause);
    this.kind = requireNonNull(kind, "kind is null");
    this.details = details;
  }

  /** A failure without a place in the Dockerfile. */
  public static BuildException of(Kind kind, String message) {
    return new BuildException(kind, message, Details.NONE, null);
  }

  /**
   * A failure with what caused it. What a {@link DockerfileException} knows of place and remedy is
   * taken over.
   */
  public static BuildException of(Kind kind, String message, Throwable cause) {
    return new BuildException(kind, message, Details.of(cause), cause);
  }

  /** A failure of the lines given. */
  public static BuildException at(SourceRange range, Kind kind, String message) {
    return of(kind, message).at(range);
  }

  /** A command that ended with another exit code than 0; the code becomes the process's. */
  public static BuildException command(String message, int exitCode, List<String> lastOutput) {
    Details details =
        new Details(
            Place.UNKNOWN, Optional.empty(), exitCode == 0 ? FAILURE : exitCode, lastOutput);
    return new BuildException(Kind.COMMAND, message, details, null);
  }

  /** This failure, with the lines of the Dockerfile at fault unless it names some already. */
  public BuildException at(SourceRange range) {
    if (details.place.lines.isPresent()) {
      return this;
    }
    return copy(details.in(new Place(Optional.of(range), details.place.culprit)));
  }

  /** This failure, about a piece of the Dockerfile as written there, which a caret points to. */
  public BuildException about(String culprit) {
    return copy(details.in(new Place(details.place.lines, Optional.of(culprit))));
  }

  /** This failure, about a piece of the Dockerfile unless it is about another one. */
  public BuildException orAbout(String culprit) {
    return details.place.culprit.isPresent() ? this : about(culprit);
  }

  /** This failure, with what to do about it. */
  public BuildException withHint(String hint) {
    Details hinted =
        new Details(details.place, Optional.of(hint), details.exitCode, details.lastOutput);
    return copy(hinted);
  }

  /** What went wrong, in kind. */
  public Kind kind() {
    return kind;
  }

  /** The lines of the Dockerfile at fault. */
  public Optional<SourceRange> location() {
    return details.place.lines;
  }

  /** The piece of those lines at fault, as written, if it is known. */
  public Optional<String> culprit() {
    return details.place.culprit;
  }

  /** What to do about it. */
  public Optional<String> hint() {
    return details.hint;
  }

  /** The exit code for the process: a failing command's own, else 1. */
  public int exitCode() {
    return details.exitCode;
  }

  /** The last lines that a failing command printed, oldest first. */
  public List<String> lastOutput() {
    return details.lastOutput;
  }

  private BuildException copy(Details changed) {
    BuildException copy = new BuildException(kind, String.valueOf(getMessage()), changed, this);
    copy.setStackTrace(getStackTrace());
    return copy;
  }

  private record Place(Optional<SourceRange> lines, Optional<String> culprit) {
    static final Place UNKNOWN = new Place(Optional.empty(), Optional.empty());
  }

  private record Details(
      Place place, Optional<String> hint, int exitCode, List<String> lastOutput) {
    static final Details NONE = new Details(Place.UNKNOWN, Optional.empty(), FAILURE, List.of());

    static Details of(Throwable cause) {
      return cause instanceof DockerfileException e
          ? new Details(new Place(e.range(), e.culprit()), e.hint(), FAILURE, List.of())
          : NONE;
    }

    Details in(Place other) {
      return new Details(other, hint, exitCode, lastOutput);
    }

    Details {
      lastOutput = List.copyOf(lastOutput);
    }
  }
}
