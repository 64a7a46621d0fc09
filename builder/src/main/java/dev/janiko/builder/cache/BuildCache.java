package dev.janiko.builder.cache;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.layer.Layer;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The layer cache as one build uses it: lookups go on in the background, what steps made is kept
 * when the build is over. A cache that fails is told once and never fails the build. Safe for use
 * by threads.
 */
public final class BuildCache {
  private final LayerCache place;
  private final Policy policy;
  private final Executor executor;
  private final Consumer<String> warnings;
  private final Clock clock;
  private final List<Kept> kept = new ArrayList<>();
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * What a build does with its cache.
   *
   * @param steps whose layers are looked up and kept
   * @param lifetime after which an entry is as if it were not there
   * @param writes whether layers are kept
   */
  public record Policy(Steps steps, Duration lifetime, boolean writes) {
    /** Refuses absent parts. */
    public Policy {
      requireNonNull(steps, "steps is null");
      requireNonNull(lifetime, "lifetime is null");
    }
  }

  /**
   * The steps that a cache is for.
   *
   * @param run those of RUN
   * @param copy those of COPY, ADD and WORKDIR
   */
  public record Steps(boolean run, boolean copy) {}

  private record Kept(
      CacheKey key, CompletableFuture<Layer> layer, Supplier<Map<String, String>> facts) {}

  /**
   * Sets a cache up.
   *
   * @param place where the layers are
   * @param executor runs lookups, each of them at once
   * @param warnings is told, in one line, why the cache does not serve
   */
  public BuildCache(LayerCache place, Policy policy, Executor executor, Consumer<String> warnings) {
    this.place = requireNonNull(place, "place is null");
    this.policy = requireNonNull(policy, "policy is null");
    this.executor = requireNonNull(executor, "executor is null");
    this.warnings = requireNonNull(warnings, "warnings is null");
    this.clock = Clock.systemUTC();
  }

  /** Whose layers are cached. */
  public Steps steps() {
    return policy.steps();
  }

  /** Looks a layer up; one that is too old, or cannot be asked for, is not there. */
  public CompletableFuture<Optional<CachedLayer>> find(CacheKey key) {
    return CompletableFuture.supplyAsync(() -> findNow(key), executor);
  }

  private Optional<CachedLayer> findNow(CacheKey key) {
    try {
      Instant oldest = clock.instant().minus(policy.lifetime());
      return place.find(key).filter(found -> found.created().isAfter(oldest));
    } catch (IOException e) {
      warn("nothing is taken from the cache " + place.name(), e);
      return Optional.empty();
    }
  }

  /**
   * Notes a layer to be kept when the build is over.
   *
   * @param layer may still be on its way
   * @param facts what to keep with it, asked for when the layer is there
   */
  public void note(
      CacheKey key, CompletableFuture<Layer> layer, Supplier<Map<String, String>> facts) {
    synchronized (kept) {
      kept.add(new Kept(key, layer, facts));
    }
  }

  /**
   * Keeps what was noted, and waits for it.
   *
   * @param pushedTo a repository where the layers probably are by now, so that they need not be
   *     sent again
   */
  public void flush(Optional<ImageReference> pushedTo) {
    List<Kept> all;
    synchronized (kept) {
      all = List.copyOf(kept);
      kept.clear();
    }
    if (!policy.writes()) {
      return;
    }
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (Kept one : all) {
      if (!one.layer().isCompletedExceptionally()) {
        running.add(CompletableFuture.runAsync(() -> keep(one, pushedTo), executor));
      }
    }
    running.forEach(CompletableFuture::join);
  }

  private void keep(Kept one, Optional<ImageReference> pushedTo) {
    try {
      Layer layer = one.layer().join();
      BlobSource blob = layer.blob();
      if (blob.origin().isEmpty() && pushedTo.isPresent()) {
        blob = blob.heldIn(pushedTo.get());
      }
      Layer held = new Layer(blob, layer.diffId());
      place.keep(one.key(), new CachedLayer(held, clock.instant(), one.facts().get()));
    } catch (IOException e) {
      warn("not all layers are kept in the cache " + place.name(), e);
    } catch (CompletionException e) {
      // The build failed for this reason, and says so.
      return;
    }
  }

  private void warn(String what, IOException e) {
    if (warned.compareAndSet(false, true)) {
      warnings.accept(what + ": " + e.getMessage());
    }
  }
}
