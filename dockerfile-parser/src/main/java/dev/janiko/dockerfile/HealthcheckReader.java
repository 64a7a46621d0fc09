package dev.janiko.dockerfile;

import dev.janiko.dockerfile.InstructionFlags.Kind;
import dev.janiko.dockerfile.text.GoDuration;
import dev.janiko.dockerfile.text.GoQuote;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** HEALTHCHECK, which has more to check than others. */
final class HealthcheckReader {
  private static final Duration SHORTEST = Duration.ofMillis(1);

  private HealthcheckReader() {}

  static Instruction read(Node node) {
    List<String> args = node.args();
    if (args.isEmpty()) {
      throw DockerfileException.of("HEALTHCHECK requires at least one argument");
    }
    String type = args.getFirst().toUpperCase(Locale.ROOT);
    List<String> rest = args.subList(1, args.size());
    if (type.equals("NONE")) {
      if (!rest.isEmpty()) {
        throw DockerfileException.of("HEALTHCHECK NONE takes no arguments");
      }
      return new Instruction.Healthcheck(node.source(), new HealthTest.None());
    }
    InstructionFlags flags =
        InstructionFlags.read(
            node,
            Map.of(
                "interval", Kind.STRING,
                "timeout", Kind.STRING,
                "start-period", Kind.STRING,
                "start-interval", Kind.STRING,
                "retries", Kind.STRING));
    if (!type.equals("CMD")) {
      throw DockerfileException.of(
              "Unknown type " + GoQuote.quote(type) + " in HEALTHCHECK (try CMD)")
          .about(args.getFirst());
    }
    if (rest.isEmpty()) {
      throw DockerfileException.of("Missing command after HEALTHCHECK CMD");
    }
    Command command =
        node.json() ? new Command.Exec(rest) : new Command.Shell(String.join(" ", rest), List.of());
    return new Instruction.Healthcheck(
        node.source(),
        new HealthTest.Check(
            interval(flags, "interval"),
            interval(flags, "timeout"),
            interval(flags, "start-period"),
            interval(flags, "start-interval"),
            retries(flags.string("retries").orElse("0")),
            command));
  }

  private static Duration interval(InstructionFlags flags, String name) {
    String text = flags.string(name).orElse("0");
    Duration duration;
    try {
      duration = GoDuration.parse(text);
    } catch (IllegalArgumentException e) {
      throw DockerfileException.of(String.valueOf(e.getMessage())).about("--" + name);
    }
    if (!duration.isZero() && duration.compareTo(SHORTEST) < 0) {
      throw DockerfileException.of("Interval " + GoQuote.quote(name) + " cannot be less than 1ms")
          .about("--" + name);
    }
    return duration;
  }

  private static int retries(String text) {
    String failure = "strconv.ParseInt: parsing " + GoQuote.quote(text) + ": ";
    if (!text.matches("[+-]?[0-9]+")) {
      throw DockerfileException.of(failure + "invalid syntax").about("--retries");
    }
    int retries;
    try {
      retries = Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw DockerfileException.of(failure + "value out of range").about("--retries");
    }
    if (retries < 0) {
      throw DockerfileException.of("--retries cannot be negative (" + retries + ")")
          .about("--retries");
    }
    return retries;
  }
}
