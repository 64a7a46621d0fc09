package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Mounts;
import dev.janiko.builder.linux.Mounts.Option;
import dev.janiko.builder.linux.Pin;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a container has beside its image: /proc, /sys, /dev, and the network's files in /etc.
 *
 * <p>As docker lays it out, with the same parts of /proc and /sys hidden or read-only. Mounted in
 * the mount namespace of one step, on places found inside its root whose links were resolved
 * before.
 */
final class StepRoot {
  private static final Set<Option> LOCKED =
      Set.of(Option.NO_SETUID, Option.NO_DEVICES, Option.NO_EXECUTION);
  private static final Set<Option> LOCKED_READ_ONLY =
      Set.of(Option.NO_SETUID, Option.NO_DEVICES, Option.NO_EXECUTION, Option.READ_ONLY);
  private static final List<UnixPath> HIDDEN =
      paths("/sys/devices/virtual/powercap", "/sys/firmware");
  private static final List<UnixPath> HIDDEN_PROCESSES =
      paths(
          "/proc/acpi",
          "/proc/asound",
          "/proc/interrupts",
          "/proc/kcore",
          "/proc/keys",
          "/proc/latency_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/timer_list",
          "/proc/timer_stats");
  private static final List<UnixPath> READ_ONLY_PROCESSES =
      paths("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");
  private static final List<String> DEVICES =
      List.of("full", "null", "random", "tty", "urandom", "zero");
  static final Map<String, String> DEVICE_LINKS =
      Map.of(
          "core", "/proc/kcore",
          "fd", "/proc/self/fd",
          "ptmx", "pts/ptmx",
          "stdin", "/proc/self/fd/0",
          "stdout", "/proc/self/fd/1",
          "stderr", "/proc/self/fd/2");

  private final RootFs root;
  private final Surface surface;
  private final boolean ownSharedMemory;

  /**
   * Takes a root.
   *
   * @param root opened in the mount namespace of the step
   * @param surface what the place lets it have
   * @param ownSharedMemory whether the command brings its own /dev/shm
   */
  StepRoot(RootFs root, Surface surface, boolean ownSharedMemory) {
    this.root = root;
    this.surface = surface;
    this.ownSharedMemory = ownSharedMemory;
  }

  /**
   * Mounts all but a /proc of its own. In a user namespace the present one must be in sight for
   * that, and serves where it cannot be had.
   */
  void furnish(Places places) throws IOException {
    mountSystem(places.sys());
    if (surface.nested()) {
      bindAll("/proc", UnixPath.of("proc"));
    }
    furnishDevices(places.dev());
    if (places.script().isPresent()) {
      writeScript(places.dev(), places.script().get());
    }
    for (UnixPath path : HIDDEN) {
      hide(path);
    }
    for (Map.Entry<UnixPath, UnixPath> file : places.files().entrySet()) {
      bindReadOnly(file.getValue(), file.getKey());
    }
  }

  /**
   * Where the network is not the namespace's own its /sys is not either: the present one serves.
   */
  private void mountSystem(UnixPath sys) throws IOException {
    try {
      mount("sysfs", sys, LOCKED_READ_ONLY, "");
    } catch (LinuxException e) {
      if (!e.errno().equals(Errno.EPERM)) {
        throw e;
      }
      bindAll("/sys", sys);
      try (Pin mounted = root.pin(sys)) {
        Mounts.remountBind(mounted.path(), LOCKED_READ_ONLY);
      }
    }
  }

  private void bindAll(String source, UnixPath place) throws IOException {
    try (Pin target = root.pin(place)) {
      Mounts.bindAll(UnixPath.of(source), target.path());
    }
    root.forget();
  }

  /** The mounts of /proc, to be made in the new root by the first process of the namespace. */
  static List<Mounts.Later> processMounts() {
    List<Mounts.Later> mounts = new ArrayList<>();
    mounts.add(Mounts.later("proc", UnixPath.of("/proc"), LOCKED));
    // What the kernel has there is the same for every instance of the file system.
    for (UnixPath path : HIDDEN_PROCESSES) {
      Path here = Path.of(path.toString());
      if (Files.isDirectory(here)) {
        mounts.add(Mounts.later("tmpfs", path, Set.of(Option.READ_ONLY)));
      } else if (Files.exists(here)) {
        mounts.add(Mounts.laterBind(UnixPath.of("/dev/null"), path));
      }
    }
    for (UnixPath path : READ_ONLY_PROCESSES) {
      if (Files.exists(Path.of(path.toString()))) {
        mounts.add(Mounts.laterBind(path, path));
        mounts.add(Mounts.laterRemountBind(path, LOCKED_READ_ONLY));
      }
    }
    return mounts;
  }

  private static List<UnixPath> paths(String... paths) {
    return Stream.of(paths).map(UnixPath::of).toList();
  }

  private void furnishDevices(UnixPath dev) throws IOException {
    Set<Option> options = Set.of(Option.NO_SETUID, Option.NO_DEVICES, Option.STRICT_ACCESS_TIMES);
    mount("tmpfs", dev, options, "mode=755,size=65536k");
    try (Dir directory = root.openDirectory(dev)) {
      for (String device : DEVICES) {
        directory.createFile(device, 0644).close();
        bindDevice(dev.resolve(device), device);
      }
      for (Map.Entry<String, String> link : DEVICE_LINKS.entrySet()) {
        directory.makeSymlink(link.getValue(), link.getKey());
      }
      directory.makeDirectory("pts", 0755);
      directory.makeDirectory("shm", 01777);
      directory.makeDirectory("mqueue", 0755);
    }
    mount(
        "devpts",
        dev.resolve("pts"),
        Set.of(Option.NO_SETUID, Option.NO_EXECUTION),
        "newinstance,ptmxmode=0666,mode=0620" + (surface.allGroups() ? ",gid=5" : ""));
    if (!ownSharedMemory) {
      mount("tmpfs", dev.resolve("shm"), LOCKED, "mode=1777,size=65536k");
    }
    try {
      mount("mqueue", dev.resolve("mqueue"), LOCKED, "");
    } catch (LinuxException e) {
      // A kernel without message queues: programs find an empty directory.
      if (!e.errno().equals(Errno.ENODEV)) {
        throw e;
      }
    }
  }

  private void writeScript(UnixPath dev, Command.Script script) throws IOException {
    try (Dir directory = root.openDirectory(dev)) {
      directory.makeDirectory(Command.Script.FOLDER, 0755);
      try (Dir folder = directory.openDir(Command.Script.FOLDER)) {
        script.writeTo(folder);
      }
    }
  }

  private void bindDevice(UnixPath place, String device) throws IOException {
    try (Pin node = root.pin(place)) {
      Mounts.bind(UnixPath.of("/dev/" + device), node.path());
    } catch (LinuxException e) {
      throw new SandboxException(
          "cannot give the step /dev/" + device + ", which should be there: " + e.getMessage(), e);
    }
  }

  private void mount(String type, UnixPath place, Set<Option> options, String data)
      throws IOException {
    try (Pin target = root.pin(place)) {
      Mounts.mount(type, target.path(), options, data);
    }
    root.forget();
  }

  private void hide(UnixPath path) throws IOException {
    try (Pin place = root.pin(path)) {
      if (place.stat().isDirectory()) {
        Mounts.mount("tmpfs", place.path(), Set.of(Option.READ_ONLY), "");
      } else {
        Mounts.bind(UnixPath.of("/dev/null"), place.path());
      }
    } catch (LinuxException e) {
      ignoreMissing(e);
    }
  }

  private static void ignoreMissing(LinuxException e) throws LinuxException {
    if (!e.errno().equals(Errno.ENOENT)) {
      throw e;
    }
  }

  private void bindReadOnly(UnixPath source, UnixPath place) throws IOException {
    try (Pin target = root.pin(place)) {
      Mounts.bind(source, target.path());
    }
    try (Pin mounted = root.pin(place)) {
      Mounts.remountBind(mounted.path(), LOCKED_READ_ONLY);
    }
  }

  /**
   * Where things go, relative to the root and free of links.
   *
   * @param files places of files and what to show there
   * @param script a script to have among the devices
   */
  record Places(
      UnixPath sys, UnixPath dev, Map<UnixPath, UnixPath> files, Optional<Command.Script> script) {
    Places {
      files = Map.copyOf(files);
    }
  }
}
