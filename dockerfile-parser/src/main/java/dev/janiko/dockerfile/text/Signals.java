package dev.janiko.dockerfile.text;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** The names of Linux signals, as STOPSIGNAL takes them. */
public final class Signals {
  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
          "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS");
  private static final int FIRST_REAL_TIME = 34;
  private static final int LAST_REAL_TIME = 64;
  private static final int SPREAD = 15;

  private Signals() {}

  /**
   * The number of a signal: a positive number, or a name with or without {@code SIG}, in any case.
   *
   * @return empty if there is no such signal
   */
  public static OptionalInt number(String signal) {
    if (signal.matches("[+-]?\\d+")) {
      return numeric(signal);
    }
    String upper = signal.toUpperCase(Locale.ROOT);
    String name = upper.startsWith("SIG") ? upper.substring(3) : upper;
    return switch (name) {
      case "CLD" -> OptionalInt.of(17);
      case "IOT" -> OptionalInt.of(6);
      case "POLL" -> OptionalInt.of(29);
      case "RTMIN" -> OptionalInt.of(FIRST_REAL_TIME);
      case "RTMAX" -> OptionalInt.of(LAST_REAL_TIME);
      default -> {
        int index = NAMES.indexOf(name);
        yield index >= 0 ? OptionalInt.of(index + 1) : realTime(name);
      }
    };
  }

  private static OptionalInt numeric(String text) {
    try {
      int number = Integer.parseInt(text);
      return number == 0 ? OptionalInt.empty() : OptionalInt.of(number);
    } catch (NumberFormatException _) {
      return OptionalInt.empty();
    }
  }

  private static OptionalInt realTime(String name) {
    if (!name.matches("RTMIN\\+[1-9]\\d?|RTMAX-[1-9]\\d?")) {
      return OptionalInt.empty();
    }
    int offset = Integer.parseInt(name.substring(6));
    boolean up = name.charAt(5) == '+';
    if (offset > (up ? SPREAD : SPREAD - 1)) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(up ? FIRST_REAL_TIME + offset : LAST_REAL_TIME - offset);
  }
}
