package dev.janiko.builder.step;

import java.util.Locale;
import java.util.Set;

/**
 * Which signals STOPSIGNAL takes: a positive number, or a name of signal(7) with or without SIG.
 */
final class StopSignals {
  private static final Set<String> NAMES =
      Set.of(
          "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT",
          "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM",
          "TRAP", "TSTP", "TTIN", "TTOU", "UNUSED", "URG", "USR1", "USR2", "VTALRM", "WINCH",
          "XCPU", "XFSZ");
  private static final int REAL_TIME_SPAN = 15;

  private StopSignals() {}

  static boolean isValid(String signal) {
    if (signal.matches("\\d{1,9}")) {
      return Integer.parseInt(signal) != 0;
    }
    String name = signal.toUpperCase(Locale.ROOT);
    name = name.startsWith("SIG") ? name.substring(3) : name;
    return NAMES.contains(name) || isRealTime(name);
  }

  private static boolean isRealTime(String name) {
    if (name.equals("RTMIN") || name.equals("RTMAX")) {
      return true;
    }
    if (!name.matches("RTMIN\\+\\d{1,2}|RTMAX-\\d{1,2}")) {
      return false;
    }
    int distance = Integer.parseInt(name.substring("RTMIN+".length()));
    return distance > 0 && distance <= REAL_TIME_SPAN;
  }
}
