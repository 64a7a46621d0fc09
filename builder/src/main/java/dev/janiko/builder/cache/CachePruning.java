package dev.janiko.builder.cache;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Together;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;

/**
 * What of a cache goes.
 *
 * @param madeBefore entries made before go
 * @param bytesToKeep of the others, the oldest go until no more than this is left
 * @param dryRun whether it is only found out
 */
public record CachePruning(Optional<Instant> madeBefore, OptionalLong bytesToKeep, boolean dryRun) {
  private static final int WIDTH = 8;

  /** Checks the parts. */
  public CachePruning {
    requireNonNull(madeBefore, "madeBefore is null");
    requireNonNull(bytesToKeep, "bytesToKeep is null");
  }

  /**
   * What went and what stayed.
   *
   * @param removed the entries that went, oldest first
   * @param kept the entries that stayed, oldest first
   */
  public record Report(List<PrunableCache.Entry> removed, List<PrunableCache.Entry> kept) {
    /** Makes the lists immutable. */
    public Report {
      removed = List.copyOf(removed);
      kept = List.copyOf(kept);
    }

    /** How much went. */
    public long removedBytes() {
      return bytes(removed);
    }

    /** How much stayed. */
    public long keptBytes() {
      return bytes(kept);
    }

    private static long bytes(List<PrunableCache.Entry> entries) {
      return entries.stream().mapToLong(PrunableCache.Entry::bytes).sum();
    }
  }

  /**
   * Removes from a cache what goes.
   *
   * @throws IOException if the cache does not tell what it has, or does not let it go
   */
  public Report run(PrunableCache cache) throws IOException {
    List<PrunableCache.Entry> all = new ArrayList<>(cache.entries());
    all.sort(
        Comparator.comparing(PrunableCache.Entry::created)
            .thenComparing(PrunableCache.Entry::name));
    int first = 0;
    while (first < all.size() && isTooOld(all.get(first))) {
      first++;
    }
    long left = all.subList(first, all.size()).stream().mapToLong(PrunableCache.Entry::bytes).sum();
    while (bytesToKeep.isPresent() && first < all.size() && left > bytesToKeep.getAsLong()) {
      left -= all.get(first).bytes();
      first++;
    }
    List<PrunableCache.Entry> going = all.subList(0, first);
    if (!dryRun) {
      remove(cache, going);
    }
    return new Report(going, all.subList(first, all.size()));
  }

  private boolean isTooOld(PrunableCache.Entry entry) {
    return madeBefore.isPresent() && entry.created().isBefore(madeBefore.get());
  }

  private static void remove(PrunableCache cache, List<PrunableCache.Entry> going)
      throws IOException {
    List<Callable<String>> work = new ArrayList<>();
    for (PrunableCache.Entry entry : going) {
      work.add(() -> {
        cache.remove(entry);
        return entry.name();
      });
    }
    Together.run(WIDTH, work);
  }
}
