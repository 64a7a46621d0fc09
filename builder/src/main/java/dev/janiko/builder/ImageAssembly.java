package dev.janiko.builder;

import dev.janiko.builder.base.BaseImage;
import dev.janiko.builder.base.BaseImages;
import dev.janiko.builder.layer.Layer;
import dev.janiko.builder.stage.FinishedStage;
import dev.janiko.builder.step.ImageState;
import dev.janiko.builder.step.PendingLayer;
import dev.janiko.registry.Digest;
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
  private final BuildRequest request;

  /**
   * Sets the making up.
   *
   * @param platform the platform of an image upon nothing
   */
  ImageAssembly(BaseImages images, Platform platform, BuildRequest request) {
    this.images = images;
    this.platform = platform;
    this.request = request;
  }

  /** Waits for the stage's layers; the image is of the kind that was asked for. */
  Image assemble(FinishedStage stage) {
    List<BlobSource> layers = new ArrayList<>(stage.base().map(images::layers).orElse(List.of()));
    List<Digest> diffIds =
        new ArrayList<>(stage.base().map(base -> base.config().diffIds()).orElse(List.of()));
    for (PendingLayer pending : stage.state().layers()) {
      Layer layer = BaseImages.await(pending.written());
      layers.add(layer.blob());
      diffIds.add(layer.diffId());
    }
    Family family =
        request.outputs().form().family(stage.base().map(base -> base.manifest().family()));
    return Image.assemble(
        family, config(stage, diffIds), layers, request.outputs().form().annotations());
  }

  private ImageConfig config(FinishedStage stage, List<Digest> diffIds) {
    ImageState state = stage.state();
    ImageConfig config =
        stage
            .base()
            .map(BaseImage::config)
            .map(ImageConfig::asBase)
            .orElseGet(() -> ImageConfig.empty(platform));
    config = asWanted(config).withRun(state.run()).withAuthor(state.author());
    if (!request.labels().isEmpty()) {
      Map<String, String> all = new LinkedHashMap<>(state.run().labels());
      all.putAll(request.labels());
      config = config.withRun(state.run().withLabels(all));
    }
    List<HistoryEntry> history = state.history();
    if (!history.isEmpty()) {
      config = config.withMoreHistory(history);
      config = config.withCreated(history.getLast().created().orElseThrow());
    }
    return config.withDiffIds(diffIds);
  }

  /** A build for another machine says so, whatever its last base was for, as BuildKit has it. */
  private ImageConfig asWanted(ImageConfig config) {
    Platform wanted = request.platform();
    Platform base = config.platform();
    boolean sameKind =
        wanted.os().equals(base.os()) && wanted.architecture().equals(base.architecture());
    boolean same = sameKind && (wanted.variant().isEmpty() || wanted.equals(base));
    return same || wanted.equals(Platform.host()) ? config : config.withPlatform(wanted);
  }
}
