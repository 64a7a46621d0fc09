package dev.janiko.builder.base;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.base.ImageUnpacking.Afterwards;
import dev.janiko.builder.base.ImageUnpacking.Tools;
import dev.janiko.builder.cache.BaseFolder;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.layer.Layer;
import dev.janiko.builder.plan.ImageChoice;
import dev.janiko.builder.plan.NamedSource;
import dev.janiko.builder.store.LayerStore;
import dev.janiko.registry.Digest;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.layout.OciLayout;
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
  private final Map<ImageChoice, CompletableFuture<BaseImage>> resolved = new HashMap<>();
  private final Map<ImageChoice, CompletableFuture<List<Path>>> unpacked = new HashMap<>();

  /**
   * How images are fetched.
   *
   * @param client reaches the registries
   * @param blobsNeeded whether the blobs of an image are needed again after they were unpacked, so
   *     that they are kept when they are downloaded
   * @param folder images that need not be fetched
   */
  public record Pulling(
      RegistryClient client, Predicate<ImageChoice> blobsNeeded, Optional<BaseFolder> folder) {
    /** Refuses absent parts. */
    public Pulling {
      requireNonNull(client, "client is null");
      requireNonNull(blobsNeeded, "blobsNeeded is null");
      requireNonNull(folder, "folder is null");
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
  public void prefetch(ImageChoice choice) {
    requireNonNull(resolve(choice));
  }

  /** Begins to unpack an image, so that its files are here when they are needed. */
  public void prefetchFiles(ImageChoice choice) {
    requireNonNull(unpack(choice));
  }

  /** An image's manifest and config, asked for at its registry the first time. */
  public synchronized CompletableFuture<BaseImage> resolve(ImageChoice choice) {
    return resolved.computeIfAbsent(
        choice, _ -> CompletableFuture.supplyAsync(() -> resolveNow(choice), executor));
  }

  /** The folders of an image's unpacked layers, lowest first. */
  public synchronized CompletableFuture<List<Path>> unpack(ImageChoice choice) {
    return unpacked.computeIfAbsent(
        choice, _ -> resolve(choice).thenApplyAsync(image -> unpackNow(choice, image), executor));
  }

  /**
   * The folders of the unpacked layers of an image, or of none, and of others upon it, lowest
   * first.
   */
  public CompletableFuture<List<Path>> unpack(Optional<ImageChoice> image, List<Layer> upon) {
    if (upon.isEmpty()) {
      return image.map(this::unpack).orElse(CompletableFuture.completedFuture(List.of()));
    }
    CompletableFuture<Optional<BaseImage>> known =
        image
            .map(reference -> resolve(reference).thenApply(Optional::of))
            .orElse(CompletableFuture.completedFuture(Optional.empty()));
    return known.thenApplyAsync(base -> unpackNow(base, upon), executor);
  }

  private List<Path> unpackNow(Optional<BaseImage> base, List<Layer> upon) {
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
  public List<BlobSource> layers(BaseImage image) {
    if (image.choice().layout().isPresent()) {
      return image.image().layers();
    }
    return image.image().layers().stream()
        .map(layer ->
            BlobSource.of(layer.descriptor(), () -> open(image.choice(), layer))
                .heldIn(image.choice().reference()))
        .toList();
  }

  private InputStream open(ImageChoice choice, BlobSource layer) throws IOException {
    Digest digest = layer.descriptor().digest();
    Optional<Path> file = kept.find(digest);
    if (file.isPresent()) {
      return Files.newInputStream(file.get());
    }
    boolean here = layer.origin().isEmpty();
    return pulling.blobsNeeded().test(choice) && !here
        ? kept.keeping(digest, layer.open())
        : layer.open();
  }

  /** A folder for files of this build, removed when it ends. */
  public Path work() {
    return store.work();
  }

  private BaseImage resolveNow(ImageChoice choice) {
    try {
      Optional<NamedSource.Layout> layout = choice.layout();
      return new BaseImage(
          choice, layout.isPresent() ? read(layout.get(), choice.platform()) : pulled(choice));
    } catch (IOException e) {
      throw failure(choice, e);
    }
  }

  /**
   * The image by its name, as its registry has it now; its files from the folder if they are there.
   */
  private Image pulled(ImageChoice choice) throws IOException {
    ImageReference name = choice.reference();
    RegistryClient client = pulling.client();
    if (pulling.folder().isPresent()) {
      Optional<Digest> pinned = name.digest();
      Digest digest = pinned.isPresent() ? pinned.get() : client.document(name).digest();
      Optional<Image> found = pulling.folder().get().find(digest, choice.platform());
      if (found.isPresent()) {
        return found.get();
      }
    }
    return client.resolve(name, choice.platform()).image(client);
  }

  private static Image read(NamedSource.Layout layout, Platform platform) throws IOException {
    OciLayout images = OciLayout.at(layout.folder());
    Optional<Digest> digest = layout.digest();
    return digest.isPresent()
        ? images.read(digest.get(), platform)
        : images.read(layout.name().orElse(""), platform);
  }

  private List<Path> unpackNow(ImageChoice choice, BaseImage image) {
    Afterwards afterwards = pulling.blobsNeeded().test(choice) ? Afterwards.KEEP : Afterwards.DROP;
    Tools tools = new Tools(store, kept, executor);
    try (ImageUnpacking unpacking =
        new ImageUnpacking(tools, image.config().diffIds(), image.image().layers(), afterwards)) {
      return unpacking.run();
    } catch (IOException e) {
      throw failure(choice, e);
    }
  }

  private static BuildException failure(ImageChoice choice, IOException e) {
    String message = String.valueOf(e.getMessage());
    boolean named = message.contains(choice.reference().repository());
    return BuildException.of(Kind.BASE_IMAGE, named ? message : choice.shown() + ": " + message, e);
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
