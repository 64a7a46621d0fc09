package dev.janiko.builder.step;

import dev.janiko.builder.cache.CacheKey;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.sandbox.UserLookup;
import dev.janiko.dockerfile.Instruction;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** WORKDIR: the folder of what follows, made if it is missing. */
final class WorkdirStep {
  private static final int MODE = 0755;

  private final StageScope scope;
  private final Workspace workspace;
  private final Clock clock;

  WorkdirStep(StageScope scope, Workspace workspace, Clock clock) {
    this.scope = scope;
    this.workspace = workspace;
    this.clock = clock;
  }

  /** What the layer depends on; nothing if the folder is the root, which makes no layer. */
  Optional<LayerPlan> plan(ImageState state, Instruction.Workdir workdir) {
    String path = path(state, workdir);
    if (isRoot(path)) {
      return Optional.empty();
    }
    CacheKey.Parts key = CacheKey.of("WORKDIR").add("path", path).add("user", state.run().user());
    ImageState changed = state.withRun(state.run().withWorkingDir(path));
    return Optional.of(
        new LayerPlan(
            LayerPlan.Kind.COPY,
            key.key(),
            () -> "",
            List.of(),
            layer -> changed.recorded(createdBy(path), clock.instant(), layer)));
  }

  private String path(ImageState state, Instruction.Workdir workdir) {
    String expanded = scope.words(state, workdir.range()).expand(workdir.path());
    String current = state.run().workingDir();
    return expanded.isEmpty() ? current : WorkingDirectory.join(current, expanded);
  }

  private static boolean isRoot(String path) {
    return WorkingDirectory.clean(path).equals("/");
  }

  private static String createdBy(String path) {
    return "WORKDIR " + path;
  }

  ImageState execute(ImageState state, Instruction.Workdir workdir) throws IOException {
    String path = path(state, workdir);
    ImageState changed = state.withRun(state.run().withWorkingDir(path));
    if (isRoot(path)) {
      return changed.recorded(createdBy(path), clock.instant());
    }
    RootFs root = workspace.root();
    UserLookup.Owner owner = workspace.users().forChown(state.run().user());
    try {
      root.makeDirectories(UnixPath.of(path), MODE, owner.uid(), owner.gid());
    } catch (LinuxException e) {
      if (e.errno().equals(Errno.ENOTDIR)) {
        throw BuildException.of(Kind.DOCKERFILE, "mkdir " + path + ": not a directory", e);
      }
      throw e;
    }
    return changed.recorded(createdBy(path), clock.instant(), workspace.commit());
  }
}
