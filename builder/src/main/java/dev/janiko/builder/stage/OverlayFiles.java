package dev.janiko.builder.stage;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
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
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stage as an overlay over unpacked layers. The overlay is mounted when a step first needs files;
 * a stage that needs none never fetches its base. Used by the thread that its stage is built on,
 * and after {@link #finish} by those of later stages.
 */
final class OverlayFiles implements StageFiles {
  private final String name;
  private final Sandbox sandbox;
  private final LayerQueue queue;
  private final Supplier<List<Path>> base;
  private final Function<CopySource, Source> sources;

  private @Nullable StageRoot stage;
  private @Nullable RootFs root;
  private List<Path> stack = List.of();

  /**
   * Sets a stage up; nothing is mounted yet.
   *
   * @param base the folders of the layers that it starts from, lowest first
   * @param sources where COPY finds files other than those of this stage
   */
  OverlayFiles(
      String name,
      Setting setting,
      Supplier<List<Path>> base,
      Function<CopySource, Source> sources) {
    this.name = name;
    this.sandbox = setting.sandbox();
    this.queue = setting.queue();
    this.base = base;
    this.sources = sources;
  }

  /** What all stages of a build share. */
  record Setting(Sandbox sandbox, LayerQueue queue) {}

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

  /** The folders that make up the stage as it is now, lowest first. */
  List<Path> stack() {
    return stage == null ? base.get() : stack;
  }

  private StageRoot stage() throws IOException {
    if (stage == null) {
      stack = base.get();
      stage = sandbox.openStage(name, stack);
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
  public Optional<PendingLayer> commit() throws IOException {
    closeRoot();
    PendingLayer layer =
        switch (stage().commit()) {
          case StageDiff.OverlayDiff diff -> {
            List<Path> higher = new ArrayList<>(stack);
            higher.add(diff.upper());
            stack = List.copyOf(higher);
            yield queue.add(diff);
          }
          case StageDiff.Unchanged _ -> queue.addNow(root(), Changes.NONE);
          case StageDiff.WalkDiff _ ->
              throw new IllegalStateException(sandbox.name() + " is not made of overlays");
        };
    return Optional.of(layer);
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
