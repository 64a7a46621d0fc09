package dev.janiko.registry.client;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.Workers;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Bundle;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Pushes one image to one or more places.
 *
 * <p>Blobs can be offered as soon as they are there: they go up in the background, several at a
 * time, to each registry once and from there into its other repositories by mounting. {@link
 * #finish} waits for them, then stores the manifests: a tag appears last and only if everything
 * else is there. {@link #close} gives up what still goes on. Safe for use by threads.
 */
public final class Pusher implements AutoCloseable {
  /** Large blobs share the wire; small ones mostly wait for answers. */
  private static final int PARALLEL_LARGE = 6;

  private static final int PARALLEL_SMALL = 24;
  private static final long LARGE = 2 << 20;
  private static final int MANIFEST_TRIES = 3;
  private static final List<String> IMMUTABLE =
      List.of(
          "The repository has enabled tag immutability",
          "cannot be overwritten because the repository is immutable",
          "configured as immutable");

  private final RegistryClient client;
  private final List<ImageReference> destinations;

  /** The repositories of each registry, without repetition. */
  private final Map<String, List<ImageReference>> registries = new LinkedHashMap<>();

  private final Map<String, Future<?>> transfers = new LinkedHashMap<>();
  private final ExecutorService largeWork = Workers.pool(PARALLEL_LARGE);
  private final ExecutorService smallWork = Workers.pool(PARALLEL_SMALL);

  /** What failed first; it stops all others. */
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  private Pusher(RegistryClient client, List<ImageReference> destinations) {
    this.client = requireNonNull(client, "client is null");
    this.destinations = List.copyOf(destinations);
    for (ImageReference destination : this.destinations) {
      List<ImageReference> repositories =
          registries.computeIfAbsent(destination.registry(), _ -> new ArrayList<>());
      if (repositories.stream().noneMatch(destination::sameRepository)) {
        repositories.add(destination);
      }
    }
  }

  /**
   * What was pushed.
   *
   * @param reference the name with its tag
   * @param digest what the name leads to now
   */
  public record Pushed(ImageReference reference, Digest digest) {}

  /**
   * Begins to push; nothing is sent before a blob is offered.
   *
   * @param destinations where to; those without a tag mean {@code latest}
   */
  public static Pusher create(RegistryClient client, List<ImageReference> destinations) {
    return new Pusher(client, destinations);
  }

  /**
   * Pushes a whole image.
   *
   * @throws IOException if it is not everywhere it should be
   */
  public static List<Pushed> push(
      RegistryClient client, Image image, List<ImageReference> destinations) throws IOException {
    try (Pusher pusher = create(client, destinations)) {
      return pusher.finish(image);
    }
  }

  /**
   * Pushes a whole bundle.
   *
   * @throws IOException if it is not everywhere it should be
   */
  public static List<Pushed> push(
      RegistryClient client, Bundle bundle, List<ImageReference> destinations) throws IOException {
    try (Pusher pusher = create(client, destinations)) {
      return pusher.finish(bundle);
    }
  }

  /** Connects to the registries meanwhile, so that the first blob need not wait for that. */
  public void greet() {
    for (List<ImageReference> repositories : registries.values()) {
      begin(smallWork, new FutureTask<>(() -> client.greet(repositories.getFirst()), null));
    }
  }

  /** Begins to upload a blob; one that was offered before is not uploaded again. */
  public void offer(BlobSource blob) {
    requireNonNull(blob, "blob is null");
    synchronized (transfers) {
      for (Map.Entry<String, List<ImageReference>> registry : registries.entrySet()) {
        transfers.computeIfAbsent(
            registry.getKey() + " " + blob.descriptor().digest(),
            _ -> inBackground(threads(blob), () -> upload(blob, registry.getValue())));
      }
    }
  }

  private ExecutorService threads(BlobSource blob) {
    return blob.descriptor().size() < LARGE ? smallWork : largeWork;
  }

  private Future<?> inBackground(ExecutorService threads, Callable<?> work) {
    FutureTask<Object> task = new FutureTask<>(() -> watched(work));
    begin(threads, task);
    return task;
  }

  private static void begin(ExecutorService threads, FutureTask<?> task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      // Something failed already, or the push was given up.
      task.cancel(false);
    }
  }

  private Object watched(Callable<?> work) throws Exception {
    try {
      return work.call();
    } catch (IOException | RuntimeException e) {
      failure.compareAndSet(null, e);
      stop();
      throw e;
    }
  }

  /** Ends what goes on and what waits; whoever awaits it hears of that. */
  private void stop() {
    for (ExecutorService threads : List.of(largeWork, smallWork)) {
      for (Runnable waiting : threads.shutdownNow()) {
        ((FutureTask<?>) waiting).cancel(false);
      }
    }
  }

  private RegistryClient.Outcome upload(BlobSource blob, List<ImageReference> repositories)
      throws IOException {
    ImageReference first = repositories.getFirst();
    int again = client.rules().pushRetries();
    RegistryClient.Outcome outcome = Repetition.of(again, () -> client.upload(first, blob));
    BlobSource held = blob.heldIn(first);
    for (ImageReference other : repositories.subList(1, repositories.size())) {
      Repetition.of(again, () -> client.upload(other, held));
    }
    return outcome;
  }

  /**
   * Pushes what is left of the image, then its manifests, and last the tags.
   *
   * @return the destinations in the order in which they were given
   * @throws IOException if anything fails; then at least the failed destination has no new tag
   */
  public List<Pushed> finish(Image image) throws IOException {
    return finish(Bundle.of(image));
  }

  /**
   * Pushes what is left of the bundle, then what its index names, and last the tags. A destination
   * with a digest, which must be the bundle's, gets no tag.
   *
   * @return the destinations in the order in which they were given
   * @throws IOException if anything fails; then at least the failed destination has no new tag
   */
  public List<Pushed> finish(Bundle bundle) throws IOException {
    bundle.allBlobs().forEach(this::offer);
    List<Future<?>> started;
    synchronized (transfers) {
      started = List.copyOf(transfers.values());
    }
    await(started);
    for (List<Bundle> level : levels(bundle)) {
      List<Future<?>> stored = new ArrayList<>();
      for (List<ImageReference> repositories : registries.values()) {
        for (ImageReference repository : repositories) {
          level.forEach(child ->
              stored.add(storing(repository.withDigest(child.document().digest()), child)));
        }
      }
      await(stored);
    }
    List<Pushed> pushed = new ArrayList<>();
    List<Future<?>> tagged = new ArrayList<>();
    for (ImageReference destination : destinations) {
      ImageReference name = named(destination, bundle);
      pushed.add(new Pushed(name, bundle.document().digest()));
      tagged.add(storing(name, bundle));
    }
    await(tagged);
    return List.copyOf(pushed);
  }

  private static ImageReference named(ImageReference destination, Bundle bundle)
      throws RegistryException {
    if (destination.digest().isEmpty()) {
      return destination.withTag(destination.tagOrLatest());
    }
    if (!destination.digest().get().equals(bundle.document().digest())) {
      throw RegistryException.invalid(
          "cannot push " + bundle.document().digest() + " as " + destination);
    }
    return destination;
  }

  /** What the bundle names, the deepest first; without the bundle itself. */
  private static List<List<Bundle>> levels(Bundle bundle) {
    List<List<Bundle>> levels = new ArrayList<>();
    for (List<Bundle> level = bundle.children(); !level.isEmpty(); ) {
      levels.addFirst(level);
      level = level.stream().flatMap(child -> child.children().stream()).toList();
    }
    return levels;
  }

  private Future<?> storing(ImageReference name, Bundle bundle) {
    return inBackground(
        smallWork,
        () -> {
          Repetition.of(
              client.rules().pushRetries(),
              () -> {
                putManifest(name, bundle);
                return name;
              });
          return name;
        });
  }

  /**
   * Stores the manifest. A registry of several servers may not see a blob yet that another of them
   * has just taken: then the blobs are checked again.
   */
  private void putManifest(ImageReference name, Bundle bundle) throws IOException {
    for (int tried = 1; ; tried++) {
      try {
        client.putManifest(name, bundle.document());
        return;
      } catch (RegistryException e) {
        if (client.rules().acceptImmutableTags() && isImmutable(e)) {
          return;
        }
        boolean unseen =
            e.code().equals("MANIFEST_BLOB_UNKNOWN") || e.code().equals("BLOB_UNKNOWN");
        if (!unseen || tried == MANIFEST_TRIES) {
          throw e;
        }
        for (BlobSource blob : bundle.blobs()) {
          client.upload(name, blob);
        }
      }
    }
  }

  /** In the words of the registries that have such tags: they have no code for it. */
  private static boolean isImmutable(RegistryException e) {
    String message = String.valueOf(e.getMessage());
    return e.code().equals("TAG_IMMUTABLE") || IMMUTABLE.stream().anyMatch(message::contains);
  }

  private void await(List<Future<?>> all) throws IOException {
    try {
      for (Future<?> future : all) {
        future.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted");
      interrupted.initCause(e);
      throw interrupted;
    } catch (CancellationException | ExecutionException e) {
      stop();
      throw failed(e);
    }
  }

  private IOException failed(Exception other) {
    Exception first = failure.get();
    if (first instanceof RegistryException known) {
      return known;
    }
    Exception cause = first == null ? other : first;
    return new IOException("push failed: " + cause.getMessage(), cause);
  }

  /** Gives up all transfers that still go on, and waits for them to end. */
  @Override
  public void close() {
    stop();
    largeWork.close();
    smallWork.close();
  }
}
