package dev.janiko.builder.step;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.dockerfile.Instruction;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which word of an instruction a failure is about. */
final class Culprit {
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s=,\"'\\[\\]]+");
  private static final Pattern START_OF_PATH = Pattern.compile("^(\\.?/)+");
  private static final int SHORTEST = 2;

  private Culprit() {}

  /**
   * A failure with its place: the instruction, and in it the longest word that the message names. A
   * command that failed is at fault as a whole.
   */
  static BuildException placed(BuildException failure, Instruction instruction) {
    BuildException placed = failure.at(instruction.range());
    if (failure.kind() == Kind.COMMAND || failure.kind() == Kind.INTERRUPTED) {
      return placed;
    }
    return named(instruction.source().original(), String.valueOf(failure.getMessage()))
        .map(placed::orAbout)
        .orElse(placed);
  }

  private static Optional<String> named(String text, String message) {
    return BETWEEN_WORDS
        .splitAsStream(text)
        .skip(1) // the keyword
        .filter(word -> isIn(message, START_OF_PATH.matcher(word).replaceFirst("")))
        .max(Comparator.comparingInt(String::length));
  }

  private static boolean isIn(String message, String word) {
    if (word.length() < SHORTEST) {
      return false;
    }
    for (int at = message.indexOf(word); at >= 0; at = message.indexOf(word, at + 1)) {
      if (isEnd(message, at - 1) && isEnd(message, at + word.length())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isEnd(String message, int index) {
    return index < 0
        || index >= message.length()
        || !Character.isLetterOrDigit(message.charAt(index));
  }
}
