package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.FileType;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a root has beside the image where nothing can be mounted: device nodes, the network's files,
 * and of /proc some files as they are now. None of it gets into a layer.
 */
final class ChrootFurniture {
  /** What belongs to no image. */
  static final KeptPaths KEPT =
      new KeptPaths(
          List.of(
              UnixPath.of("/dev"),
              UnixPath.of("/proc"),
              UnixPath.of("/sys"),
              UnixPath.of("/etc/hosts"),
              UnixPath.of("/etc/hostname"),
              UnixPath.of("/etc/resolv.conf")));

  private static final Path PROC = Path.of("/proc");
  private static final List<String> SNAPSHOTS =
      List.of("cpuinfo", "filesystems", "loadavg", "meminfo", "stat", "uptime", "version");
  private static final Map<String, Integer> MEMORY_DEVICES =
      Map.of("null", 3, "zero", 5, "full", 7, "random", 8, "urandom", 9);
  private static final int MEMORY = 1;
  private static final int TERMINALS = 5;

  private ChrootFurniture() {}

  /** Furnishes an empty root. */
  static void place(Path folder, NetworkFiles files) throws IOException {
    try (Dir root = Dir.open(folder)) {
      root.chmod(0755);
      for (String name : List.of("dev", "proc", "sys", "etc")) {
        root.makeDirectory(name, 0755);
        root.chmod(name, 0755);
      }
      try (Dir dev = root.openDir("dev")) {
        placeDevices(dev);
      }
      try (Dir proc = root.openDir("proc")) {
        for (String name : SNAPSHOTS) {
          if (Files.isReadable(PROC.resolve(name))) {
            write(proc, name, Files.readAllBytes(PROC.resolve(name)));
          }
        }
        write(proc, "mounts", "rootfs / rootfs rw 0 0\n".getBytes(StandardCharsets.US_ASCII));
      }
    }
    describeNetwork(folder, files, List.of());
  }

  /** Writes the network's files anew, for a step that may have further hosts. */
  static void describeNetwork(Path folder, NetworkFiles files, List<Command.HostEntry> hosts)
      throws IOException {
    try (Dir root = Dir.open(folder);
        Dir etc = root.openDir("etc")) {
      Timestamp before = etc.stat().mtime();
      copy(files.resolvConf(), etc, "resolv.conf");
      copy(files.hosts(hosts), etc, "hosts");
      etc.setModified(before);
    } catch (LinuxException e) {
      // The image, or a step, has something else than a folder there.
      if (!e.errno().equals(Errno.ENOENT)
          && !e.errno().equals(Errno.ENOTDIR)
          && !e.errno().equals(Errno.ELOOP)) {
        throw e;
      }
    }
  }

  private static void copy(UnixPath from, Dir to, String name) throws IOException {
    if (to.find(name).isPresent()) {
      to.removeTree(name);
    }
    write(to, name, Files.readAllBytes(Path.of(from.toString())));
  }

  private static void write(Dir to, String name, byte[] content) throws IOException {
    try (OpenFile file = to.createFile(name, 0644)) {
      file.write(content, 0, content.length, 0);
      file.chmod(0644);
    }
  }

  private static void placeDevices(Dir dev) throws IOException {
    for (Map.Entry<String, Integer> device : MEMORY_DEVICES.entrySet()) {
      makeDevice(dev, device.getKey(), MEMORY, device.getValue());
    }
    makeDevice(dev, "tty", TERMINALS, 0);
    for (Map.Entry<String, String> link : StepRoot.DEVICE_LINKS.entrySet()) {
      dev.makeSymlink(link.getValue(), link.getKey());
    }
    for (String folder : List.of("shm", "mqueue")) {
      dev.makeDirectory(folder, 01777);
      dev.chmod(folder, 01777);
    }
    dev.makeDirectory("pts", 0755);
  }

  /** Makes a character device that everybody may use. */
  static void makeDevice(Dir in, String name, int major, int minor) throws IOException {
    in.makeNode(name, new Dir.Node(FileType.CHARACTER_DEVICE, 0666, major, minor));
    in.chmod(name, 0666);
  }
}
