package dev.janiko.cli.foreign;

import dev.janiko.cli.invocation.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Kaniko's environment variables that change nothing here. */
public final class KanikoVariables {
  /** The beginning of the names of switches for what is always so here. */
  public static final String SWITCHES = "FF_KANIKO_";

  /** Why each of the others has no effect. */
  public static final Map<String, String> WITHOUT_EFFECT =
      Map.of(
          "SNAPSHOT_TIMEOUT_DURATION", "finding changes does not read files",
          "BENCHMARK_FILE", "times are in --log-format json and in janiko build --report",
          "STACKLOG_PATH", "use --verbosity debug",
          "KANIKO_CLEANUP", "the file system is always left as it was found",
          "KANIKO_PRE_CLEANUP", "the file system is always moved aside before a build",
          "KANIKO_PRESERVE_CONTEXT", "the file system is always left as it was found",
          "KANIKO_IGNORE_ASSERTIONS", "there are none to ignore",
          "KANIKO_TELEMETRY_ENDPOINT", "nothing is reported to anybody",
          "KANIKO_TELEMETRY_OMIT_DOCKERFILE", "nothing is reported to anybody");

  private KanikoVariables() {}

  /** What to tell about those that are set, a line each. */
  public static List<String> notes(Map<String, String> environment) {
    List<String> notes = new ArrayList<>();
    new TreeMap<>(environment)
        .forEach((name, value) -> {
          String why = WITHOUT_EFFECT.get(name);
          if (why != null && !value.isEmpty()) {
            notes.add(name + " has no effect: " + why);
          } else if (name.startsWith(SWITCHES)) {
            notes.add(name + " has no effect: builds are as docker's builder does them");
          }
        });
    return notes;
  }

  /** Whether a variable is true; unset is not. */
  public static boolean isTrue(Map<String, String> environment, String name) {
    String value = environment.getOrDefault(name, "");
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "", "0", "f", "false" -> false;
      case "1", "t", "true" -> true;
      default -> throw new UsageException(name + " is true or false, not " + value);
    };
  }
}
