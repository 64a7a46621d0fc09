package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs. Safe for concurrent use. */
final class Shell {
  /** No command of these tests needs longer. */
  static final Duration LONGEST = Duration.ofMinutes(2);

  private final Path work;

  /** Keeps output in a folder. */
  Shell(Path work) {
    this.work = work;
  }

  /** Where output is kept. */
  Path work() {
    return work;
  }

  /**
   * How a program ended.
   *
   * @param code its exit code
   * @param output both its outputs
   */
  record Result(int code, String output) {
    /** Fails if the program failed. */
    Result good() {
      assertThat(code).as(output).isZero();
      return this;
    }
  }

  /** A program that runs, and the file of its output. */
  record Running(Process process, Path log) {
    /** Waits for its end; kills it and fails if that takes too long. */
    Result end(Duration longest) throws IOException, InterruptedException {
      boolean ended = process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      String output = output();
      assertThat(ended).as("ends within " + longest + ": " + output).isTrue();
      return new Result(process.exitValue(), output);
    }

    /** What it said so far. */
    String output() throws IOException {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    }
  }

  /** Runs a program to its end. */
  Result run(Map<String, String> environment, List<String> command) {
    try {
      return start(environment, command).end(LONGEST);
    } catch (IOException e) {
      throw new IllegalStateException(String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(String.join(" ", command), e);
    }
  }

  /** Runs a program to its end. */
  Result run(String... command) {
    return run(Map.of(), List.of(command));
  }

  /**
   * Starts a program without any input. It hears SIGINT even if these tests were started in the
   * background by a shell, which makes what it starts so deaf to it.
   */
  Running start(Map<String, String> environment, List<String> command) throws IOException {
    Path log = Files.createTempFile(work, "output", ".log");
    List<String> hearing = new ArrayList<>(List.of("env", "--default-signal=INT"));
    hearing.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(hearing);
    builder.environment().putAll(environment);
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    return new Running(process, log);
  }
}
