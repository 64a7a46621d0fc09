package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Mounts;
import dev.janiko.builder.linux.Mounts.Option;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Pin;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The mounts of one command, made in its own mount namespace, where they end with it.
 *
 * <p>Secrets are in a file system in memory that exists in that namespace only.
 */
final class StepMounts implements AutoCloseable {
  private static final Set<Option> MEMORY = EnumSet.of(Option.NO_SETUID, Option.NO_DEVICES);

  private final List<StepMount> mounts;
  private final Path folder;
  private final StageTree tree;
  private final Path memory;
  private final Map<StepMount.Agent, AgentForwarder> agents = new HashMap<>();

  private StepMounts(List<StepMount> mounts, Path folder, StageTree tree) {
    this.mounts = mounts;
    this.tree = tree;
    this.folder = folder;
    this.memory = folder.resolve("m");
  }

  /**
   * Prepares mounts, on the thread that runs the command.
   *
   * @param folder an empty folder on a file system that can hold an overlay's upper directory
   * @param tree the stage's files
   */
  static StepMounts prepare(List<StepMount> mounts, Path folder, StageTree tree)
      throws IOException {
    StepMounts prepared =
        new StepMounts(
            mounts.stream()
                .sorted(Comparator.comparingInt(mount -> mount.target().rawNames().size()))
                .toList(),
            folder,
            tree);
    for (StepMount mount : mounts) {
      if (mount instanceof StepMount.Agent agent) {
        prepared.agents.put(agent, AgentForwarder.to(agent.agent()));
      }
    }
    return prepared;
  }

  /** Whether something is mounted at exactly this path. */
  boolean cover(UnixPath path) {
    return mounts.stream().anyMatch(mount -> mount.target().rawNames().equals(path.rawNames()));
  }

  /**
   * Mounts all, on the thread that becomes the command.
   *
   * @param root opened in its mount namespace
   * @param places where they go
   */
  void mount(RootFs root, MountPoints places) throws IOException {
    if (mounts.isEmpty()) {
      return;
    }
    boolean small =
        mounts.stream()
            .anyMatch(
                mount -> mount instanceof StepMount.Secret || mount instanceof StepMount.Agent);
    if (small) {
      java.nio.file.Files.createDirectory(memory);
      Mounts.mount("tmpfs", UnixPath.of(memory.toString()), MEMORY, "mode=700");
    }
    for (int i = 0; i < mounts.size(); i++) {
      root.forget();
      StepMount mount = mounts.get(i);
      try {
        mount(root, places, mount, Integer.toString(i));
      } catch (LinuxException e) {
        throw new SandboxException(
            "nothing can be mounted on " + mount.target() + ": " + e.getMessage(), e);
      }
    }
    root.forget();
  }

  private void mount(RootFs root, MountPoints places, StepMount mount, String name)
      throws IOException {
    switch (mount) {
      case StepMount.Files files -> mountFiles(root, places, files, name);
      case StepMount.Memory empty -> mountMemory(root, places, empty);
      case StepMount.Secret secret -> {
        try (Dir held = Dir.open(UnixPath.of(memory.toString()), tree.ledger());
            OpenFile file = held.createFile(name, 0600)) {
          byte[] content = secret.value().bytes();
          file.write(content, 0, content.length, 0);
          file.chown(secret.permissions().uid(), secret.permissions().gid());
          file.chmod(secret.permissions().mode());
        }
        bindFile(root, places.file(secret.target()), name, true);
      }
      case StepMount.Agent agent -> {
        try (Dir held = Dir.open(UnixPath.of(memory.toString()), tree.ledger())) {
          forwarder(agent).listen(held, name, agent.permissions());
        }
        bindFile(root, places.file(agent.target()), name, false);
      }
    }
  }

  /** With the mode of the folder it hides, as runc has it; a new one is anybody's. */
  private static void mountMemory(RootFs root, MountPoints places, StepMount.Memory memory)
      throws IOException {
    int mode =
        root.stat(memory.target(), true).map(Stat::mode).orElse(StepMount.Memory.DEFAULT_MODE);
    StringBuilder data = new StringBuilder("mode=").append(Integer.toOctalString(mode));
    memory.size().ifPresent(size -> data.append(",size=").append(size));
    Set<Option> options = EnumSet.copyOf(MEMORY);
    if (memory.readOnly()) {
      options.add(Option.READ_ONLY);
    }
    try (Pin target = root.pin(places.directory(memory.target()))) {
      Mounts.mount("tmpfs", target.path(), options, data.toString());
    }
  }

  private AgentForwarder forwarder(StepMount.Agent agent) {
    AgentForwarder forwarder = agents.get(agent);
    if (forwarder == null) {
      throw new IllegalStateException("no forwarder to " + agent.agent());
    }
    return forwarder;
  }

  private void mountFiles(RootFs root, MountPoints places, StepMount.Files files, String name)
      throws IOException {
    boolean directory = java.nio.file.Files.isDirectory(files.source());
    UnixPath place = directory ? places.directory(files.target()) : places.file(files.target());
    UnixPath source = UnixPath.of(files.source().toString());
    if (directory && files.access() == StepMount.Access.DISCARDED && tree.canCover()) {
      Path apart = java.nio.file.Files.createDirectory(folder.resolve("w" + name));
      try (Pin target = root.pin(place)) {
        Overlay.mountOver(apart, files.source(), target.path());
      }
      return;
    }
    bind(root, place, source, files.access() == StepMount.Access.READ_ONLY);
  }

  private void bindFile(RootFs root, UnixPath place, String name, boolean readOnly)
      throws IOException {
    bind(root, place, UnixPath.of(memory.resolve(name).toString()), readOnly);
  }

  private static void bind(RootFs root, UnixPath place, UnixPath source, boolean readOnly)
      throws IOException {
    try (Pin target = root.pin(place)) {
      Mounts.bind(source, target.path());
    }
    root.forget();
    Set<Option> options = EnumSet.of(Option.NO_DEVICES);
    if (readOnly) {
      options.add(Option.READ_ONLY);
    }
    try (Pin mounted = root.pin(place)) {
      Mounts.remountBind(mounted.path(), options);
    }
  }

  /** Ends what served the command. */
  @Override
  public void close() throws IOException {
    for (AgentForwarder agent : agents.values()) {
      agent.close();
    }
  }
}
