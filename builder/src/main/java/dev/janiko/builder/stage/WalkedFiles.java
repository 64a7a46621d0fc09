package dev.janiko.builder.stage;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.base.VerifiedLayer;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.layer.Layer;
import dev.janiko.builder.linux.ExitStatus;
import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.rootfs.ExcludedPaths;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.rootfs.UnpackOptions;
import dev.janiko.builder.sandbox.Command;
import dev.janiko.builder.sandbox.OutputSink;
import dev.janiko.builder.sandbox.StageDiff;
import dev.janiko.builder.sandbox.StageRoot;
import dev.janiko.builder.sandbox.UserLookup;
import dev.janiko.builder.sandbox.WalkedSandbox;
import dev.janiko.builder.snapshot.FileTree;
import dev.janiko.builder.step.PendingLayer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stage of plain files. The base is unpacked when a step first needs files; what steps change
 * shows by comparing metadata. Used by one thread.
 */
final class WalkedFiles implements StageFiles {
  private final String name;
  private final Setting setting;
  private final Function<CopySource, Source> sources;
  private BaseLayers base;

  private @Nullable StageRoot stage;
  private @Nullable RootFs root;
  private @Nullable FileTree tree;

  /**
   * Sets a stage up; nothing is unpacked yet.
   *
   * @param sources where COPY finds files other than those of this stage
   */
  WalkedFiles(String name, Setting setting, Function<CopySource, Source> sources) {
    this.name = name;
    this.setting = setting;
    this.base = setting.base();
    this.sources = sources;
  }

  /**
   * What a stage is made with.
   *
   * @param sandbox holds the root
   * @param queue takes what steps changed
   * @param base what the stage starts from
   * @param layered whether what steps change is looked for
   */
  record Setting(WalkedSandbox sandbox, LayerQueue queue, BaseLayers base, boolean layered) {}

  private StageRoot stage() throws IOException {
    if (stage == null) {
      StageRoot opened = setting.sandbox().openStage(name, List.of());
      stage = opened;
      UnpackOptions options = UnpackOptions.apply().excluding(kept()).recordedIn(ledger());
      base.unpack(opened.path(), options);
      tree = setting.layered() ? FileTree.walk(opened.path(), kept(), ledger()) : null;
    }
    return stage;
  }

  private @Nullable Ledger ledger() {
    return setting.sandbox().ledger();
  }

  private ExcludedPaths kept() {
    return setting.sandbox().kept();
  }

  @Override
  public RootFs root() throws IOException {
    Path place = stage().path();
    if (root != null && !root.path().equals(UnixPath.of(place.toString()))) {
      closeRoot();
    }
    if (root == null) {
      root = RootFs.open(place, ledger(), kept());
    }
    return root;
  }

  /** A stage that no step of its own needed files of is unpacked apart: the root is another's. */
  @Override
  public RootFs finished() throws IOException {
    if (stage == null && root == null) {
      Path apart = Files.createTempDirectory(base.images().work(), "stage-");
      base.unpack(apart, UnpackOptions.apply().recordedIn(ledger()));
      root = RootFs.open(apart, ledger());
    }
    return stage == null ? requireNonNull(root) : root();
  }

  @Override
  public UserLookup users() throws IOException {
    return UserLookup.in(stage().path());
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
  public Optional<PendingLayer> commit() throws IOException {
    closeRoot();
    FileTree before = tree;
    Path place = stage().path();
    FileTree after = FileTree.walk(place, kept(), ledger());
    tree = after;
    FileTree start = before == null ? after : before;
    if (!(stage().commit() instanceof StageDiff.WalkDiff diff)) {
      throw new IllegalStateException(setting.sandbox().name() + " is made of overlays");
    }
    try (RootFs changed = RootFs.open(place, ledger())) {
      return Optional.of(setting.queue().addNow(changed, start.changesTo(after, diff.moved())));
    }
  }

  @Override
  public PendingLayer adopt(Layer layer) throws IOException {
    PendingLayer adopted = PendingLayer.of(layer);
    setting.queue().take(layer);
    closeRoot();
    if (stage == null) {
      base = base.with(adopted);
      return adopted;
    }
    Path place = stage.path();
    UnpackOptions options = UnpackOptions.apply().excluding(kept()).recordedIn(ledger());
    new VerifiedLayer(layer.blob(), layer.diffId()).unpack(place, options);
    tree = FileTree.walk(place, kept(), ledger());
    return adopted;
  }

  /** Opens this stage before another's files: that moves the other aside, which was in place. */
  @Override
  public Source source(CopySource from) {
    try {
      if (from instanceof CopySource.EarlierStage) {
        stage();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sources.apply(from);
  }

  @Override
  public void finish() throws IOException {
    closeRoot();
    tree = null;
  }

  private void closeRoot() {
    if (root != null) {
      root.close();
      root = null;
    }
  }
}
