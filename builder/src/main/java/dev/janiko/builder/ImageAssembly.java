package dev.janiko.builder;

import dev.janiko.builder.base.BaseImages;
import dev.janiko.builder.layer.Layer;
import dev.janiko.builder.stage.FinishedStage;
import dev.janiko.builder.step.ImageState;
import dev.janiko.builder.step.PendingLayer;
import dev.janiko.registry.Digest;
import dev.janiko.registry.client.ResolvedImage;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.HistoryEntry;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes an image of a finished stage: the base's layers and history with the stage's upon them. */
final class ImageAssembly {
  private final BaseImages images;
  private final Platform platform;
  private final Map<String, String> labels;

  ImageAssembly(BaseImages images, Platform platform, Map<String, String> labels) {
    this.images = images;
    this.platform = platform;
    this.labels = labels;
  }

  /** Waits for the stage's layers; the image is of the base's kind, or OCI's upon nothing. */
  Image assemble(FinishedStage stage) {
    List<BlobSource> layers = new ArrayList<>(stage.base().map(images::layers).orElse(List.of()));
    List<Digest> diffIds =
        new ArrayList<>(stage.base().map(base -> base.config().diffIds()).orElse(List.of()));
    for (PendingLayer pending : stage.state().layers()) {
      Layer layer = BaseImages.await(pending.written());
      layers.add(layer.blob());
      diffIds.add(layer.diffId());
    }
    Family family = stage.base().map(base -> base.manifest().family()).orElse(Family.OCI);
    return Image.assemble(family, config(stage, diffIds), layers);
  }

  private ImageConfig config(FinishedStage stage, List<Digest> diffIds) {
    ImageState state = stage.state();
    ImageConfig config =
        stage
            .base()
            .map(ResolvedImage::config)
            .map(ImageConfig::asBase)
            .orElseGet(() -> ImageConfig.empty(platform));
    config = config.withRun(state.run()).withAuthor(state.author());
    if (!labels.isEmpty()) {
      Map<String, String> all = new LinkedHashMap<>(state.run().labels());
      all.putAll(labels);
      config = config.withRun(state.run().withLabels(all));
    }
    List<HistoryEntry> history = state.history();
    if (!history.isEmpty()) {
      config = config.withMoreHistory(history);
      config = config.withCreated(history.getLast().created().orElseThrow());
    }
    return config.withDiffIds(diffIds);
  }
}
