package dev.janiko.builder.step;

import dev.janiko.builder.copy.CopyException;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.store.CacheFolder;
import dev.janiko.builder.store.CacheFolders;
import dev.janiko.builder.store.CacheFolders.Sharing;
import dev.janiko.dockerfile.Mount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The caches of one step, held as long as it lasts. Used by one thread.
 *
 * <p>Where they cannot be mounted they are moved out of their place, or copied if they are on
 * another file system, and put back after the step.
 */
final class MountCaches implements AutoCloseable {
  private static final long DEFAULT_MODE = 0755;
  private static final Mount.Ownership NOBODYS =
      new Mount.Ownership(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

  private final Workspace workspace;
  private final MountFiles files;
  private final CacheFolders.Taken taken;
  private final List<Borrowed> borrowed = new ArrayList<>();

  MountCaches(Workspace workspace, MountFiles files, Path folder) {
    this.workspace = workspace;
    this.files = files;
    this.taken = new CacheFolders.Taken(new CacheFolders(folder));
  }

  /** A cache that is elsewhere while the step runs. */
  private record Borrowed(CacheFolder cache, Path there, boolean isMoved) {}

  /**
   * A cache to use.
   *
   * @param id what it is called
   * @param from what it begins with, if it is new
   */
  record Wanted(Mount.Cache mount, String id, Optional<CopySource> from) {
    /** BuildKit tells caches apart by what they begin with, too; the mode of a new one is part. */
    private String name() {
      StringBuilder text = new StringBuilder(id).append('\0');
      if (from.isPresent()) {
        text.append(mount.from()).append('\0').append(mount.source());
      } else if (root(mount.source()) && !mount.owner().equals(NOBODYS)) {
        text.append(mount.owner());
      }
      return hash(text.toString());
    }

    private String sourceInCache() {
      return from.isPresent() ? "/" : mount.source();
    }
  }

  private static boolean root(String source) {
    return WorkingDirectory.clean(source).equals("/");
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The files of a cache, to be mounted. */
  Path use(Wanted wanted) throws IOException {
    String name = wanted.name();
    if (!workspace.mounts() && taken.has(name)) {
      throw BuildException.of(
          Kind.SANDBOX,
          "the cache " + wanted.id() + " cannot be at two places of one step without mounts");
    }
    CacheFolder cache;
    try {
      cache = taken.take(name, sharing(wanted.mount().sharing()), folder -> fill(folder, wanted));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BuildException.of(Kind.INTERRUPTED, "the build was interrupted", e);
    }
    Path data = workspace.mounts() ? cache.path() : borrow(cache);
    return inside(data, wanted.sourceInCache());
  }

  /** Without mounts only one can have a cache at a time. */
  private Sharing sharing(Mount.Sharing asked) throws IOException {
    return switch (asked) {
      case SHARED -> workspace.mounts() ? Sharing.SHARED : Sharing.LOCKED;
      case PRIVATE -> Sharing.PRIVATE;
      case LOCKED -> Sharing.LOCKED;
    };
  }

  private void fill(Path empty, Wanted wanted) throws IOException {
    Mount.Ownership owner = wanted.mount().owner();
    if (wanted.from().isPresent()) {
      Workspace.Source source = workspace.source(wanted.from().get());
      files.fill(empty, source, WorkingDirectory.clean(wanted.mount().source()));
      return;
    }
    try (RootFs root = workspace.root().beside(empty);
        Dir folder = root.openDirectory(UnixPath.of("/"))) {
      folder.chown(owner.uid().orElse(0), owner.gid().orElse(0));
      folder.chmod((int) owner.mode().orElse(DEFAULT_MODE));
    }
  }

  /** A path in a cache, whose links cannot lead out of it. */
  private static Path inside(Path data, String source) throws IOException {
    if (root(source)) {
      return data;
    }
    UnixPath path = UnixPath.of(WorkingDirectory.clean(source));
    try (RootFs cache = RootFs.open(data)) {
      if (cache.stat(path, true).isEmpty()) {
        throw new CopyException("\"%s\": not found in the cache".formatted(path));
      }
      String place = cache.resolve(path, true).path();
      return Path.of(cache.path().resolve(UnixPath.ofRaw(place)).toString());
    }
  }

  private Path borrow(CacheFolder cache) throws IOException {
    Path there = files.folder().resolve("cache");
    boolean moved = moved(cache.path(), there);
    if (!moved) {
      Files.createDirectory(there);
      copy(cache.path(), there);
    }
    borrowed.add(new Borrowed(cache, there, moved));
    return there;
  }

  private static boolean moved(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (AtomicMoveNotSupportedException otherFileSystem) {
      return false;
    }
  }

  private void copy(Path from, Path empty) throws IOException {
    try (RootFs root = workspace.root().beside(from)) {
      files.fill(empty, MountFiles.whole(root), "/");
    }
  }

  /** Puts caches back and lets go of them. */
  @Override
  public void close() throws IOException {
    @Nullable IOException failure = null;
    for (Borrowed each : borrowed) {
      try {
        giveBack(each);
      } catch (IOException e) {
        failure = e;
      }
    }
    borrowed.clear();
    taken.close();
    if (failure != null) {
      throw failure;
    }
  }

  private void giveBack(Borrowed each) throws IOException {
    if (!Files.isDirectory(each.there())) {
      // The step has taken the folder away; the next one begins anew.
      return;
    }
    if (each.isMoved()) {
      Files.move(each.there(), each.cache().path());
      return;
    }
    Path successor = each.cache().successor();
    copy(each.there(), successor);
    each.cache().replace(successor);
  }
}
