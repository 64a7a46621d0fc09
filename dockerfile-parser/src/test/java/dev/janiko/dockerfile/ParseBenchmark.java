package dev.janiko.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.dockerfile.check.BuildChecks;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How long a Dockerfile of 10,000 lines takes when the machine is warm. Prints a table. */
@Tag("bench")
final class ParseBenchmark {
  private static final int LINES = 10_000;
  private static final int WARM_UP = 60;
  private static final int ROUNDS = 101;
  private static final double NANOS_PER_MILLI = 1e6;

  /** The corpus over and over, as one file of that many lines. */
  private static String corpus() {
    StringBuilder text = new StringBuilder();
    int lines = 0;
    while (lines < LINES) {
      for (Map.Entry<String, String> file : new TreeMap<>(Corpus.FILES).entrySet()) {
        boolean windows = file.getKey().startsWith("windows");
        String body = file.getValue().replace("\r", "").replace("\ufeff", "").strip();
        if (!windows && lines < LINES && !body.endsWith("\\")) {
          text.append(body).append("\n\n");
          lines += (int) body.lines().count() + 1;
        }
      }
    }
    return text.toString();
  }

  private static String commands() {
    StringBuilder text = new StringBuilder("FROM debian:bookworm\n");
    for (int i = 1; i < LINES; i++) {
      switch (i % 4) {
        case 0 -> text.append("RUN apt-get install -y --no-install-recommends package-" + i);
        case 1 -> text.append("COPY --chown=1000:1000 src/file-" + i + " /srv/app/");
        case 2 -> text.append("ENV NAME_" + i + "=\"value ${OTHER:-" + i + "}\"");
        default -> text.append("# " + i);
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String continued() {
    return "FROM debian:bookworm\nRUN true" + " \\\n && echo some words".repeat(LINES - 2) + "\n";
  }

  private interface Work {
    int run();
  }

  private static void row(String name, Work work) {
    int total = 0;
    for (int i = 0; i < WARM_UP; i++) {
      total += work.run();
    }
    long[] times = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      total += work.run();
      times[i] = System.nanoTime() - start;
    }
    assertThat(total).isPositive();
    Arrays.sort(times);
    System.out.printf(
        Locale.ROOT,
        "| %-42s | %8.2f | %8.2f | %8.2f |%n",
        name,
        times[0] / NANOS_PER_MILLI,
        times[ROUNDS / 2] / NANOS_PER_MILLI,
        times[ROUNDS * 95 / 100] / NANOS_PER_MILLI);
  }

  @Test
  void tenThousandLines() {
    String corpus = corpus();
    String commands = commands();
    String continued = continued();
    assertThat(corpus.lines().count()).isGreaterThanOrEqualTo(LINES);
    Dockerfile parsed = DockerfileParser.parse(corpus, "Dockerfile");
    System.out.printf(
        "| %-42s | %8s | %8s | %8s |%n", "10,000 lines", "least ms", "median", "95 %");
    System.out.println(
        "|--------------------------------------------|---------:|---------:|---------:|");
    row("parse: kinds of Dockerfiles", () -> DockerfileParser.parse(corpus, "f").stages().size());
    row(
        "parse: RUN, COPY, ENV, comments",
        () -> DockerfileParser.parse(commands, "f").stages().size());
    row("parse: one RUN, continued", () -> DockerfileParser.parse(continued, "f").stages().size());
    row("print: kinds of Dockerfiles", () -> parsed.print().length());
    row("check: kinds of Dockerfiles", () -> 1 + BuildChecks.of(parsed).run().size());
  }
}
