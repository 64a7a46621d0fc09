package dev.janiko.cli.options;

import dev.janiko.builder.event.BuildEvent.Level;
import dev.janiko.cli.invocation.UsageException;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The flags that say how much is told, and how. Kaniko's spellings. */
public final class LogFlags {
  @Option(
      names = {"-v", "--verbosity"},
      paramLabel = "LEVEL",
      description = "What to tell: panic, fatal, error, warn, info, debug or trace.")
  String verbosity = "info";

  @Option(
      names = "--log-format",
      paramLabel = "FORM",
      description = "How to tell it: text, color or json.")
  String format = "color";

  @Option(
      names = "--log-timestamp",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Begin each line with the time.")
  private boolean timestamp;

  /** Returns the least important messages to show. */
  public Level level() {
    return switch (verbosity.toLowerCase(Locale.ROOT)) {
      case "panic", "fatal", "error" -> Level.ERROR;
      case "warn", "warning" -> Level.WARNING;
      case "info" -> Level.INFO;
      case "debug", "trace" -> Level.DEBUG;
      default ->
          throw new UsageException(
              "--verbosity is panic, fatal, error, warn, info, debug or trace, not " + verbosity);
    };
  }

  /** Whether each line begins with the time. */
  public boolean timestamp() {
    return timestamp;
  }

  /** Returns whether causes of failures are shown in full. */
  public boolean debug() {
    return level() == Level.DEBUG;
  }

  /** Returns whether events shall be JSON. */
  public boolean json() {
    return form().equals("json");
  }

  /** Returns whether colours are welcome. */
  public boolean color() {
    return form().equals("color");
  }

  private String form() {
    return switch (format) {
      case "text", "color", "json" -> format;
      default -> throw new UsageException("--log-format is text, color or json, not " + format);
    };
  }
}
