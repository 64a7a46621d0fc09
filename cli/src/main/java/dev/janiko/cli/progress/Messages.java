package dev.janiko.cli.progress;

import dev.janiko.builder.event.BuildEvent.Level;

/** How messages for people begin. */
final class Messages {
  private Messages() {}

  static String line(Level level, String text) {
    return switch (level) {
      case DEBUG -> "debug: " + text;
      case INFO -> text;
      case WARNING -> "WARNING: " + text;
      case ERROR -> "ERROR: " + text;
    };
  }
}
