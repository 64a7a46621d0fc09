package dev.janiko.builder.sandbox;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.fakeroot.Supervisor;
import dev.janiko.builder.linux.Confinement;
import dev.janiko.builder.linux.Descendants;
import dev.janiko.builder.linux.ExitStatus;
import dev.janiko.builder.linux.Launch;
import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Pipe;
import dev.janiko.builder.linux.Program;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.linux.WarmUp;
import dev.janiko.builder.linux.Watch;
import dev.janiko.builder.rootfs.ExcludedPaths;
import dev.janiko.builder.rootfs.RootFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Stages in the root of a throw-away container itself, one after the other, without namespaces.
 *
 * <p>When the next stage is opened the one before is moved aside, where its files can still be
 * read; commands run in the latest only. What the container held is put back when the sandbox is
 * closed. This program must run from a kept folder with all it needs, since everything else
 * vanishes.
 */
public final class InPlaceSandbox implements WalkedSandbox {
  private static final Path DEVICES = Path.of("/dev");
  private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");

  private final InPlaceRoot root;
  private final List<Stage> stages = new ArrayList<>();
  private @Nullable Stage current;
  private boolean left;

  private InPlaceSandbox(InPlaceRoot root) {
    this.root = root;
  }

  /**
   * Empties the root.
   *
   * @param builderFolder the folder this program runs from, with its Java runtime
   * @param keptPaths further absolute paths to keep, such as the build context
   */
  public static InPlaceSandbox open(Path builderFolder, List<UnixPath> keptPaths)
      throws IOException {
    requireNonNull(builderFolder, "builderFolder is null");
    WarmUp.await();
    Descendants.adopt();
    Descendants.keepOut();
    MemoryFolder.removeAbandoned();
    byte[] mountInfo = Files.readAllBytes(MOUNT_INFO);
    UnixPath builder = UnixPath.of(builderFolder.toRealPath().toString());
    List<UnixPath> kept = new ArrayList<>(keptPaths);
    kept.add(builder);
    InPlaceRoot root =
        InPlaceRoot.of(Path.of("/"), asideFolder(builder, mountInfo), kept, mountInfo);
    return open(RootPowers.areHeld() ? root : root.recordedIn(Ledger.create()));
  }

  /** Empties a root that was taken hold of. */
  static InPlaceSandbox open(InPlaceRoot root) throws IOException {
    root.empty();
    return new InPlaceSandbox(root);
  }

  /**
   * In the builder's folder, unless that is a file system of its own, as things are renamed there,
   * or another's.
   */
  private static Path asideFolder(UnixPath builder, byte[] mountInfo) {
    KeptPaths mounts = new KeptPaths(KeptPaths.mountPoints(mountInfo));
    UnixPath relative = UnixPath.ofRaw(String.join("/", builder.rawNames()));
    return mounts.stays(relative) || !Files.isWritable(Path.of(builder.toString()))
        ? Path.of("/.janiko-stages")
        : Path.of(builder.toString(), "stages");
  }

  @Override
  public String name() {
    return "inplace";
  }

  @Override
  public ExcludedPaths kept() {
    return root.kept();
  }

  @Override
  public @Nullable Ledger ledger() {
    return root.ledger();
  }

  @Override
  public synchronized StageRoot openStage(String stageName, List<Path> unpackedLayers)
      throws IOException {
    requireNonNull(stageName, "stageName is null");
    if (!unpackedLayers.isEmpty()) {
      throw new IllegalArgumentException("layers are unpacked into the root here, not stacked");
    }
    Stage before = current;
    if (before != null) {
      before.moveAside();
    }
    root.showShared();
    Stage stage = new Stage(stageName, stages.size());
    stages.add(stage);
    current = stage;
    return stage;
  }

  /** Leaves the latest stage in place when this is closed, and what the container held goes. */
  public synchronized void leave() {
    left = current != null;
  }

  /**
   * Kills what runs, removes all stages and puts the container's own files back, unless they are
   * given up.
   */
  @Override
  public synchronized void close() throws IOException {
    for (Stage stage : stages) {
      if (left && stage == current) {
        stage.stay();
      } else {
        stage.close();
      }
    }
    stages.clear();
    if (left) {
      root.leave();
    } else {
      root.restore();
    }
  }

  private final class Stage implements StageRoot {
    private final String name;
    private final int number;
    private final AtomicReference<@Nullable Execution> running = new AtomicReference<>();
    private final Set<Stat.Identity> moved = new HashSet<>();
    private Path path = root.path();
    private boolean closed;

    private Stage(String name, int number) {
      this.name = name;
      this.number = number;
    }

    @Override
    public synchronized Path path() {
      return path;
    }

    private synchronized void moveAside() throws IOException {
      if (!closed) {
        path = root.moveAside(Integer.toString(number));
      }
    }

    @Override
    public ExitStatus run(Command command, OutputSink output)
        throws IOException, InterruptedException {
      requireUsable(command);
      try {
        return command.mounts().isEmpty() ? execute(command, output) : withMounts(command, output);
      } catch (SandboxException | LinuxException e) {
        throw new SandboxException("stage " + name + ": " + e.getMessage(), e);
      }
    }

    private ExitStatus withMounts(Command command, OutputSink output)
        throws IOException, InterruptedException {
      Path folder = scratch();
      PlacedMounts mounts =
          new PlacedMounts(RootFs.open(path(), root.ledger()), root.kept(), folder, true);
      try (mounts) {
        mounts.place(command.mounts());
        return execute(command, output);
      } finally {
        moved.addAll(mounts.moved());
        root.remove(folder);
      }
    }

    private ExitStatus execute(Command command, OutputSink output)
        throws IOException, InterruptedException {
      Ledger ledger = root.ledger();
      try (DeviceScript script = DeviceScript.place(command, DEVICES, root.aside())) {
        if (ledger == null) {
          return execute(script.command(), output, null);
        }
        try (Supervisor supervisor = Supervisor.start(ledger, command.user())) {
          return execute(script.command(), output, supervisor.watch());
        }
      }
    }

    private ExitStatus execute(Command command, OutputSink output, @Nullable Watch watch)
        throws IOException, InterruptedException {
      Execution execution = new Execution(command, output, new Step(command, watch));
      running.set(execution);
      try {
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
      return root.newFolder();
    }

    private synchronized void requireUsable(Command command) throws SandboxException {
      if (closed || !path.equals(root.path())) {
        throw new IllegalStateException("stage " + name + " is not the latest one any more");
      }
      if (command.network() == Command.Network.NONE) {
        throw new SandboxException(
            "stage " + name + ": a step without network needs isolation \"namespace\"");
      }
      if (!command.extraHosts().isEmpty()) {
        throw new SandboxException(
            "stage "
                + name
                + ": further hosts need isolation \"namespace\", as /etc/hosts of a container"
                + " belongs to its engine");
      }
    }

    @Override
    public StageDiff commit() {
      StageDiff diff = new StageDiff.WalkDiff(moved);
      moved.clear();
      return diff;
    }

    @Override
    public void close() throws IOException {
      kill();
      giveUp();
    }

    private void kill() {
      Execution execution = running.get();
      if (execution != null) {
        execution.kill();
      }
    }

    private synchronized void stay() {
      kill();
      closed = true;
    }

    private synchronized void giveUp() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      if (path.equals(root.path())) {
        root.clear();
      } else {
        root.remove(path);
      }
    }
  }

  /** The launching of one command in the present root, with its calls watched or not. */
  private record Step(Command command, @Nullable Watch watch) implements Execution.Place {
    @Override
    public Launch launch(Pipe input, Pipe output) throws IOException {
      Program program =
          new Program(
              Executable.candidates(command),
              Program.utf8(command.arguments()),
              Program.utf8(command.environment()),
              command.directory());
      Launch launch =
          watch == null
              ? Launch.prepare(program, Confinement.as(command.user()), input, output)
              : Launch.prepare(program, watch, input, output);
      launch.run();
      return launch;
    }

    @Override
    public void endLeftovers() throws IOException {
      Descendants.killAll();
    }
  }
}
