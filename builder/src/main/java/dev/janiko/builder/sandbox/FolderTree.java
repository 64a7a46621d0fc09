package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.Mounts;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plain folder that holds a whole stage, for places without overlays. It is mounted on itself,
 * since only a mount can become a root.
 */
final class FolderTree implements StageTree {
  private final Path folder;
  private final Path mountPoint;
  private final @Nullable Ledger ledger;

  private FolderTree(Path folder, @Nullable Ledger ledger) {
    this.folder = folder;
    this.mountPoint = folder.resolve("m");
    this.ledger = ledger;
  }

  /**
   * Mounts an empty one for the calling build thread.
   *
   * @param folder a new folder for it alone
   */
  static FolderTree mount(Path folder, @Nullable Ledger ledger) throws IOException {
    FolderTree tree = new FolderTree(folder, ledger);
    Files.createDirectories(tree.mountPoint);
    UnixPath place = tree.place();
    Mounts.bindAll(place, place);
    return tree;
  }

  private UnixPath place() {
    return UnixPath.of(mountPoint.toAbsolutePath().toString());
  }

  @Override
  public Path mountPoint() {
    return mountPoint;
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public @Nullable Ledger ledger() {
    return ledger;
  }

  @Override
  public boolean canCover() {
    return false;
  }

  @Override
  public StageDiff commit(Set<Stat.Identity> touched) {
    return new StageDiff.WalkDiff(touched);
  }

  @Override
  public void close() throws IOException {
    Mounts.detach(place());
  }
}
