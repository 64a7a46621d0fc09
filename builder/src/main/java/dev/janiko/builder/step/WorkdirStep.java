package dev.janiko.builder.step;

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

  ImageState execute(ImageState state, Instruction.Workdir workdir) throws IOException {
    String expanded = scope.words(state, workdir.range()).expand(workdir.path());
    String current = state.run().workingDir();
    String path = expanded.isEmpty() ? current : WorkingDirectory.join(current, expanded);
    ImageState changed = state.withRun(state.run().withWorkingDir(path));
    String createdBy = "WORKDIR " + path;
    if (WorkingDirectory.clean(path).equals("/")) {
      return changed.recorded(createdBy, clock.instant());
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
    return changed.recorded(createdBy, clock.instant(), workspace.commit());
  }
}
