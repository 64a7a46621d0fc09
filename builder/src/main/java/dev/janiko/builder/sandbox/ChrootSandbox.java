package dev.janiko.builder.sandbox;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Descendants;
import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.TreeRemoval;
import dev.janiko.builder.linux.WarmUp;
import dev.janiko.builder.rootfs.ExcludedPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stages as plain folders that commands get as their root by chroot(2): for root in a container of
 * somebody's whose own files must stay as they are, and where nothing can be mounted.
 *
 * <p>Each command's process changes its own root before it becomes the command, so that this
 * program's stays what it is. Thread-safe.
 */
public final class ChrootSandbox implements WalkedSandbox {
  private final Path folder;
  private final NetworkFiles files;
  private final List<ChrootStage> stages = new ArrayList<>();

  private ChrootSandbox(Path folder) {
    this.folder = folder;
    this.files = new NetworkFiles(folder);
  }

  /**
   * Opens one.
   *
   * @param parent a folder where it makes one of its own, removed when it is closed
   */
  public static ChrootSandbox open(Path parent) throws IOException {
    requireNonNull(parent, "parent is null");
    WarmUp.await();
    Descendants.adopt();
    Descendants.keepOut();
    Files.createDirectories(parent);
    return new ChrootSandbox(Files.createTempDirectory(parent.toRealPath(), "sandbox-"));
  }

  @Override
  public String name() {
    return "chroot";
  }

  @Override
  public ExcludedPaths kept() {
    return ChrootFurniture.KEPT;
  }

  @Override
  public @Nullable Ledger ledger() {
    return null;
  }

  @Override
  public synchronized StageRoot openStage(String stageName, List<Path> unpackedLayers)
      throws IOException {
    requireNonNull(stageName, "stageName is null");
    if (!unpackedLayers.isEmpty()) {
      throw new IllegalArgumentException("layers are unpacked into the root here, not stacked");
    }
    Path stageFolder = Files.createDirectory(folder.resolve(Integer.toString(stages.size())));
    ChrootStage stage = new ChrootStage(stageName, stageFolder, files);
    stages.add(stage);
    return stage;
  }

  @Override
  public synchronized void close() throws IOException {
    for (ChrootStage stage : stages) {
      stage.close();
    }
    stages.clear();
    TreeRemoval.remove(folder);
  }
}
