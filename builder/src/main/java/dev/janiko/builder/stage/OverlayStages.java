package dev.janiko.builder.stage;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.base.BaseImages;
import dev.janiko.builder.context.BuildContext;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.plan.ImageChoice;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.sandbox.Sandbox;
import dev.janiko.builder.step.Workspace;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Stages as overlays, over layers of the local store. Used by one thread. */
public final class OverlayStages implements StageStore, AutoCloseable {
  private static final PatternMatcher NOTHING = PatternMatcher.of(List.of());

  private final Sandbox sandbox;
  private final LayerQueue queue;
  private final BaseImages images;
  private final BuildContext context;
  private final Map<String, RootFs> opened = new HashMap<>();

  /**
   * Sets up the stages of a build.
   *
   * @param sandbox makes overlays
   * @param queue takes what steps changed
   * @param images unpacks what stages start and copy from
   * @param context what else stages copy from
   */
  public OverlayStages(Sandbox sandbox, LayerQueue queue, BaseImages images, BuildContext context) {
    this.sandbox = requireNonNull(sandbox, "sandbox is null");
    this.queue = requireNonNull(queue, "queue is null");
    this.images = requireNonNull(images, "images is null");
    this.context = requireNonNull(context, "context is null");
  }

  @Override
  public StageFiles onNothing(Coming stage, Others others) {
    return files(stage.name(), new Below.Layers(Optional.empty(), List.of()), others);
  }

  @Override
  public StageFiles onImage(Coming stage, ImageChoice image, Others others) {
    return files(stage.name(), new Below.Layers(Optional.of(image), List.of()), others);
  }

  @Override
  public StageFiles onStage(Coming stage, FinishedStage parent, Others others) {
    OverlayFiles files = (OverlayFiles) parent.files();
    return files(stage.name(), files.below(), others);
  }

  private StageFiles files(String name, Below below, Others others) {
    OverlayFiles.Setting setting = new OverlayFiles.Setting(sandbox, queue, images);
    return new OverlayFiles(name, setting, below, from -> source(from, others));
  }

  private Workspace.Source source(CopySource from, Others others) {
    try {
      return switch (from) {
        case CopySource.Context _ ->
            new Workspace.Source(folder(context.folder()), context.ignored(), true);
        case CopySource.Folder folder ->
            new Workspace.Source(
                folder(folder.path()), BuildContext.ignoredIn(folder.path()), true);
        case CopySource.EarlierStage stage ->
            new Workspace.Source(others.apply(stage).finished(), NOTHING, false);
        case CopySource.Image image -> new Workspace.Source(image(image.choice()), NOTHING, false);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RootFs folder(Path path) throws IOException {
    RootFs known = opened.get("/" + path);
    if (known == null) {
      known = RootFs.open(path);
      opened.put("/" + path, known);
    }
    return known;
  }

  private RootFs image(ImageChoice reference) throws IOException {
    RootFs known = opened.get(reference.toString());
    if (known == null) {
      List<Path> layers = BaseImages.await(images.unpack(reference));
      known = RootFs.open(sandbox.openStage(reference.shown(), layers).path());
      opened.put(reference.toString(), known);
    }
    return known;
  }

  /** Closes what was opened to copy from. */
  @Override
  public void close() {
    opened.values().forEach(RootFs::close);
    opened.clear();
  }
}
