package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Capabilities;
import dev.janiko.builder.linux.Confinement;
import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.ExitStatus;
import dev.janiko.builder.linux.Launch;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Namespaces;
import dev.janiko.builder.linux.Namespaces.Space;
import dev.janiko.builder.linux.Pipe;
import dev.janiko.builder.linux.Program;
import dev.janiko.builder.linux.Umask;
import dev.janiko.builder.linux.UnixPath;
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

/** A stage whose root is an overlay, and whose commands run in namespaces of their own. */
final class OverlayStage implements StageRoot {
  private static final String HOST_NAME = "buildkitsandbox";
  private static final int UMASK = 022;

  private final String name;
  private final Overlay overlay;
  private final NetworkFiles networkFiles;
  private final Set<Execution> running = new HashSet<>();

  OverlayStage(String name, Overlay overlay, NetworkFiles networkFiles) {
    this.name = name;
    this.overlay = overlay;
    this.networkFiles = networkFiles;
  }

  @Override
  public Path path() {
    return overlay.mountPoint();
  }

  @Override
  public ExitStatus run(Command command, OutputSink output)
      throws IOException, InterruptedException {
    try (RootFs root = RootFs.open(overlay.mountPoint())) {
      MountPoints mountPoints = new MountPoints(root);
      Path folder = command.mounts().isEmpty() ? overlay.folder() : scratch();
      try (StepMounts mounts = StepMounts.prepare(command.mounts(), folder)) {
        StepRoot.Places places = places(mountPoints, command);
        return execute(command, output, new Step(command, places, mountPoints, mounts));
      } finally {
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
    return true;
  }

  @Override
  public Path scratch() throws IOException {
    return Files.createTempDirectory(overlay.folder(), "t");
  }

  private static void removeScratch(Path folder) throws IOException {
    try (Dir parent = Dir.open(java.util.Objects.requireNonNull(folder.getParent()))) {
      parent.removeTree(UnixPath.of(String.valueOf(folder.getFileName())).raw());
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
    return overlay.commit();
  }

  @Override
  public void close() throws IOException {
    synchronized (running) {
      running.forEach(Execution::kill);
    }
    overlay.close();
  }

  /** The launching of one command. */
  private final class Step implements Execution.Place {
    private final Command command;
    private final StepRoot.Places places;
    private final MountPoints mountPoints;
    private final StepMounts mounts;

    private Step(
        Command command, StepRoot.Places places, MountPoints mountPoints, StepMounts mounts) {
      this.command = command;
      this.places = places;
      this.mountPoints = mountPoints;
      this.mounts = mounts;
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
      Namespaces.hostName(HOST_NAME);
      if (command.network() == Command.Network.NONE) {
        Namespaces.loopbackUp();
      }
      try (RootFs root = RootFs.open(overlay.mountPoint())) {
        new StepRoot(root, mounts.cover(UnixPath.of("/dev/shm"))).furnish(places);
        mounts.mount(root, mountPoints.seenIn(root));
      }
      try (Dir root = Dir.open(overlay.mountPoint())) {
        Confinement confinement =
            new Confinement(
                root,
                command.user(),
                Capabilities.CONTAINER_DEFAULT,
                UMASK,
                StepRoot.processMounts());
        Launch launch = Launch.prepare(program, confinement, input, output);
        launch.run();
        return launch;
      }
    }

    @Override
    public void endLeftovers() {
      // The command was the first process of its namespace: the kernel ends all others with it.
    }
  }

  /** What the network's files hold. */
  interface NetworkFiles {
    /** A copy of the build's own /etc/resolv.conf. */
    UnixPath resolvConf() throws IOException;

    /** An /etc/hosts with some entries beside the usual. */
    UnixPath hosts(List<Command.HostEntry> extra) throws IOException;
  }
}
