package dev.janiko.builder.step;

import dev.janiko.dockerfile.Command;
import dev.janiko.dockerfile.HealthTest;
import dev.janiko.dockerfile.text.GoDuration;
import dev.janiko.registry.image.Healthcheck;
import java.util.ArrayList;
import java.util.List;

/** HEALTHCHECK as the config keeps it, and as the history tells it. */
final class Healthchecks {
  private Healthchecks() {}

  static Healthcheck config(HealthTest test) {
    return switch (test) {
      case HealthTest.None _ -> Healthcheck.none();
      case HealthTest.Check check ->
          new Healthcheck(
              testOf(check.command()),
              check.interval(),
              check.timeout(),
              check.startPeriod(),
              check.startInterval(),
              check.retries());
    };
  }

  private static List<String> testOf(Command command) {
    List<String> words = new ArrayList<>();
    switch (command) {
      case Command.Exec exec -> {
        words.add("CMD");
        words.addAll(exec.args());
      }
      case Command.Shell shell -> {
        words.add("CMD-SHELL");
        words.add(shell.script());
      }
    }
    return List.copyOf(words);
  }

  static String text(Healthcheck check) {
    return "{Test:["
        + String.join(" ", check.test())
        + "] Interval:"
        + GoDuration.print(check.interval())
        + " Timeout:"
        + GoDuration.print(check.timeout())
        + " StartPeriod:"
        + GoDuration.print(check.startPeriod())
        + " StartInterval:"
        + GoDuration.print(check.startInterval())
        + " Retries:"
        + check.retries()
        + "}";
  }
}
