package dev.janiko.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.progress.Window;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A signal lets the build undo what it did, and gives the exit code. */
class SignalTest {
  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130"})
  void buildIsUndoneAndTheSignalTold(String signal, int code) throws Exception {
    Process process = start("wait");
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).isEqualTo("running");
      new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
      assertThat(out.readLine()).isEqualTo("undone");
    }
    assertThat(process.waitFor()).isEqualTo(code);
  }

  @Test
  void buildThatEndsByItselfIsNotWaitedFor() throws Exception {
    assertThat(start("end").waitFor()).isEqualTo(3);
  }

  private static Process start(String argument) throws Exception {
    // Shells make what they start in the background deaf to SIGINT; these tests may be started so.
    return new ProcessBuilder(
            "env",
            "--default-signal=INT",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName(),
            argument)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The program that is signalled. */
  static final class Program {
    private Program() {}

    /** Waits to be interrupted, or ends. */
    public static void main(String[] args) {
      Surroundings surroundings =
          new Surroundings(Map.of(), "amd64", System.out, System.err, Optional::<Window>empty);
      int code =
          new CommandLineInterface(
                  surroundings,
                  (_, _) -> args[0].equals("wait") ? waitForInterruption() : 3,
                  (_, _) -> true)
              .run("executor", "--no-push");
      System.exit(code);
    }

    private static int waitForInterruption() {
      System.out.println("running");
      try {
        Thread.sleep(60_000);
        return 4;
      } catch (InterruptedException expected) {
        System.out.println("undone");
        return ExitCode.FAILURE;
      }
    }
  }
}
