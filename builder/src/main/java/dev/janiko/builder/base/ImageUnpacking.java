package dev.janiko.builder.base;

import dev.janiko.builder.store.ChainId;
import dev.janiko.builder.store.LayerStore;
import dev.janiko.registry.Digest;
import dev.janiko.registry.image.BlobSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * The layers of one image on their way into the store. While one is unpacked, straight from its
 * download, the next ones are downloaded into files already. Used by one thread.
 */
final class ImageUnpacking implements AutoCloseable {
  /** With the layer that is being unpacked, three downloads go on at once. */
  private static final int AHEAD = 2;

  private final Tools tools;
  private final List<Layer> layers;
  private final Deque<Ahead> ahead = new ArrayDeque<>();
  private int next;

  /**
   * What all images use.
   *
   * @param store where layers go
   * @param kept takes downloaded blobs that are needed again
   * @param executor runs downloads; each must get a thread at once
   */
  record Tools(LayerStore store, KeptBlobs kept, Executor executor) {}

  /** Whether blobs are needed again after they were unpacked. */
  enum Afterwards {
    KEEP,
    DROP
  }

  private record Layer(ChainId chain, Digest diffId, BlobSource blob, boolean keep) {
    Digest digest() {
      return blob.descriptor().digest();
    }
  }

  private record Ahead(Layer layer, Spool spool) {}

  /**
   * Names the layers of an image.
   *
   * @param diffIds the layers' diff ids, lowest first
   * @param blobs the layers at their registry, in the same order
   */
  ImageUnpacking(Tools tools, List<Digest> diffIds, List<BlobSource> blobs, Afterwards afterwards) {
    this.tools = tools;
    List<ChainId> chains = ChainId.chain(diffIds);
    List<Layer> all = new ArrayList<>();
    for (int i = 0; i < chains.size(); i++) {
      boolean keep = afterwards == Afterwards.KEEP;
      all.add(new Layer(chains.get(i), diffIds.get(i), blobs.get(i), keep));
    }
    this.layers = List.copyOf(all);
  }

  /**
   * Unpacks what is missing in the store.
   *
   * @return the folders of all layers, lowest first
   * @throws IOException if a layer cannot be had, or is not what its digests say
   */
  List<Path> run() throws IOException {
    List<Path> folders = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      next = Math.max(next, i + 1);
      Optional<Path> known = tools.store().find(layer.chain());
      folders.add(known.isPresent() ? known.get() : unpack(layer, folders));
    }
    return List.copyOf(folders);
  }

  private Path unpack(Layer layer, List<Path> below) throws IOException {
    Optional<Spool> spool = begun(layer);
    downloadAhead();
    if (spool.isEmpty()) {
      return new LayerUnpacking(tools.store(), streamed(layer), below)
          .run(layer.chain(), layer.diffId());
    }
    try (Spool spooled = spool.get()) {
      BlobSource blob = BlobSource.of(layer.blob().descriptor(), spooled::open);
      Path folder =
          new LayerUnpacking(tools.store(), blob, below).run(layer.chain(), layer.diffId());
      if (layer.keep()) {
        tools.kept().take(layer.digest(), spooled.release());
      }
      return folder;
    }
  }

  /** The spool that a layer is coming into; those of layers that turned up otherwise are closed. */
  private Optional<Spool> begun(Layer layer) throws IOException {
    while (!ahead.isEmpty()) {
      Ahead first = ahead.removeFirst();
      if (first.layer().equals(layer)) {
        return Optional.of(first.spool());
      }
      first.spool().close();
    }
    return Optional.empty();
  }

  private BlobSource streamed(Layer layer) {
    BlobSource blob = layer.blob();
    return layer.keep()
        ? BlobSource.of(blob.descriptor(), () -> tools.kept().keeping(layer.digest(), blob.open()))
        : blob;
  }

  private void downloadAhead() throws IOException {
    while (ahead.size() < AHEAD && next < layers.size()) {
      Layer layer = layers.get(next++);
      if (tools.store().find(layer.chain()).isEmpty()) {
        Spool spool = new Spool(tools.kept().newFile());
        ahead.addLast(new Ahead(layer, spool));
        tools.executor().execute(() -> spool.fill(layer.blob()));
      }
    }
  }

  /** Gives up the downloads that nobody waits for any more. */
  @Override
  public void close() throws IOException {
    for (Ahead left : ahead) {
      left.spool().close();
    }
    ahead.clear();
  }
}
