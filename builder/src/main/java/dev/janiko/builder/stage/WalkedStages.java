package dev.janiko.builder.stage;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.base.BaseImages;
import dev.janiko.builder.context.BuildContext;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.plan.ImageChoice;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.rootfs.UnpackOptions;
import dev.janiko.builder.sandbox.WalkedSandbox;
import dev.janiko.builder.step.PendingLayer;
import dev.janiko.builder.step.Workspace;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Stages of plain files. Used by one thread. */
public final class WalkedStages implements StageStore, AutoCloseable {
  private static final PatternMatcher NOTHING = PatternMatcher.of(List.of());

  private final WalkedSandbox sandbox;
  private final LayerQueue queue;
  private final BaseImages images;
  private final BuildContext context;
  private final Map<String, RootFs> opened = new HashMap<>();

  /**
   * Sets up the stages of a build.
   *
   * @param sandbox holds the root
   * @param queue takes what steps changed
   * @param images gives the layers of what stages start and copy from
   * @param context what else stages copy from
   */
  public WalkedStages(
      WalkedSandbox sandbox, LayerQueue queue, BaseImages images, BuildContext context) {
    this.sandbox = requireNonNull(sandbox, "sandbox is null");
    this.queue = requireNonNull(queue, "queue is null");
    this.images = requireNonNull(images, "images is null");
    this.context = requireNonNull(context, "context is null");
  }

  @Override
  public StageFiles onNothing(Coming stage, Others others) {
    return files(stage, new BaseLayers(images, Optional.empty(), List.of()), others);
  }

  @Override
  public StageFiles onImage(Coming stage, ImageChoice image, Others others) {
    return files(stage, new BaseLayers(images, Optional.of(image), List.of()), others);
  }

  @Override
  public StageFiles onStage(Coming stage, FinishedStage parent, Others others) {
    List<PendingLayer> own = parent.state().layers();
    Optional<ImageChoice> image = parent.base().map(base -> base.choice());
    return files(stage, new BaseLayers(images, image, own), others);
  }

  private StageFiles files(Coming stage, BaseLayers base, Others others) {
    WalkedFiles.Setting setting = new WalkedFiles.Setting(sandbox, queue, base, stage.layered());
    return new WalkedFiles(stage.name(), setting, from -> source(from, others));
  }

  private Workspace.Source source(CopySource from, Others others) {
    try {
      return switch (from) {
        case CopySource.Context _ ->
            new Workspace.Source(opened("", context.folder()), context.ignored(), true);
        case CopySource.Folder folder ->
            new Workspace.Source(
                opened("/" + folder.path(), folder.path()),
                BuildContext.ignoredIn(folder.path()),
                true);
        case CopySource.EarlierStage stage ->
            new Workspace.Source(others.apply(stage).finished(), NOTHING, false);
        case CopySource.Image image -> new Workspace.Source(image(image.choice()), NOTHING, false);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RootFs image(ImageChoice reference) throws IOException {
    RootFs known = opened.get(reference.toString());
    if (known != null) {
      return known;
    }
    Path folder = Files.createTempDirectory(images.work(), "image-");
    new BaseLayers(images, Optional.of(reference), List.of())
        .unpack(folder, UnpackOptions.apply().recordedIn(sandbox.ledger()));
    return opened(reference.toString(), folder);
  }

  private RootFs opened(String key, Path folder) throws IOException {
    RootFs known = opened.get(key);
    if (known == null) {
      // Owners in the build context are not looked at.
      known = RootFs.open(folder, key.isEmpty() ? null : sandbox.ledger());
      opened.put(key, known);
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
