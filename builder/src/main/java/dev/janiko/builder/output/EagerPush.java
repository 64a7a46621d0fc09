package dev.janiko.builder.output;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Pushes an image while it is still being built: each blob goes up, or is mounted, as soon as it is
 * known; the manifests follow when all blobs are there. A build that fails leaves blobs without a
 * name, never a tag. Safe for use by several threads.
 */
public final class EagerPush {
  private final RegistryClient client;
  private final List<ImageReference> destinations;
  private final List<ImageReference> repositories;
  private final Executor executor;
  private final Map<String, CompletableFuture<RegistryClient.Outcome>> uploads = new HashMap<>();

  /**
   * Sets up a push.
   *
   * @param client reaches the registries
   * @param destinations the names to push to; may be none
   * @param executor runs the uploads
   */
  public EagerPush(RegistryClient client, List<ImageReference> destinations, Executor executor) {
    this.client = requireNonNull(client, "client is null");
    this.destinations = List.copyOf(destinations);
    this.executor = requireNonNull(executor, "executor is null");
    List<ImageReference> distinct = new ArrayList<>();
    for (ImageReference destination : destinations) {
      if (distinct.stream().noneMatch(destination::sameRepository)) {
        distinct.add(destination);
      }
    }
    this.repositories = List.copyOf(distinct);
  }

  /** Whether nothing is pushed. */
  public boolean isEmpty() {
    return destinations.isEmpty();
  }

  /** Whether a blob would have to travel from one registry to another. */
  public boolean crossesFrom(ImageReference origin) {
    return repositories.stream().anyMatch(to -> !to.registry().equals(origin.registry()));
  }

  /** Asks every registry whether it will take the image. */
  public List<CompletableFuture<Void>> checkPermission() {
    return repositories.stream()
        .map(
            repository ->
                CompletableFuture.runAsync(
                    () -> unchecked(() -> client.checkPush(repository)), executor))
        .toList();
  }

  /** Begins to bring a blob to all repositories; one that was offered before is not sent again. */
  public synchronized void offer(BlobSource blob) {
    for (ImageReference repository : repositories) {
      uploads.computeIfAbsent(
          repository.name() + "@" + blob.descriptor().digest(),
          _ ->
              CompletableFuture.supplyAsync(
                  () -> unchecked(() -> client.upload(repository, blob)), executor));
    }
  }

  /**
   * Waits until all blobs are there, then names the image.
   *
   * @throws IOException if a registry refuses something; nothing is named then that is not whole
   */
  public void finish(Image image) throws IOException, InterruptedException {
    image.blobs().forEach(this::offer);
    List<CompletableFuture<RegistryClient.Outcome>> pending;
    synchronized (this) {
      pending = List.copyOf(uploads.values());
    }
    Futures.awaitAll(pending);
    for (ImageReference destination : destinations) {
      client.putManifest(destination, image.manifest());
    }
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private interface Action {
    void run() throws IOException;
  }

  private static <T> T unchecked(Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void unchecked(Action action) {
    try {
      action.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
