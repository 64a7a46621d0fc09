package dev.janiko.cli.lint;

import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.options.LintOptions;
import dev.janiko.cli.options.OptionsAssembler;
import dev.janiko.cli.options.SharedFlags;
import dev.janiko.cli.registry.RegistryFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code janiko lint}: the build checks, and everything that the parser refuses. */
@Command(
    name = "lint",
    description = "Checks a Dockerfile without building it.",
    sortOptions = false,
    footer = {
      "",
      "Exit codes: 0 nothing found; 1 warnings found, or the Dockerfile is wrong or cannot be read; "
          + "2 wrong command line.",
      "Checks are left out by '# check=skip=RULE,RULE' (or all) at the top of the Dockerfile or right "
          + "above an instruction."
    })
public final class LintCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final LintRunner runner;

  @Parameters(
      arity = "0..1",
      paramLabel = "CONTEXT",
      description =
          "The build context: a folder; - for a Dockerfile on standard input. The working "
              + "directory if not given.")
  private String context = ".";

  @Option(
      names = {"-f", "--file", "--dockerfile"},
      paramLabel = "FILE",
      description =
          "The Dockerfile, looked for from the working directory, then in the context; - for "
              + "standard input. Dockerfile in the context if not given.")
  private @Nullable String dockerfile;

  @Option(
      names = "--build-arg",
      paramLabel = "NAME[=VALUE]",
      description = "A value for an ARG; the environment's if only a name is given. Repeatable.")
  private List<String> buildArgs = new ArrayList<>();

  @Option(
      names = "--target",
      paramLabel = "STAGE",
      description = "Look only at this stage and those that it needs; at all if not given.")
  private @Nullable String target;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      description = "How to write what is found: text, json or sarif.")
  private String format = "text";

  @Option(
      names = "--pull",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description =
          "Look base images up in their registries, for checks that depend on their variables and "
              + "platforms.")
  private boolean pull;

  @Option(
      names = "--insecure-registry",
      paramLabel = "HOST[:PORT]",
      description = "Reach this registry by plain HTTP. Repeatable.")
  private List<String> insecureRegistries = new ArrayList<>();

  @Option(
      names = "--skip-tls-verify-registry",
      paramLabel = "HOST[:PORT]",
      description = "Do not check this registry's certificate. Repeatable.")
  private List<String> skipTlsVerifyRegistries = new ArrayList<>();

  /** Makes the command, which has a runner look. */
  public LintCommand(Surroundings surroundings, LintRunner runner) {
    this.surroundings = surroundings;
    this.runner = runner;
  }

  @Override
  public Integer call() {
    SharedFlags flags =
        SharedFlags.ofCheck(
            dockerfile,
            target,
            buildArgs,
            RegistryFlags.reading(insecureRegistries, skipTlsVerifyRegistries));
    LintOptions options = new OptionsAssembler(flags, surroundings).lint(context, pull);
    return new Lint(runner, surroundings).run(options, CheckFlags.parse(format, "--format"));
  }
}
