package dev.janiko.builder.cache;

import dev.janiko.builder.layer.Layer;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.HistoryEntry;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.image.RunConfig;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How an entry looks where only images can be kept: an image of the one layer, facts as labels. */
final class EntryImage {
  private static final String PREFIX = "dev.janiko.cache.";

  private EntryImage() {}

  static Image of(CachedLayer cached, Platform platform) {
    Map<String, String> labels = new HashMap<>();
    cached.facts().forEach((name, value) -> labels.put(PREFIX + name, value));
    ImageConfig config =
        ImageConfig.empty(platform)
            .withRun(RunConfig.empty().withLabels(labels))
            .withCreated(cached.created())
            .withDiffIds(List.of(cached.layer().diffId()))
            .withHistory(
                List.of(
                    new HistoryEntry(
                        Optional.of(cached.created()),
                        "",
                        "",
                        "a layer kept for later builds",
                        false)));
    return Image.assemble(Family.OCI, config, List.of(cached.layer().blob()));
  }

  /** The entry that an image is, if it looks like one. */
  static Optional<CachedLayer> read(ImageConfig config, List<BlobSource> layers) {
    Optional<Instant> created = config.created();
    if (created.isEmpty() || layers.size() != 1 || config.diffIds().size() != 1) {
      return Optional.empty();
    }
    Map<String, String> facts = new HashMap<>();
    config
        .run()
        .labels()
        .forEach((name, value) -> {
          if (name.startsWith(PREFIX)) {
            facts.put(name.substring(PREFIX.length()), value);
          }
        });
    Layer layer = new Layer(layers.getFirst(), config.diffIds().getFirst());
    return Optional.of(new CachedLayer(layer, created.get(), facts));
  }
}
