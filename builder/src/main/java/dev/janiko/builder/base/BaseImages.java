package dev.janiko.builder.base;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.BuildException;
import dev.janiko.builder.BuildException.Kind;
import dev.janiko.builder.store.ChainId;
import dev.janiko.builder.store.LayerStore;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.ResolvedImage;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * The images that stages start from and copy from. Each is resolved once per build and each of its
 * layers is unpacked once per store. Work begins when it is first asked for and goes on in the
 * background. Safe for use by several threads.
 */
public final class BaseImages {
  private final RegistryClient client;
  private final Platform platform;
  private final LayerStore store;
  private final Executor executor;
  private final Map<String, CompletableFuture<ResolvedImage>> resolved = new HashMap<>();
  private final Map<String, CompletableFuture<List<Path>>> unpacked = new HashMap<>();

  /**
   * Sets up the images of a build.
   *
   * @param client reaches the registries
   * @param platform chooses among an index's manifests
   * @param store keeps unpacked layers
   * @param executor runs downloads; needs at least two threads
   */
  public BaseImages(RegistryClient client, Platform platform, LayerStore store, Executor executor) {
    this.client = requireNonNull(client, "client is null");
    this.platform = requireNonNull(platform, "platform is null");
    this.store = requireNonNull(store, "store is null");
    this.executor = requireNonNull(executor, "executor is null");
  }

  /** Begins to ask for an image, so that it is known when it is needed. */
  public void prefetch(ImageReference reference) {
    requireNonNull(resolve(reference));
  }

  /** Begins to unpack an image, so that its files are here when they are needed. */
  public void prefetchFiles(ImageReference reference) {
    requireNonNull(unpack(reference));
  }

  /** An image's manifest and config, asked for at its registry the first time. */
  public synchronized CompletableFuture<ResolvedImage> resolve(ImageReference reference) {
    return resolved.computeIfAbsent(
        reference.toString(),
        _ -> CompletableFuture.supplyAsync(() -> resolveNow(reference), executor));
  }

  /** The folders of an image's unpacked layers, lowest first. */
  public synchronized CompletableFuture<List<Path>> unpack(ImageReference reference) {
    return unpacked.computeIfAbsent(
        reference.toString(),
        _ -> resolve(reference).thenApplyAsync(image -> unpackNow(reference, image), executor));
  }

  /** An image's layers as blobs, read from the registry when they are opened. */
  public List<BlobSource> layers(ResolvedImage image) {
    return image.image(client).layers().stream()
        .map(layer -> layer.heldIn(image.reference()))
        .toList();
  }

  /** A folder for files of this build, removed when it ends. */
  public Path work() {
    return store.work();
  }

  private ResolvedImage resolveNow(ImageReference reference) {
    try {
      return client.resolve(reference, platform);
    } catch (IOException e) {
      throw failure(reference, e);
    }
  }

  private List<Path> unpackNow(ImageReference reference, ResolvedImage image) {
    List<ChainId> chains = ChainId.chain(image.config().diffIds());
    List<BlobSource> layers = layers(image);
    List<Path> folders = new ArrayList<>();
    try {
      for (int i = 0; i < chains.size(); i++) {
        Optional<Path> known = store.find(chains.get(i));
        if (known.isPresent()) {
          folders.add(known.get());
        } else {
          LayerUnpacking unpacking = new LayerUnpacking(store, layers.get(i), folders);
          folders.add(unpacking.run(chains.get(i), image.config().diffIds().get(i)));
        }
      }
      return List.copyOf(folders);
    } catch (IOException e) {
      throw failure(reference, e);
    }
  }

  private static BuildException failure(ImageReference reference, IOException e) {
    return BuildException.of(Kind.BASE_IMAGE, reference.familiar() + ": " + e.getMessage(), e);
  }

  /**
   * Waits for something of this class.
   *
   * @throws BuildException as the work did
   */
  public static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BuildException.of(Kind.INTERRUPTED, "the build was interrupted", e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw unwrapped(e);
    }
  }

  private static RuntimeException unwrapped(java.util.concurrent.ExecutionException e) {
    Throwable cause = e.getCause();
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException runtime ? runtime : new CompletionException(cause);
  }
}
