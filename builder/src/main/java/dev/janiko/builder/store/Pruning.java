package dev.janiko.builder.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which layers of a store go: of those that no build uses, the ones used longest ago first.
 *
 * @param usedBefore only layers last used before this time
 * @param keep only as many as it takes to have at most so many bytes left; all, if empty
 * @param dry whether only to tell what would go
 */
public record Pruning(Optional<Instant> usedBefore, OptionalLong keep, boolean dry) {
  /** Of a store that is not there. */
  public static final Report NOTHING = new Report(List.of(), 0, 0);

  /** Refuses absent parts. */
  public Pruning {
    requireNonNull(usedBefore, "usedBefore is null");
    requireNonNull(keep, "keep is null");
  }

  /** Down to a size. */
  public static Pruning downTo(long bytes) {
    return new Pruning(Optional.empty(), OptionalLong.of(bytes), false);
  }

  /**
   * What was done.
   *
   * @param removed the layers that went, or would
   * @param left how many are left
   * @param leftBytes about how many bytes they take
   */
  public record Report(List<StoredLayer> removed, int left, long leftBytes) {
    /** Makes the list immutable. */
    public Report {
      removed = List.copyOf(removed);
    }

    /** About how many bytes went, or would. */
    public long removedBytes() {
      return removed.stream().mapToLong(StoredLayer::size).sum();
    }
  }

  /** Removes layers; their files go when the store is closed. */
  public Report run(LayerStore store) throws IOException {
    List<StoredLayer> layers = store.layers();
    long total = layers.stream().mapToLong(StoredLayer::size).sum();
    List<StoredLayer> removed = new ArrayList<>();
    for (StoredLayer layer : layers) {
      boolean enough = keep.isPresent() && total <= keep.getAsLong();
      boolean recent = usedBefore.isPresent() && !layer.lastUsed().isBefore(usedBefore.get());
      if (enough || recent) {
        break;
      }
      if (dry ? !store.isUsed(layer.chain()) : store.remove(layer.chain())) {
        removed.add(layer);
        total -= layer.size();
      }
    }
    return new Report(removed, layers.size() - removed.size(), total);
  }
}
