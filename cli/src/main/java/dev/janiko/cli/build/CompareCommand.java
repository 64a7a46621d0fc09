package dev.janiko.cli.build;

import dev.janiko.builder.compare.Differences;
import dev.janiko.builder.compare.IgnoreRules;
import dev.janiko.builder.compare.ImageComparison;
import dev.janiko.builder.compare.IndexedImage;
import dev.janiko.builder.compare.Sides;
import dev.janiko.builder.docker.EngineBuildRequest;
import dev.janiko.builder.docker.EngineBuilderKind;
import dev.janiko.builder.docker.EngineClient;
import dev.janiko.builder.linux.Capabilities;
import dev.janiko.cli.diff.DiffCommand;
import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Home;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.cli.options.BuildOptions;
import dev.janiko.cli.options.EngineFlags;
import dev.janiko.cli.options.LogFlags;
import dev.janiko.cli.options.OptionsAssembler;
import dev.janiko.cli.options.SharedFlags;
import dev.janiko.cli.progress.Renderer;
import dev.janiko.cli.report.BuildRecord;
import dev.janiko.cli.report.ComparedBuild;
import dev.janiko.cli.report.ComparisonReport;
import dev.janiko.cli.runner.BuildRunner;
import dev.janiko.cli.runner.DockerRunner;
import dev.janiko.cli.runner.Scratch;
import dev.janiko.registry.image.HistoryEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code janiko compare}: the same build here and by a Docker engine. */
@Command(
    name = "compare",
    description =
        "Builds a Dockerfile without a daemon and with a Docker engine, and shows what differs"
            + " between the images and what each build took.",
    footer = {"", "Exit codes: 0 equal; 1 different, or a build failed; 2 wrong command line."},
    sortOptions = false)
public final class CompareCommand implements Callable<Integer> {
  private static final List<String> ALWAYS = List.of(IgnoreRules.TIMES, IgnoreRules.BUILDER);

  private final Surroundings surroundings;
  private final BuildRunner runner;

  @Mixin private SharedFlags flags = new SharedFlags();
  @Mixin private EngineFlags engine = new EngineFlags();
  @Mixin private LogFlags log = new LogFlags();

  @Parameters(
      arity = "0..1",
      paramLabel = "CONTEXT",
      description = "The build context: a folder. The working directory if not given.")
  private String context = ".";

  @Option(
      names = "--docker-network",
      paramLabel = "NETWORK",
      description = "The network of commands in the engine, such as none or host.")
  private @Nullable String network;

  @Option(
      names = "--ignore",
      paramLabel = "RULE",
      description =
          "What else does not count, as for diff. times and builder never count; beside the classic"
              + " builder neither do history and layer. Repeatable.")
  private List<String> ignored = new ArrayList<>();

  @Option(
      names = "--format",
      paramLabel = "FORM",
      description = "How to show the result: text or json.")
  private String format = "text";

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write the result as one page of HTML, too.")
  private @Nullable Path html;

  @Option(
      names = "--progress",
      paramLabel = "FORM",
      description = "How to show the builds: auto, plain, tty, json or quiet.")
  private String progress = "plain";

  /**
   * Makes the command.
   *
   * @param runner does builds without an engine
   */
  public CompareCommand(Surroundings surroundings, BuildRunner runner) {
    this.surroundings = surroundings;
    this.runner = runner;
  }

  /** A build that went well, and its image. */
  private record Done(BuildRecord record, IndexedImage image) {}

  @Override
  public Integer call() {
    check();
    EngineClient client = engine.client(surroundings.environment());
    DockerRunner docker =
        new DockerRunner(
            client,
            new EngineBuildRequest.Manner(
                EngineBuilderKind.of(surroundings.environment()),
                Optional.ofNullable(network),
                false),
            surroundings.environment());
    try (Scratch scratch = Scratch.create(surroundings.environment(), Home.folder())) {
      Optional<Done> here = build("Janiko", runner, scratch.folder().resolve("a"));
      OptionalLong memory = peakMemory();
      if (here.isEmpty()) {
        return ExitCode.FAILURE;
      }
      Optional<Done> there = build("Docker engine", docker, scratch.folder().resolve("b"));
      if (there.isEmpty()) {
        return ExitCode.FAILURE;
      }
      return report(
          new ComparedBuild(
              here.get().record(), memory, "this process, without its commands", ownPrivileges()),
          here.get().image(),
          new ComparedBuild(
              there.get().record(),
              OptionalLong.empty(),
              "engines do not tell",
              enginePrivileges(client)),
          there.get().image());
    } catch (IOException e) {
      surroundings.err().println("ERROR: " + e.getMessage());
      return ExitCode.FAILURE;
    } catch (OutOfMemoryError e) {
      surroundings.err().println(DiffCommand.TOO_LARGE);
      return ExitCode.FAILURE;
    }
  }

  private void check() {
    if (!format.equals("text") && !format.equals("json")) {
      throw new UsageException("--format is text or json, not " + format);
    }
    if (flags.pushesImage() || flags.writesImage()) {
      throw new UsageException("compare keeps no image: leave --destination and its like out");
    }
    rules(List.of());
  }

  private IgnoreRules rules(List<String> more) {
    List<String> all = new ArrayList<>(ALWAYS);
    all.addAll(more);
    all.addAll(ignored);
    try {
      return IgnoreRules.of(all);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private Optional<Done> build(String name, BuildRunner by, Path layout) throws IOException {
    flags.pushNothing();
    flags.writeLayout(layout);
    BuildOptions options =
        new OptionsAssembler(flags, surroundings).assemble(context, List.of(), false);
    Renderer shown = ProgressForm.of(progress).start(surroundings, log);
    RecordedRenderer renderer = new RecordedRenderer(name, shown);
    int code = new Build(by).run(options, renderer, log.debug());
    BuildRecord record = renderer.result();
    if (code != ExitCode.OK) {
      surroundings.err().println("ERROR: nothing to compare: the build by " + name + " failed");
      return Optional.empty();
    }
    return Optional.of(new Done(record, ReportedBuild.layout(name, layout, List.of())));
  }

  private int report(ComparedBuild here, IndexedImage own, ComparedBuild there, IndexedImage theirs)
      throws IOException {
    List<String> more = isClassic(theirs) ? List.of("history", "layer") : List.of();
    Differences differences = ImageComparison.of(rules(more)).compare(own, theirs);
    List<String> all = new ArrayList<>(ALWAYS);
    all.addAll(more);
    all.addAll(ignored);
    ComparisonReport report = new ComparisonReport(new Sides<>(here, there), differences, all);
    surroundings.out().print(format.equals("json") ? report.json() : report.text());
    surroundings.out().flush();
    if (html != null) {
      ReportedBuild.write(html, report.html());
    }
    return differences.none() ? ExitCode.OK : ExitCode.FAILURE;
  }

  /** The classic builder words histories its own way, and divides layers its own way. */
  private static boolean isClassic(IndexedImage image) {
    List<HistoryEntry> history = image.config().history();
    return !history.isEmpty() && !history.getLast().comment().equals(HistoryEntry.BUILDKIT);
  }

  private static OptionalLong peakMemory() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return OptionalLong.of(Long.parseLong(line.replaceAll("\\D", "")) * 1024);
        }
      }
    } catch (IOException e) {
      return OptionalLong.empty(); // without /proc nobody tells
    }
    return OptionalLong.empty();
  }

  private static List<String> ownPrivileges() throws IOException {
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    return List.of(
        "no daemon",
        "user " + uid,
        Capabilities.has(Capabilities.SYS_ADMIN)
            ? "CAP_SYS_ADMIN (used where there is no throw-away container)"
            : "no CAP_SYS_ADMIN");
  }

  private static List<String> enginePrivileges(EngineClient client) throws IOException {
    boolean rootless =
        client.securityOptions().stream().anyMatch(option -> option.contains("rootless"));
    return List.of(
        "a Docker engine at " + client.address(),
        rootless
            ? "whoever reaches it acts as the engine's user"
            : "whoever reaches it is root of its machine");
  }
}
