package dev.janiko.builder.base;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.base.ImageUnpacking.Afterwards;
import dev.janiko.builder.base.ImageUnpacking.Tools;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.layer.Layer;
import dev.janiko.builder.store.LayerStore;
import dev.janiko.registry.Digest;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.ResolvedImage;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * The images that stages start from and copy from. Each is resolved once per build and each of its
 * layers is unpacked once per store. Work begins when it is first asked for and goes on in the
 * background. Safe for use by several threads.
 */
public final class BaseImages {
  private final Pulling pulling;
  private final LayerStore store;
  private final KeptBlobs kept;
  private final Executor executor;
  private final Map<String, CompletableFuture<ResolvedImage>> resolved = new HashMap<>();
  private final Map<String, CompletableFuture<List<Path>>> unpacked = new HashMap<>();

  /**
   * How images are fetched.
   *
   * @param client reaches the registries
   * @param platform chooses among an index's manifests
   * @param blobsNeeded whether the blobs of an image are needed again after they were unpacked, so
   *     that they are kept when they are downloaded
   */
  public record Pulling(
      RegistryClient client, Platform platform, Predicate<ImageReference> blobsNeeded) {
    /** Refuses absent parts. */
    public Pulling {
      requireNonNull(client, "client is null");
      requireNonNull(platform, "platform is null");
      requireNonNull(blobsNeeded, "blobsNeeded is null");
    }
  }

  /**
   * Sets up the images of a build.
   *
   * @param pulling how they are fetched
   * @param store keeps unpacked layers
   * @param executor runs downloads, each of them at once
   */
  public BaseImages(Pulling pulling, LayerStore store, Executor executor) {
    this.pulling = requireNonNull(pulling, "pulling is null");
    this.store = requireNonNull(store, "store is null");
    this.kept = new KeptBlobs(store.work());
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

  /**
   * The folders of the unpacked layers of an image, or of none, and of others upon it, lowest
   * first.
   */
  public CompletableFuture<List<Path>> unpack(Optional<ImageReference> image, List<Layer> upon) {
    if (upon.isEmpty()) {
      return image.map(this::unpack).orElse(CompletableFuture.completedFuture(List.of()));
    }
    CompletableFuture<Optional<ResolvedImage>> known =
        image
            .map(reference -> resolve(reference).thenApply(Optional::of))
            .orElse(CompletableFuture.completedFuture(Optional.empty()));
    return known.thenApplyAsync(base -> unpackNow(base, upon), executor);
  }

  private List<Path> unpackNow(Optional<ResolvedImage> base, List<Layer> upon) {
    List<Digest> diffIds = new ArrayList<>();
    List<BlobSource> blobs = new ArrayList<>();
    base.ifPresent(image -> {
      diffIds.addAll(image.config().diffIds());
      blobs.addAll(layers(image));
    });
    for (Layer layer : upon) {
      diffIds.add(layer.diffId());
      blobs.add(layer.blob());
    }
    Tools tools = new Tools(store, kept, executor);
    try (ImageUnpacking unpacking = new ImageUnpacking(tools, diffIds, blobs, Afterwards.DROP)) {
      return unpacking.run();
    } catch (IOException e) {
      throw failure(upon.getFirst(), e);
    }
  }

  /**
   * Unpacks a layer for this build alone.
   *
   * @param below the folders of the layers below it, lowest first
   * @return its folder
   */
  public Path unpackApart(Layer layer, List<Path> below) {
    try {
      return new LayerUnpacking(store, layer.blob(), below).apart(layer.diffId());
    } catch (IOException e) {
      throw failure(layer, e);
    }
  }

  private static BuildException failure(Layer layer, IOException e) {
    return BuildException.of(
            Kind.BASE_IMAGE,
            "the cached layer " + layer.blob().descriptor().digest() + ": " + e.getMessage(),
            e)
        .withHint("build without the cache, which makes the layer anew");
  }

  /**
   * An image's layers as blobs, read from the registry when they are opened. Those that are needed
   * more than once are downloaded once.
   */
  public List<BlobSource> layers(ResolvedImage image) {
    return remote(image).stream()
        .map(layer ->
            BlobSource.of(layer.descriptor(), () -> open(image.reference(), layer))
                .heldIn(image.reference()))
        .toList();
  }

  private InputStream open(ImageReference reference, BlobSource layer) throws IOException {
    Digest digest = layer.descriptor().digest();
    Optional<Path> file = kept.find(digest);
    if (file.isPresent()) {
      return Files.newInputStream(file.get());
    }
    return pulling.blobsNeeded().test(reference)
        ? kept.keeping(digest, layer.open())
        : layer.open();
  }

  private List<BlobSource> remote(ResolvedImage image) {
    return image.image(pulling.client()).layers();
  }

  /** A folder for files of this build, removed when it ends. */
  public Path work() {
    return store.work();
  }

  private ResolvedImage resolveNow(ImageReference reference) {
    try {
      return pulling.client().resolve(reference, pulling.platform());
    } catch (IOException e) {
      throw failure(reference, e);
    }
  }

  private List<Path> unpackNow(ImageReference reference, ResolvedImage image) {
    Afterwards afterwards =
        pulling.blobsNeeded().test(reference) ? Afterwards.KEEP : Afterwards.DROP;
    Tools tools = new Tools(store, kept, executor);
    try (ImageUnpacking unpacking =
        new ImageUnpacking(tools, image.config().diffIds(), remote(image), afterwards)) {
      return unpacking.run();
    } catch (IOException e) {
      throw failure(reference, e);
    }
  }

  private static BuildException failure(ImageReference reference, IOException e) {
    String message = String.valueOf(e.getMessage());
    boolean named = message.contains(reference.repository());
    return BuildException.of(
        Kind.BASE_IMAGE, named ? message : reference.familiar() + ": " + message, e);
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
