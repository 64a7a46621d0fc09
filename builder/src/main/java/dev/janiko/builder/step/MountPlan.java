package dev.janiko.builder.step;

import dev.janiko.builder.cache.CacheKey;
import dev.janiko.builder.copy.ContentDigest;
import dev.janiko.builder.copy.CopyException;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.Mount;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the layer of a RUN depends on by its mounts: their options, and the files that it is shown.
 * What is in caches, secrets and agents does not count, as in BuildKit.
 */
final class MountPlan implements LayerPlan.Content {
  private final Workspace workspace;
  private final List<Shown> shown;
  private final CacheKey key;

  private MountPlan(Workspace workspace, List<Shown> shown, CacheKey key) {
    this.workspace = workspace;
    this.shown = List.copyOf(shown);
    this.key = key;
  }

  /** Files that the command is shown. */
  private record Shown(CopySource from, String source) {
    boolean isForeign() {
      return !(from instanceof CopySource.Context);
    }
  }

  static MountPlan of(RunMounts.Stage stage, ImageState state, Instruction.Run run) {
    Words words = stage.scope().words(state, run.range());
    CacheKey.Parts key = CacheKey.of("mounts");
    List<Shown> shown = new ArrayList<>();
    for (String text : run.mounts()) {
      Mount mount = stage.scope().judged(run.range(), () -> Mount.parse(text, words::expand));
      key.add("mount", mount.toString());
      Optional<CopySource> from = stage.sources().of(run, text);
      if (mount instanceof Mount.Bind bind) {
        if (bind.from().isEmpty()) {
          shown.add(new Shown(new CopySource.Context(), bind.source()));
        } else {
          from.ifPresent(source -> shown.add(new Shown(source, bind.source())));
        }
      }
    }
    if (shown.stream().anyMatch(Shown::isForeign)) {
      // The lookup by the layers of other stages must know the context's files as well.
      for (Shown each : shown) {
        key.add("files", each.isForeign() ? "" : digest(stage.workspace(), each));
      }
    }
    return new MountPlan(stage.workspace(), shown, key.key());
  }

  /** Names the options. */
  CacheKey key() {
    return key;
  }

  /** The stages and images that files come from. */
  List<CopySource> foreign() {
    return shown.stream().filter(Shown::isForeign).map(Shown::from).distinct().toList();
  }

  @Override
  public String digest() {
    if (shown.isEmpty()) {
      return "";
    }
    CacheKey.Parts parts = CacheKey.of("shown");
    for (Shown each : shown) {
      parts.add("files", digest(workspace, each));
    }
    return parts.key().hex();
  }

  private static String digest(Workspace workspace, Shown shown) {
    try {
      Workspace.Source source = workspace.source(shown.from());
      return ContentDigest.of(
          MountFiles.request(source, WorkingDirectory.clean(shown.source()), UnixPath.of("/")),
          !source.isContext());
    } catch (CopyException e) {
      throw BuildException.of(Kind.CONTEXT, "RUN --mount failed: " + e.getMessage(), e);
    } catch (IOException e) {
      throw BuildException.of(Kind.CONTEXT, String.valueOf(e.getMessage()), e);
    }
  }
}
