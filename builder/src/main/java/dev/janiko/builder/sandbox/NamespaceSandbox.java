package dev.janiko.builder.sandbox;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.TreeRemoval;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.linux.WarmUp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stages as overlays over shared, unpacked layers; commands in namespaces of their own.
 *
 * <p>Used within {@link BuildThread#call} only, whose mount namespace takes all mounts with it.
 * Thread-safe.
 */
public final class NamespaceSandbox implements Sandbox {
  private static final String HOSTS =
      "127.0.0.1\tlocalhost buildkitsandbox\n::1\tlocalhost ip6-localhost ip6-loopback\n";
  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

  private final Path folder;
  private final List<OverlayStage> stages = new ArrayList<>();
  private final WrittenFiles files;

  private NamespaceSandbox(Path folder) {
    this.folder = folder;
    this.files = new WrittenFiles(folder);
  }

  /**
   * Opens one.
   *
   * @param parent a folder where it makes one of its own, removed when it is closed; on a file
   *     system that can hold an overlay's upper directory
   */
  public static NamespaceSandbox open(Path parent) throws IOException {
    requireNonNull(parent, "parent is null");
    BuildThread.require();
    WarmUp.await();
    Files.createDirectories(parent);
    return new NamespaceSandbox(Files.createTempDirectory(parent.toRealPath(), "sandbox-"));
  }

  @Override
  public String name() {
    return "namespace";
  }

  @Override
  public synchronized StageRoot openStage(String stageName, List<Path> unpackedLayers)
      throws IOException {
    requireNonNull(stageName, "stageName is null");
    BuildThread.require();
    Path stageFolder = Files.createDirectory(folder.resolve(Integer.toString(stages.size())));
    Overlay overlay = Overlay.mount(stageFolder, unpackedLayers);
    OverlayStage stage = new OverlayStage(stageName, overlay, files);
    stages.add(stage);
    return stage;
  }

  @Override
  public synchronized void close() throws IOException {
    for (OverlayStage stage : stages) {
      stage.close();
    }
    stages.clear();
    TreeRemoval.remove(folder);
  }

  /** The network's files, written once for each content. */
  private static final class WrittenFiles implements OverlayStage.NetworkFiles {
    private final Path folder;
    private final Map<String, UnixPath> written = new HashMap<>();

    private WrittenFiles(Path folder) {
      this.folder = folder;
    }

    @Override
    public UnixPath resolvConf() throws IOException {
      String content = Files.isReadable(RESOLV_CONF) ? latin1(RESOLV_CONF) : "";
      return file("resolv.conf", content);
    }

    private static String latin1(Path path) throws IOException {
      return new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
    }

    @Override
    public UnixPath hosts(List<Command.HostEntry> extra) throws IOException {
      StringBuilder content = new StringBuilder(HOSTS);
      for (Command.HostEntry entry : extra) {
        content.append(entry.address()).append('\t').append(entry.host()).append('\n');
      }
      return file("hosts", content.toString());
    }

    private synchronized UnixPath file(String kind, String content) throws IOException {
      UnixPath known = written.get(kind + content);
      if (known != null) {
        return known;
      }
      Path file = folder.resolve(kind + "-" + written.size());
      Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      UnixPath path = UnixPath.of(file.toString());
      written.put(kind + content, path);
      return path;
    }
  }
}
