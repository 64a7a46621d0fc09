package dev.janiko.builder.layer;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.snapshot.Changes;
import dev.janiko.registry.Digest;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Writes layers into a folder of blobs.
 *
 * <p>Archive, diff id, compression and digest come out of one pass; compression runs on threads
 * that all layers of this writer share. A blob appears under the hex of its digest by an atomic
 * rename, so a file of that name is always whole. Safe for use by several threads, each with a
 * {@link RootFs} of its own.
 */
public final class LayerWriter implements AutoCloseable {
  private final Path folder;
  private final LayerOptions options;
  private final ExecutorService workers;

  private LayerWriter(Path folder, LayerOptions options) {
    this.folder = folder;
    this.options = options;
    this.workers =
        Executors.newFixedThreadPool(
            options.threads(), Thread.ofPlatform().daemon().name("layer-compress-", 0).factory());
  }

  /**
   * Makes a writer.
   *
   * @param folder where blobs go; must be there
   */
  public static LayerWriter create(Path folder, LayerOptions options) {
    return new LayerWriter(
        requireNonNull(folder, "folder is null"), requireNonNull(options, "options is null"));
  }

  /**
   * Writes a layer.
   *
   * @param root where the contents are
   * @param changes what the layer says
   * @throws FileChangedException if a file is written to meanwhile, also when tried again
   * @throws IOException if reading or writing fails; no blob has appeared then
   */
  public WrittenLayer write(RootFs root, Changes changes) throws IOException {
    requireNonNull(root, "root is null");
    requireNonNull(changes, "changes is null");
    try {
      return attempt(root, changes);
    } catch (FileChangedException again) {
      try {
        return attempt(root, changes);
      } catch (IOException failure) {
        failure.addSuppressed(again);
        throw failure;
      }
    }
  }

  private WrittenLayer attempt(RootFs root, Changes changes) throws IOException {
    Path temporary = Files.createTempFile(folder, "layer-", ".tmp");
    try {
      WrittenLayer layer = writeTo(temporary, root, changes);
      Files.move(temporary, layer.blob(), StandardCopyOption.ATOMIC_MOVE);
      return layer;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private WrittenLayer writeTo(Path file, RootFs root, Changes changes) throws IOException {
    try (HashedOutput blob = new HashedOutput(Files.newOutputStream(file));
        ParallelCompressor compressor =
            new ParallelCompressor(
                blob, workers, options.compression().codec(), options.threads());
        HashedOutput archive = new HashedOutput(compressor)) {
      new LayerArchive(root, archive, options.latestModified()).write(changes);
      compressor.finish();
      Digest digest = blob.digest();
      return new WrittenLayer(
          folder.resolve(digest.hex()),
          archive.digest(),
          digest,
          blob.count,
          options.compression().mediaType());
    }
  }

  /** Ends the threads. Layers that are being written fail. */
  @Override
  public void close() {
    workers.shutdownNow();
  }

  /** Hashes and counts what is written through it. */
  private static final class HashedOutput extends FilterOutputStream {
    private final MessageDigest hasher = Digest.sha256Hasher();
    private long count;

    private HashedOutput(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      hasher.update(bytes, offset, length);
      count += length;
      out.write(bytes, offset, length);
    }

    private Digest digest() {
      return Digest.ofSha256(hasher);
    }
  }
}
