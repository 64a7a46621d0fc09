package dev.janiko.builder.event;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Something that happened in a build. A closed set: whoever shows events handles each of them. */
public sealed interface BuildEvent {

  /** How a step ended. */
  enum Outcome {
    /** It ran. */
    DONE,
    /** Its result was known already. */
    CACHED,
    /** It failed; the build ends. */
    FAILED,
    /** It was interrupted because the build ends. */
    CANCELED
  }

  /** Which way bytes travel. */
  enum Direction {
    /** From a registry to here. */
    PULL,
    /** From here to a registry. */
    PUSH
  }

  /** How important a message is. */
  enum Level {
    /** For those who look for the cause of a fault. */
    DEBUG,
    /** Good to know. */
    INFO,
    /** Probably not what was meant. */
    WARNING,
    /** The reason for a failure that does not end the build by itself. */
    ERROR
  }

  /**
   * The build began and its plan is known.
   *
   * @param dockerfile the Dockerfile's name
   * @param stages how many stages will be built
   * @param steps how many steps they have together
   */
  record BuildStarted(String dockerfile, int stages, int steps) implements BuildEvent {
    /** Checks the parts. */
    public BuildStarted {
      requireNonNull(dockerfile, "dockerfile is null");
    }
  }

  /**
   * A stage began.
   *
   * @param index the stage's place among those that are built, counted from 1
   * @param name its name, or its number when it has none
   * @param total how many stages are built
   */
  record StageStarted(int index, String name, int total) implements BuildEvent {
    /** Checks the parts. */
    public StageStarted {
      requireNonNull(name, "name is null");
    }
  }

  /**
   * A stage ended.
   *
   * @param index the stage's place, as in {@link StageStarted}
   * @param duration how long it took
   */
  record StageFinished(int index, Duration duration) implements BuildEvent {
    /** Checks the parts. */
    public StageFinished {
      requireNonNull(duration, "duration is null");
    }
  }

  /**
   * A step began.
   *
   * @param id the step's number in the whole build; later events name it
   * @param stage the name of its stage
   * @param number its place in the stage, counted from 1
   * @param total how many steps the stage has
   * @param text the instruction as it shall be shown, on one line
   * @param lines where it stands in the Dockerfile; empty for steps that stand nowhere in it
   */
  record StepStarted(
      int id, String stage, int number, int total, String text, Optional<Lines> lines)
      implements BuildEvent {
    /** Checks the parts. */
    public StepStarted {
      requireNonNull(stage, "stage is null");
      requireNonNull(text, "text is null");
      requireNonNull(lines, "lines is null");
    }
  }

  /**
   * A step's command wrote a line.
   *
   * @param id the step
   * @param line the line, without its end
   */
  record StepOutput(int id, String line) implements BuildEvent {
    /** Checks the parts. */
    public StepOutput {
      requireNonNull(line, "line is null");
    }

    /**
     * Returns the event for a line as it was written: UTF-8 with everything else replaced, and
     * without the line's end ({@code \n}, {@code \r\n}), should there be one.
     */
    public static StepOutput of(int id, byte[] line) {
      int end = line.length;
      if (end > 0 && line[end - 1] == '\n') {
        end--;
      }
      if (end > 0 && line[end - 1] == '\r') {
        end--;
      }
      return new StepOutput(id, new String(line, 0, end, StandardCharsets.UTF_8));
    }
  }

  /**
   * A step ended.
   *
   * @param id the step
   * @param duration how long it took
   * @param outcome how it ended
   */
  record StepFinished(int id, Duration duration, Outcome outcome) implements BuildEvent {
    /** Checks the parts. */
    public StepFinished {
      requireNonNull(duration, "duration is null");
      requireNonNull(outcome, "outcome is null");
    }
  }

  /**
   * Bytes travel between a registry and here. The transfer is over when {@code done} is {@code
   * total}; one of unknown size says its total with its last event.
   *
   * @param id names the transfer among all others of the build, such as a digest and a repository
   * @param what what travels, for people: a digest, an image's name
   * @param direction which way
   * @param done how many bytes have travelled
   * @param total how many will; negative when unknown
   */
  record TransferProgress(String id, String what, Direction direction, long done, long total)
      implements BuildEvent {
    /** Checks the parts. */
    public TransferProgress {
      requireNonNull(id, "id is null");
      requireNonNull(what, "what is null");
      requireNonNull(direction, "direction is null");
    }

    /** Returns whether nothing is left to travel. */
    public boolean finished() {
      return total >= 0 && done >= total;
    }
  }

  /**
   * A message for people.
   *
   * @param level its importance
   * @param text its text, without a line end
   */
  record Message(Level level, String text) implements BuildEvent {
    /** Checks the parts. */
    public Message {
      requireNonNull(level, "level is null");
      requireNonNull(text, "text is null");
    }
  }

  /**
   * A build check found something that is allowed and still likely a mistake.
   *
   * @param rule the check's name, such as {@code StageNameCasing}
   * @param message what is wrong here
   * @param about what the check asks for, and the page that explains it
   * @param excerpt the place in the Dockerfile
   */
  record Warned(String rule, String message, Advice about, Excerpt excerpt) implements BuildEvent {
    /** Checks the parts. */
    public Warned {
      requireNonNull(rule, "rule is null");
      requireNonNull(message, "message is null");
      requireNonNull(about, "about is null");
      requireNonNull(excerpt, "excerpt is null");
    }
  }

  /**
   * What a build check asks for.
   *
   * @param text a sentence
   * @param url the page that explains it
   */
  record Advice(String text, String url) {
    /** Checks the parts. */
    public Advice {
      requireNonNull(text, "text is null");
      requireNonNull(url, "url is null");
    }
  }

  /**
   * A phase of the build, such as {@code pull} or {@code push}, is over. Phases may overlap.
   *
   * @param name its name
   * @param duration how long it took
   */
  record PhaseFinished(String name, Duration duration) implements BuildEvent {
    /** Checks the parts. */
    public PhaseFinished {
      requireNonNull(name, "name is null");
      requireNonNull(duration, "duration is null");
    }
  }

  /**
   * The image is made and stands wherever it was to be put.
   *
   * @param digest the digest of its manifest
   * @param size the size in bytes of all its layers together
   * @param layers its layers, the base's first
   * @param destinations the names under which it was pushed, and the files that hold it
   */
  record ImageFinished(
      String digest, long size, List<LayerSummary> layers, List<String> destinations)
      implements BuildEvent {
    /** Keeps its own copies of the lists. */
    public ImageFinished {
      requireNonNull(digest, "digest is null");
      layers = List.copyOf(layers);
      destinations = List.copyOf(destinations);
    }
  }

  /**
   * The build failed; no event follows.
   *
   * @param message what went wrong, in one line, as a sentence part that can follow {@code ERROR:}
   * @param step the step that failed, if it was one
   * @param excerpt the place in the Dockerfile that is to blame, if one is
   * @param exitCode the exit code of the command that failed, if one did
   * @param hint what to do next, if there is something to say
   */
  record BuildFailed(
      String message,
      OptionalInt step,
      Optional<Excerpt> excerpt,
      OptionalInt exitCode,
      Optional<String> hint)
      implements BuildEvent {
    /** Checks the parts. */
    public BuildFailed {
      requireNonNull(message, "message is null");
      requireNonNull(step, "step is null");
      requireNonNull(excerpt, "excerpt is null");
      requireNonNull(exitCode, "exitCode is null");
      requireNonNull(hint, "hint is null");
    }

    /** Returns the failure of which nothing more is known than its message. */
    public static BuildFailed of(String message) {
      return new BuildFailed(
          message, OptionalInt.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty());
    }
  }
}
