package dev.janiko.builder.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.janiko.builder.context.BuildContext;
import dev.janiko.builder.docker.EngineException.Reason;
import dev.janiko.builder.event.BuildEvent.Outcome;
import dev.janiko.builder.failure.BuildException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A build by an engine's BuildKit, driven by docker's command: BuildKit wants a session of its own
 * protocol, which that command speaks.
 */
final class CommandBuild {
  private static final Pattern LINE = Pattern.compile("#(\\d+) (.*)");
  private static final Pattern STEP = Pattern.compile("\\[(?:(\\S+) )?(\\d+)/(\\d+)] (.*)");
  private static final Pattern TIMED = Pattern.compile("\\d+\\.\\d+ (.*)");
  private static final Pattern PULLED =
      Pattern.compile("sha256:(\\w{12})\\w* ([\\d.]+)([kMGT]?)B / ([\\d.]+)([kMGT]?)B.*");
  private static final Pattern EXIT = Pattern.compile(".*exit code: (\\d+).*");
  private static final int TAIL = 20;
  private static final long LONGEST_END_SECONDS = 10;

  private final DockerCommand command;
  private final EngineAddress address;
  private final StepReport steps;
  private final Deque<String> tail = new ArrayDeque<>();

  CommandBuild(DockerCommand command, EngineAddress address, StepReport steps) {
    this.command = command;
    this.address = address;
    this.steps = steps;
  }

  /**
   * Builds.
   *
   * @return the id of the image
   * @throws BuildException if the command fails; the message is its last error
   */
  String run(EngineBuildRequest request, BuildContext context, String tag) throws IOException {
    Path id = request.work().resolve("image-id");
    ProcessBuilder builder =
        new ProcessBuilder(arguments(request, context, tag, id))
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile());
    builder.environment().putAll(command.variables(address));
    builder.environment().put("DOCKER_BUILDKIT", "1");
    builder.environment().put("BUILDKIT_PROGRESS", "plain");
    request
        .buildArgs()
        .forEach((name, value) -> {
          if (byName(name)) {
            builder.environment().put(name, value);
          }
        });
    int code = await(builder.start());
    if (code != 0) {
      throw failure(code);
    }
    steps.end(Outcome.DONE);
    if (!Files.exists(id)) {
      throw new EngineException(Reason.FAILED, "docker's command did not tell the image's id");
    }
    return Files.readString(id).strip();
  }

  /** Listens to the command in another thread, as reading from a pipe cannot be interrupted. */
  private int await(Process process) throws IOException {
    FutureTask<Boolean> reading =
        new FutureTask<>(() -> {
          read(process);
          return true;
        });
    Thread.ofVirtual().name("docker-output").start(reading);
    try {
      int code = process.waitFor();
      boolean whole = reading.get();
      return whole ? code : 1;
    } catch (InterruptedException e) {
      end(process);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the Docker engine built");
    } catch (ExecutionException e) {
      throw new IOException("the output of docker's command cannot be read", e.getCause());
    } finally {
      process.destroy();
    }
  }

  /** Asks the command to end, upon which it ends the engine's build, too, and waits for that. */
  private static void end(Process process) {
    process.destroy();
    try {
      boolean ended = process.waitFor(LONGEST_END_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
  }

  private List<String> arguments(
      EngineBuildRequest request, BuildContext context, String tag, Path id) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command.program().toString(),
                "build",
                "--progress=plain",
                "--iidfile",
                id.toString(),
                "--tag",
                tag,
                "--file",
                context.dockerfile().toString()));
    request.target().ifPresent(target -> arguments.addAll(List.of("--target", target)));
    request.manner().network().ifPresent(network -> arguments.add("--network=" + network));
    if (!request.manner().cache()) {
      arguments.add("--no-cache");
    }
    request
        .buildArgs()
        .forEach((name, value) ->
            arguments.addAll(List.of("--build-arg", byName(name) ? name : name + "=" + value)));
    request
        .labels()
        .forEach((name, value) -> arguments.addAll(List.of("--label", name + "=" + value)));
    request
        .mounts()
        .secrets()
        .forEach(
            (name, file) -> arguments.addAll(List.of("--secret", "id=" + name + ",src=" + file)));
    request
        .mounts()
        .agents()
        .forEach((name, socket) -> arguments.addAll(List.of("--ssh", name + "=" + socket)));
    arguments.add(context.folder().toString());
    return arguments;
  }

  /**
   * Whether an argument's value goes by the environment, as everyone on this machine sees command
   * lines; those that mean something to docker's command itself cannot.
   */
  private static boolean byName(String argument) {
    return System.getenv(argument) == null && !argument.startsWith("DOCKER_");
  }

  private void read(Process process) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        tail.addLast(line);
        if (tail.size() > TAIL) {
          tail.removeFirst();
        }
        Matcher numbered = LINE.matcher(line);
        if (numbered.matches()) {
          told(Integer.parseInt(numbered.group(1)), numbered.group(2));
        }
      }
    }
  }

  private void told(int id, String text) {
    Matcher step = STEP.matcher(text);
    Matcher timed = TIMED.matcher(text);
    Matcher pulled = PULLED.matcher(text);
    if (pulled.matches()) {
      steps.pulled(
          pulled.group(1),
          bytes(pulled.group(2), pulled.group(3)),
          bytes(pulled.group(4), pulled.group(5)));
    } else if (step.matches()) {
      if (!steps.runs(id)) {
        steps.started(
            id, Integer.parseInt(step.group(2)), Integer.parseInt(step.group(3)), step.group(4));
      }
    } else if (text.startsWith("DONE")) {
      steps.finished(id, Outcome.DONE);
    } else if (text.equals("CACHED")) {
      steps.finished(id, Outcome.CACHED);
    } else if (text.startsWith("ERROR")) {
      steps.finished(id, Outcome.FAILED);
    } else if (timed.matches()) {
      steps.output(id, timed.group(1));
    }
  }

  /** A number of bytes as BuildKit writes it: in decimal units, with four digits at most. */
  private static long bytes(String number, String unit) {
    int thousands = unit.isEmpty() ? 0 : 1 + "kMGT".indexOf(unit);
    return new BigDecimal(number).movePointRight(3 * thousands).longValue();
  }

  private BuildException failure(int code) {
    steps.end(Outcome.CANCELED);
    List<String> lines = List.copyOf(tail);
    String message =
        lines.reversed().stream()
            .filter(line -> !line.isBlank())
            .findFirst()
            .orElse("exit code " + code);
    Matcher exit = EXIT.matcher(message);
    String said = "docker build says: " + message;
    return exit.matches()
        ? BuildException.command(said, Integer.parseInt(exit.group(1)), lines)
        : BuildException.of(BuildException.Kind.DOCKERFILE, said);
  }
}
