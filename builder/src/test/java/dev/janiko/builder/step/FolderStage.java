package dev.janiko.builder.step;

import dev.janiko.builder.layer.Layer;
import dev.janiko.builder.layer.WrittenLayer;
import dev.janiko.builder.linux.ExitStatus;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.sandbox.Command;
import dev.janiko.builder.sandbox.OutputSink;
import dev.janiko.builder.sandbox.UserLookup;
import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.DockerfileParser;
import dev.janiko.dockerfile.Expander;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import dev.janiko.dockerfile.text.GitReference;
import dev.janiko.registry.Digest;
import dev.janiko.registry.image.HistoryEntry;
import dev.janiko.registry.image.RunConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stage whose files are in a plain folder and whose commands are written down instead of run. The
 * Dockerfile's last stage is carried out step by step.
 */
final class FolderStage implements Workspace, AutoCloseable {
  private static final RemoteFiles NOTHING_REMOTE =
      new RemoteFiles() {
        @Override
        public Fetched file(String address, Optional<String> checksum) {
          throw new AssertionError(address);
        }

        @Override
        public Fetched repository(GitReference reference, boolean keepGitDir) {
          throw new AssertionError(reference);
        }
      };

  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final Path temp;
  final Path folder;
  final Path context;
  final List<Command> commands = new ArrayList<>();
  final List<String> output = new ArrayList<>();
  private final Map<String, String> buildArgs = new HashMap<>();
  private final Map<String, String> globalArgs = new HashMap<>();
  private final RootFs root;
  private final RootFs contextRoot;
  private RunConfig base = RunConfig.empty();
  private PatternMatcher ignored = PatternMatcher.of(List.of());
  private MountResources resources = MountResources.NONE;
  private boolean mounts = true;
  private int commits;
  private ExitStatus answer = new ExitStatus.Exited(0);

  FolderStage(Path temp) throws IOException {
    this.temp = temp;
    folder = Files.createDirectory(temp.resolve("stage"));
    context = Files.createDirectory(temp.resolve("context"));
    root = RootFs.open(folder);
    contextRoot = RootFs.open(context);
  }

  FolderStage buildArg(String name, String value) {
    buildArgs.put(name, value);
    return this;
  }

  FolderStage globalArg(String name, String value) {
    globalArgs.put(name, value);
    return this;
  }

  FolderStage base(RunConfig config) {
    base = config;
    return this;
  }

  FolderStage resources(MountResources given) {
    resources = given;
    return this;
  }

  FolderStage withoutMounts() {
    mounts = false;
    return this;
  }

  FolderStage ignore(String... patterns) {
    ignored = PatternMatcher.of(List.of(patterns));
    return this;
  }

  FolderStage answer(ExitStatus status) {
    answer = status;
    return this;
  }

  /** The state after the lines, upon the base. */
  ImageState run(String... lines) {
    return run(ImageState.startingFrom(base, ""), lines);
  }

  /** The state after the lines, upon another. */
  ImageState run(ImageState start, String... lines) {
    String text = "FROM scratch\n" + String.join("\n", lines) + "\n";
    Dockerfile dockerfile =
        DockerfileParser.parse(text.getBytes(StandardCharsets.UTF_8), "Dockerfile");
    StageScope scope =
        new StageScope(
            new Expander(dockerfile.escape()),
            buildArgs,
            globalArgs,
            resources.withDefaultCaches(temp.resolve("caches")));
    StageSteps steps =
        new StageSteps(scope, this, new ContextOnly(), Clock.fixed(NOW, ZoneOffset.UTC));
    ImageState state = start;
    for (Instruction instruction : dockerfile.stages().getLast().instructions()) {
      state =
          steps.execute(
              state, instruction, line -> output.add(new String(line, StandardCharsets.UTF_8)));
    }
    return state;
  }

  /** How the history tells the lines. */
  List<String> history(String... lines) {
    return run(lines).history().stream().map(HistoryEntry::createdBy).toList();
  }

  int commits() {
    return commits;
  }

  @Override
  public RootFs root() {
    return root;
  }

  @Override
  public UserLookup users() {
    return UserLookup.in(folder);
  }

  @Override
  public ExitStatus run(Command command, OutputSink sink) {
    commands.add(command);
    for (int i = 1; i <= 25; i++) {
      sink.line(("line " + i).getBytes(StandardCharsets.UTF_8));
    }
    return answer;
  }

  @Override
  public boolean mounts() {
    return mounts;
  }

  @Override
  public Path scratch() throws IOException {
    return Files.createTempDirectory(temp, "scratch-");
  }

  @Override
  public PendingLayer commit() {
    commits++;
    Digest digest = Digest.sha256Of(new byte[] {(byte) commits});
    return PendingLayer.of(
        Layer.of(new WrittenLayer(folder, digest, digest, commits, WrittenLayer.GZIP)));
  }

  @Override
  public Source source(CopySource from) {
    return new Source(contextRoot, ignored, true);
  }

  @Override
  public void close() {
    root.close();
    contextRoot.close();
  }

  /** All names stand for the context. */
  private static final class ContextOnly implements Sources {
    @Override
    public CopySource of(Instruction.Copy copy) {
      return new CopySource.Context();
    }

    @Override
    public Optional<CopySource> of(Instruction.Run run, String mount) {
      return mount.contains("from=") ? Optional.of(new CopySource.Context()) : Optional.empty();
    }

    @Override
    public RemoteFiles remote() {
      return NOTHING_REMOTE;
    }
  }
}
