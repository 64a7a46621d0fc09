package dev.janiko.builder.sandbox;

import dev.janiko.builder.fakeroot.Supervisor;
import dev.janiko.builder.linux.Capabilities;
import dev.janiko.builder.linux.Confinement;
import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.ExitStatus;
import dev.janiko.builder.linux.Launch;
import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Namespaces;
import dev.janiko.builder.linux.Namespaces.Space;
import dev.janiko.builder.linux.Pipe;
import dev.janiko.builder.linux.Program;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.Umask;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.linux.Watch;
import dev.janiko.builder.rootfs.RootFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A stage whose root is a mount, and whose commands run in namespaces of their own. */
final class NamespaceStage implements StageRoot {
  private static final String HOST_NAME = "buildkitsandbox";
  private static final int UMASK = 022;

  private final String name;
  private final StageTree tree;
  private final NetworkFiles networkFiles;
  private final Set<Execution> running = new HashSet<>();
  private final Set<Stat.Identity> touched = new HashSet<>();

  NamespaceStage(String name, StageTree tree, NetworkFiles networkFiles) {
    this.name = name;
    this.tree = tree;
    this.networkFiles = networkFiles;
  }

  @Override
  public Path path() {
    return tree.mountPoint();
  }

  @Override
  public ExitStatus run(Command command, OutputSink output)
      throws IOException, InterruptedException {
    try (RootFs root = RootFs.open(tree.mountPoint(), tree.ledger())) {
      MountPoints mountPoints = new MountPoints(root);
      Path folder = command.mounts().isEmpty() ? tree.folder() : scratch();
      try (StepMounts mounts = StepMounts.prepare(command.mounts(), folder, tree)) {
        StepRoot.Places places = places(mountPoints, command);
        return execute(command, output, new Setting(places, mountPoints, mounts));
      } finally {
        touched.addAll(mountPoints.parents());
        mountPoints.removeStubs();
        if (!command.mounts().isEmpty()) {
          removeScratch(folder);
        }
      }
    } catch (SandboxException | LinuxException e) {
      throw new SandboxException("stage " + name + ": " + e.getMessage(), e);
    }
  }

  private StepRoot.Places places(MountPoints mountPoints, Command command) throws IOException {
    Map<UnixPath, UnixPath> files = new LinkedHashMap<>();
    // Directories that stay in the layer, as BuildKit has it, unlike /dev.
    mountPoints.topDirectory("proc", false);
    UnixPath sys = mountPoints.topDirectory("sys", false);
    UnixPath dev = mountPoints.topDirectory("dev", true);
    files.put(mountPoints.file(UnixPath.of("/etc/resolv.conf")), networkFiles.resolvConf());
    files.put(
        mountPoints.file(UnixPath.of("/etc/hosts")), networkFiles.hosts(command.extraHosts()));
    return new StepRoot.Places(sys, dev, files, command.script());
  }

  @Override
  public boolean mounts() {
    return tree.canCover();
  }

  @Override
  public Path scratch() throws IOException {
    return Files.createTempDirectory(tree.folder(), "t");
  }

  private static void removeScratch(Path folder) throws IOException {
    try (Dir parent = Dir.open(java.util.Objects.requireNonNull(folder.getParent()))) {
      parent.removeTree(UnixPath.of(String.valueOf(folder.getFileName())).raw());
    }
  }

  /** What a step has beside its image. */
  private record Setting(StepRoot.Places places, MountPoints points, StepMounts mounts) {}

  private ExitStatus execute(Command command, OutputSink output, Setting setting)
      throws IOException, InterruptedException {
    Ledger ledger = tree.ledger();
    if (ledger == null) {
      return execute(command, output, new Step(command, setting, null));
    }
    try (Supervisor supervisor = Supervisor.startInRoot(ledger, command.user())) {
      return execute(command, output, new Step(command, setting, supervisor.watch()));
    }
  }

  private ExitStatus execute(Command command, OutputSink output, Step step)
      throws IOException, InterruptedException {
    Execution execution = new Execution(command, output, step);
    synchronized (running) {
      running.add(execution);
    }
    try {
      return execution.run();
    } finally {
      synchronized (running) {
        running.remove(execution);
      }
    }
  }

  @Override
  public StageDiff commit() throws IOException {
    Set<Stat.Identity> held = Set.copyOf(touched);
    touched.clear();
    return tree.commit(held);
  }

  @Override
  public void close() throws IOException {
    synchronized (running) {
      running.forEach(Execution::kill);
    }
    tree.close();
  }

  /** The launching of one command. */
  private final class Step implements Execution.Place {
    private final Command command;
    private final Setting setting;
    private final @Nullable Watch watch;

    private Step(Command command, Setting setting, @Nullable Watch watch) {
      this.command = command;
      this.setting = setting;
      this.watch = watch;
    }

    @Override
    public Launch launch(Pipe input, Pipe output) throws IOException {
      Set<Space> spaces =
          EnumSet.of(
              Space.FILE_SYSTEM_STATE,
              Space.MOUNTS,
              Space.PROCESSES,
              Space.INTER_PROCESS,
              Space.HOST_NAME);
      if (command.network() == Command.Network.NONE) {
        spaces.add(Space.NETWORK);
      }
      Program program =
          new Program(
              Executable.candidates(command),
              Program.utf8(command.arguments()),
              Program.utf8(command.environment()),
              command.directory());
      Namespaces.unshare(spaces);
      Umask.set(0);
      nameHost();
      if (command.network() == Command.Network.NONE) {
        Namespaces.loopbackUp();
      }
      Surface surface = Surface.here();
      try (RootFs root = RootFs.open(tree.mountPoint(), tree.ledger())) {
        new StepRoot(root, surface, setting.mounts.cover(UnixPath.of("/dev/shm")))
            .furnish(setting.places);
        setting.mounts.mount(root, setting.points.seenIn(root));
      }
      try (Dir root = Dir.open(tree.mountPoint())) {
        Confinement confinement =
            new Confinement(
                root,
                command.user(),
                Capabilities.CONTAINER_DEFAULT,
                UMASK,
                false,
                surface.ownProcesses() ? StepRoot.processMounts() : List.of());
        Launch launch =
            watch == null
                ? Launch.prepare(program, confinement, input, output)
                : Launch.prepare(program, confinement, watch, input, output);
        launch.run();
        return launch;
      }
    }

    /** Some filters of system calls leave that to the machine's root. */
    private static void nameHost() throws IOException {
      try {
        Namespaces.hostName(HOST_NAME);
      } catch (LinuxException e) {
        if (!e.errno().equals(Errno.EPERM) && !e.errno().equals(Errno.ENOSYS)) {
          throw e;
        }
      }
    }

    @Override
    public void endLeftovers() {
      // The command was the first process of its namespace: the kernel ends all others with it.
    }
  }
}
