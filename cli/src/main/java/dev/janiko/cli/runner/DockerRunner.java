package dev.janiko.cli.runner;

import dev.janiko.builder.Layering;
import dev.janiko.builder.docker.EngineBuildRequest;
import dev.janiko.builder.docker.EngineBuilder;
import dev.janiko.builder.docker.EngineClient;
import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.options.BuildOptions;
import dev.janiko.cli.registry.RegistrySettings;
import dev.janiko.registry.auth.RegistryCredentials;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.image.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Hands a command line to a Docker engine. */
public final class DockerRunner implements BuildRunner {
  private final EngineClient engine;
  private final EngineBuildRequest.Manner manner;
  private final Map<String, String> environment;

  /**
   * Sets a runner up.
   *
   * @param engine builds
   * @param manner how it builds
   * @param environment the process's
   */
  public DockerRunner(
      EngineClient engine, EngineBuildRequest.Manner manner, Map<String, String> environment) {
    this.engine = engine;
    this.manner = manner;
    this.environment = Map.copyOf(environment);
  }

  /** Where layers are kept while they are on their way. */
  static Path workFolder(Map<String, String> environment) {
    String temporary = environment.getOrDefault("TMPDIR", "");
    return Path.of(temporary.isEmpty() ? "/tmp" : temporary, "janiko");
  }

  @Override
  public int run(BuildOptions options, BuildListener listener) {
    Optional<String> refusal = refusal(options);
    if (refusal.isPresent()) {
      listener.on(BuildFailed.of(refusal.get()));
      return ExitCode.USAGE;
    }
    CompletableFuture<Integer> result = new CompletableFuture<>();
    // Sockets of a virtual thread let themselves be interrupted.
    Thread building =
        Thread.ofVirtual()
            .name("engine-build")
            .start(() -> {
              try {
                result.complete(build(options, listener));
              } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
              }
            });
    try {
      return result.get();
    } catch (InterruptedException e) {
      building.interrupt();
      await(building);
      Thread.currentThread().interrupt();
      return ExitCode.INTERRUPTED;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static void await(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException again) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<String> refusal(BuildOptions options) {
    if (options.cache().isPresent()) {
      return Optional.of("--cache is not for --backend docker: --docker-cache uses the engine's");
    }
    if (!options.layering().equals(Layering.USUAL)) {
      return Optional.of(
          "--single-snapshot, --compression, --reproducible and the times of files are not for"
              + " --backend docker: the engine makes the layers");
    }
    if (options.place().materialize()) {
      return Optional.of("--materialize is not for --backend docker: the engine has the files");
    }
    if (options.place().isolation() != BuildOptions.Isolation.AUTO) {
      return Optional.of("--isolation is not for --backend docker: the engine isolates commands");
    }
    if (options.platforms().stream().anyMatch(platform -> !platform.equals(Platform.host()))) {
      return Optional.of("--platform is not for --backend docker: the engine builds for its own");
    }
    if (!options.source().named().isEmpty()) {
      return Optional.of("--build-context is not for --backend docker");
    }
    if (options.mounts().secrets().values().stream()
        .anyMatch(BuildOptions.SecretSource.Variable.class::isInstance)) {
      return Optional.of("--secret with env is not for --backend docker: give a file by src");
    }
    return Optional.empty();
  }

  /**
   * What docker's command reads itself.
   *
   * @throws IllegalArgumentException if something is not there
   */
  private EngineBuildRequest.Mounts mounts(BuildOptions.Mounts given) {
    new MountMaterial(environment).read(given);
    Map<String, Path> secrets = new HashMap<>();
    given
        .secrets()
        .forEach((id, source) -> {
          if (source instanceof BuildOptions.SecretSource.File file) {
            secrets.put(id, file.path().toAbsolutePath());
          }
        });
    return new EngineBuildRequest.Mounts(secrets, given.agents());
  }

  private int build(BuildOptions options, BuildListener listener) {
    EngineBuildRequest request;
    try {
      request =
          new EngineBuildRequest(
              options.source(),
              options.target(),
              options.buildArgs(),
              options.labels(),
              mounts(options.mounts()),
              manner,
              BuilderRunner.outputs(options.outputs()),
              workFolder(environment));
    } catch (IllegalArgumentException e) {
      listener.on(BuildFailed.of(String.valueOf(e.getMessage())));
      return ExitCode.USAGE;
    }
    RegistrySettings settings = options.registries();
    try (RegistryClient pull = settings.client(false, environment, new Transfers(listener));
        RegistryClient push = settings.client(true, environment, new Transfers(listener))) {
      new EngineBuilder(
              engine,
              new EngineBuilder.Means(
                  pull,
                  push,
                  RegistryCredentials.of(environment, settings.credentials()),
                  environment))
          .build(request, listener);
      return ExitCode.OK;
    } catch (BuildException e) {
      return e.kind() == BuildException.Kind.INTERRUPTED ? ExitCode.INTERRUPTED : e.exitCode();
    } catch (IOException e) {
      listener.on(BuildFailed.of(String.valueOf(e.getMessage())));
      return ExitCode.FAILURE;
    }
  }
}
