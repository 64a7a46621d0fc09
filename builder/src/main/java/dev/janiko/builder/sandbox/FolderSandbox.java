package dev.janiko.builder.sandbox;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.TreeRemoval;
import dev.janiko.builder.linux.UserIds;
import dev.janiko.builder.linux.WarmUp;
import dev.janiko.builder.rootfs.ExcludedPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stages as plain folders; commands in namespaces of their own. For places that refuse overlays, or
 * whose user namespace has too few users: root is played there.
 *
 * <p>Used within {@link BuildThread#call} only, whose mount namespace takes all mounts with it.
 * Thread-safe.
 */
public final class FolderSandbox implements WalkedSandbox {
  private final Path folder;
  private final @Nullable Ledger ledger;
  private final List<NamespaceStage> stages = new ArrayList<>();
  private final NetworkFiles files;

  private FolderSandbox(Path folder, @Nullable Ledger ledger) {
    this.folder = folder;
    this.ledger = ledger;
    this.files = new NetworkFiles(folder);
  }

  /**
   * Opens one.
   *
   * @param parent a folder where it makes one of its own, removed when it is closed
   */
  public static FolderSandbox open(Path parent) throws IOException {
    requireNonNull(parent, "parent is null");
    BuildThread.require();
    WarmUp.await();
    Files.createDirectories(parent);
    Path folder = Files.createTempDirectory(parent.toRealPath(), "sandbox-");
    boolean complete = UserIds.ofThisProcess().sufficeForImages();
    return new FolderSandbox(folder, complete ? null : Ledger.create());
  }

  @Override
  public String name() {
    return "namespace";
  }

  @Override
  public ExcludedPaths kept() {
    return ExcludedPaths.none();
  }

  @Override
  public @Nullable Ledger ledger() {
    return ledger;
  }

  @Override
  public synchronized StageRoot openStage(String stageName, List<Path> unpackedLayers)
      throws IOException {
    requireNonNull(stageName, "stageName is null");
    BuildThread.require();
    if (!unpackedLayers.isEmpty()) {
      throw new IllegalArgumentException("layers are unpacked into the root here, not stacked");
    }
    Path stageFolder = Files.createDirectory(folder.resolve(Integer.toString(stages.size())));
    NamespaceStage stage =
        new NamespaceStage(stageName, FolderTree.mount(stageFolder, ledger), files);
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
