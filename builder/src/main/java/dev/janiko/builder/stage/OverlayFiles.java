package dev.janiko.builder.stage;

import dev.janiko.builder.base.BaseImages;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.layer.Layer;
import dev.janiko.builder.linux.ExitStatus;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.sandbox.Command;
import dev.janiko.builder.sandbox.OutputSink;
import dev.janiko.builder.sandbox.Sandbox;
import dev.janiko.builder.sandbox.StageDiff;
import dev.janiko.builder.sandbox.StageRoot;
import dev.janiko.builder.sandbox.UserLookup;
import dev.janiko.builder.snapshot.Changes;
import dev.janiko.builder.step.PendingLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stage as an overlay over unpacked layers. The overlay is mounted when a step first needs files;
 * a stage that needs none never fetches its base. Used by the thread that its stage is built on,
 * and after {@link #finish} by those of later stages.
 */
final class OverlayFiles implements StageFiles {
  private final String name;
  private final Setting setting;
  private final Function<CopySource, Source> sources;

  private @Nullable StageRoot stage;
  private @Nullable RootFs root;
  private Below below;
  private List<Path> stack = List.of();

  /**
   * Sets a stage up; nothing is mounted yet.
   *
   * @param below what it starts from
   * @param sources where COPY finds files other than those of this stage
   */
  OverlayFiles(String name, Setting setting, Below below, Function<CopySource, Source> sources) {
    this.name = name;
    this.setting = setting;
    this.below = below;
    this.sources = sources;
  }

  /** What all stages of a build share. */
  record Setting(Sandbox sandbox, LayerQueue queue, BaseImages images) {}

  @Override
  public RootFs root() throws IOException {
    if (root == null) {
      root = RootFs.open(stage().path());
    }
    return root;
  }

  @Override
  public UserLookup users() throws IOException {
    return UserLookup.in(stage().path());
  }

  @Override
  public RootFs finished() throws IOException {
    return root();
  }

  /** The stage as it is now, for another that goes on from it. */
  Below below() {
    return below;
  }

  private StageRoot stage() throws IOException {
    if (stage == null) {
      stack = below.unpack(setting.images());
      stage = setting.sandbox().openStage(name, stack);
    }
    return stage;
  }

  @Override
  public ExitStatus run(Command command, OutputSink output) throws IOException {
    try {
      return stage().run(command, output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BuildException.of(Kind.INTERRUPTED, "the build was interrupted", e);
    } finally {
      closeRoot();
    }
  }

  @Override
  public boolean mounts() throws IOException {
    return stage().mounts();
  }

  @Override
  public Path scratch() throws IOException {
    return stage().scratch();
  }

  @Override
  public PendingLayer commit() throws IOException {
    closeRoot();
    return switch (stage().commit()) {
      case StageDiff.OverlayDiff diff -> {
        List<Path> higher = new ArrayList<>(stack);
        higher.add(diff.upper());
        stack = List.copyOf(higher);
        below = new Below.Folders(stack, List.of());
        yield setting.queue().add(diff);
      }
      case StageDiff.Unchanged _ -> setting.queue().addNow(root(), Changes.NONE);
      case StageDiff.WalkDiff _ ->
          throw new IllegalStateException(setting.sandbox().name() + " is not made of overlays");
    };
  }

  /** The stage is mounted anew when it is needed again: with the layer on top. */
  @Override
  public PendingLayer adopt(Layer layer) {
    closeRoot();
    stage = null;
    below = below.with(layer);
    setting.queue().take(layer);
    return PendingLayer.of(layer);
  }

  @Override
  public Source source(CopySource from) {
    return sources.apply(from);
  }

  @Override
  public void finish() {
    closeRoot();
  }

  private void closeRoot() {
    if (root != null) {
      root.close();
      root = null;
    }
  }
}
