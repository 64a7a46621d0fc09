package dev.janiko.cli.lint;

import dev.janiko.builder.LintRequest;
import dev.janiko.builder.Linter;
import dev.janiko.builder.context.ContextSpec;
import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.cli.options.LintOptions;
import dev.janiko.cli.runner.Transfers;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Hands a command line to the builder's checks. */
public final class BuilderLintRunner implements LintRunner {
  private static final int MAX_BYTES = 16 << 20;

  private final Map<String, String> environment;
  private final InputStream input;

  /**
   * Sets a runner up.
   *
   * @param environment the process's
   * @param input standard input
   */
  public BuilderLintRunner(Map<String, String> environment, InputStream input) {
    this.environment = Map.copyOf(environment);
    this.input = input;
  }

  @Override
  public boolean check(LintOptions options, BuildListener listener) {
    try {
      LintRequest request = request(options);
      if (options.registries().isEmpty()) {
        return Linter.offline().check(request, listener);
      }
      try (RegistryClient client =
          options.registries().get().client(false, environment, new Transfers(listener))) {
        return Linter.with(client).check(request, listener);
      }
    } catch (IOException e) {
      listener.on(BuildFailed.of(String.valueOf(e.getMessage())));
      return false;
    }
  }

  private LintRequest request(LintOptions options) throws IOException {
    LintOptions.Source source = options.source();
    return new LintRequest(
        source.context().map(folder -> new ContextSpec(folder, source.dockerfile())),
        source.standardInput() ? Optional.of(text()) : Optional.empty(),
        options.target(),
        options.buildArgs(),
        Platform.host());
  }

  private String text() throws IOException {
    byte[] bytes = input.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new IOException("the Dockerfile on standard input is larger than 16 MiB");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
