package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Confinement;
import dev.janiko.builder.linux.Descendants;
import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.ExitStatus;
import dev.janiko.builder.linux.Launch;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Pipe;
import dev.janiko.builder.linux.Program;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.TreeRemoval;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A stage in a plain folder, which its commands have as their root. */
final class ChrootStage implements StageRoot {
  private final String name;
  private final Path folder;
  private final Path root;
  private final NetworkFiles files;
  private final Set<Stat.Identity> moved = new HashSet<>();
  private final AtomicReference<@Nullable Execution> running = new AtomicReference<>();

  ChrootStage(String name, Path folder, NetworkFiles files) throws IOException {
    this.name = name;
    this.folder = folder;
    this.root = Files.createDirectory(folder.resolve("root"));
    this.files = files;
    ChrootFurniture.place(root, files);
  }

  @Override
  public Path path() {
    return root;
  }

  @Override
  public ExitStatus run(Command command, OutputSink output)
      throws IOException, InterruptedException {
    if (command.network() == Command.Network.NONE) {
      throw new SandboxException(
          "stage " + name + ": a step without network needs isolation \"namespace\"");
    }
    try {
      noteEtc();
      ChrootFurniture.describeNetwork(root, files, command.extraHosts());
      return command.mounts().isEmpty() ? execute(command, output) : withMounts(command, output);
    } catch (SandboxException | LinuxException e) {
      throw new SandboxException("stage " + name + ": " + e.getMessage(), e);
    }
  }

  /** The network's files are written there. */
  private void noteEtc() throws IOException {
    try (RootFs held = RootFs.open(root)) {
      held.stat(UnixPath.of("/etc"), false).ifPresent(stat -> moved.add(stat.identity()));
    }
  }

  private ExitStatus withMounts(Command command, OutputSink output)
      throws IOException, InterruptedException {
    Path scratch = scratch();
    PlacedMounts mounts = new PlacedMounts(RootFs.open(root), ChrootFurniture.KEPT, scratch, false);
    try (mounts) {
      mounts.place(command.mounts());
      return execute(command, output);
    } finally {
      moved.addAll(mounts.moved());
      TreeRemoval.remove(scratch);
    }
  }

  private ExitStatus execute(Command command, OutputSink output)
      throws IOException, InterruptedException {
    Execution execution = new Execution(command, output, new Step(command));
    running.set(execution);
    try (DeviceScript _ = DeviceScript.place(command, root.resolve("dev"))) {
      return execution.run();
    } finally {
      running.set(null);
    }
  }

  @Override
  public boolean mounts() {
    return false;
  }

  @Override
  public Path scratch() throws IOException {
    return Files.createTempDirectory(folder, "t");
  }

  @Override
  public StageDiff commit() {
    StageDiff diff = new StageDiff.WalkDiff(moved);
    moved.clear();
    return diff;
  }

  @Override
  public void close() {
    Execution execution = running.get();
    if (execution != null) {
      execution.kill();
    }
  }

  /** The launching of one command. */
  private final class Step implements Execution.Place {
    private final Command command;

    private Step(Command command) {
      this.command = command;
    }

    @Override
    public Launch launch(Pipe input, Pipe output) throws IOException {
      Program program =
          new Program(
              Executable.candidates(command),
              Program.utf8(command.arguments()),
              Program.utf8(command.environment()),
              command.directory());
      try (Dir held = Dir.open(root)) {
        Launch launch =
            Launch.prepare(program, Confinement.changedTo(held, command.user()), input, output);
        launch.run();
        return launch;
      }
    }

    @Override
    public void endLeftovers() throws IOException {
      Descendants.killAll();
    }
  }
}
