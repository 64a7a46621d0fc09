package dev.janiko.builder.sandbox;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.TreeRemoval;
import dev.janiko.builder.linux.WarmUp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Stages as overlays over shared, unpacked layers; commands in namespaces of their own.
 *
 * <p>Used within {@link BuildThread#call} only, whose mount namespace takes all mounts with it.
 * Thread-safe.
 */
public final class NamespaceSandbox implements Sandbox {
  private final Path folder;
  private final List<NamespaceStage> stages = new ArrayList<>();
  private final NetworkFiles files;

  private NamespaceSandbox(Path folder) {
    this.folder = folder;
    this.files = new NetworkFiles(folder);
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
    NamespaceStage stage = new NamespaceStage(stageName, overlay, files);
    stages.add(stage);
    return stage;
  }

  @Override
  public synchronized void close() throws IOException {
    for (NamespaceStage stage : stages) {
      stage.close();
    }
    stages.clear();
    TreeRemoval.remove(folder);
  }
}
