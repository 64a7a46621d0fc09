package dev.janiko.builder.store;

import dev.janiko.builder.linux.LockFile;
import dev.janiko.builder.linux.TreeRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A cache that is held until this is closed. Used by one thread at a time. */
public final class CacheFolder implements AutoCloseable {
  private final Path data;
  private final LockFile lock;

  CacheFolder(Path data, LockFile lock) {
    this.data = data;
    this.lock = lock;
  }

  /** Where the cache's files are. */
  public Path path() {
    return data;
  }

  /** A folder beside the cache that becomes the cache by {@link #replace}; removed with it. */
  public Path successor() throws IOException {
    return Files.createTempDirectory(Objects.requireNonNull(data.getParent()), "new-");
  }

  /** Puts a {@link #successor} into the cache's place. */
  public void replace(Path successor) throws IOException {
    TreeRemoval.remove(data);
    Files.move(successor, data);
  }

  /** Lets others use it. */
  @Override
  public void close() {
    lock.close();
  }
}
