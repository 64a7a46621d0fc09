package dev.janiko.builder.step;

import dev.janiko.builder.copy.CopyException;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.sandbox.SecretValue;
import dev.janiko.builder.sandbox.StepMount;
import dev.janiko.builder.sandbox.StepMount.Access;
import dev.janiko.builder.sandbox.StepMount.Permissions;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.Mount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The mounts of one RUN, made ready for the sandbox; closed when the command has ended. Used by one
 * thread.
 */
final class RunMounts implements AutoCloseable {
  private static final String CACHE_NAMESPACE = "BUILDKIT_CACHE_MOUNT_NS";
  private static final String AGENT_VARIABLE = "SSH_AUTH_SOCK";
  private static final int SECRET_MODE = 0400;
  private static final int AGENT_MODE = 0600;

  private final StageScope scope;
  private final Workspace workspace;
  private final String workingDir;
  private final MountFiles files;
  private final MountCaches caches;
  private final List<StepMount> mounts = new ArrayList<>();
  private Function<Environment, Environment> variables = environment -> environment;
  private int agents;

  private RunMounts(StageScope scope, Workspace workspace, ImageState state) {
    this.scope = scope;
    this.workspace = workspace;
    this.workingDir = state.run().workingDir();
    this.files = new MountFiles(workspace);
    this.caches = new MountCaches(workspace, files, scope.mounts().cacheFolder());
  }

  /**
   * Makes the mounts ready.
   *
   * @throws BuildException if one cannot be had
   */
  static RunMounts prepare(Stage stage, ImageState state, Instruction.Run run) throws IOException {
    RunMounts prepared = new RunMounts(stage.scope(), stage.workspace(), state);
    Words words = stage.scope().words(state, run.range());
    try {
      for (String text : run.mounts()) {
        Mount mount = stage.scope().judged(run.range(), () -> Mount.parse(text, words::expand));
        prepared.add(mount, stage.sources().of(run, text));
      }
      return prepared;
    } catch (CopyException e) {
      prepared.close();
      throw BuildException.of(Kind.CONTEXT, "RUN --mount failed: " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      prepared.close();
      throw e;
    }
  }

  /** What a stage's mounts are made of. */
  record Stage(StageScope scope, Workspace workspace, Sources sources) {}

  /** The mounts for the command. */
  List<StepMount> mounts() {
    return List.copyOf(mounts);
  }

  /** The command's variables: its own, and those that mounts set. */
  Environment variables(Environment own) {
    return variables.apply(own);
  }

  private void add(Mount mount, Optional<CopySource> from) throws IOException {
    switch (mount) {
      case Mount.Bind bind -> addBind(bind, from);
      case Mount.Cache cache -> addCache(cache, from);
      case Mount.Tmpfs tmpfs ->
          mounts.add(new StepMount.Memory(target(tmpfs.target()), tmpfs.size(), tmpfs.readOnly()));
      case Mount.Secret secret -> addSecret(secret);
      case Mount.Ssh ssh -> addAgent(ssh);
    }
  }

  private UnixPath target(String written) {
    String path = absolute(written);
    if (path.equals("/")) {
      throw BuildException.of(Kind.DOCKERFILE, "invalid mount target \"/\"")
          .withHint("name the folder where it shall be: target=PATH");
    }
    return UnixPath.of(path);
  }

  private String absolute(String path) {
    return WorkingDirectory.clean(WorkingDirectory.join(workingDir, path));
  }

  private void addBind(Mount.Bind bind, Optional<CopySource> from) throws IOException {
    UnixPath target = target(bind.target());
    if (from.isEmpty() && !bind.from().isEmpty()) {
      // The empty image.
      requireRoot(bind.source());
      Path empty = files.folder();
      mounts.add(new StepMount.Files(empty, target, access(bind.readOnly())));
      return;
    }
    Workspace.Source source = workspace.source(from.orElse(new CopySource.Context()));
    String path = WorkingDirectory.clean(bind.source());
    MountFiles.Found found = files.bind(source, path, bind.readOnly());
    mounts.add(new StepMount.Files(found.path(), target, found.access()));
  }

  private static void requireRoot(String source) throws CopyException {
    String path = WorkingDirectory.clean(source);
    if (!path.equals("/")) {
      throw new CopyException("\"%s\": not found".formatted(path));
    }
  }

  private static Access access(boolean readOnly) {
    return readOnly ? Access.READ_ONLY : Access.WRITABLE;
  }

  private void addCache(Mount.Cache cache, Optional<CopySource> from) throws IOException {
    UnixPath target = target(cache.target());
    String namespace = scope.buildArgs().getOrDefault(CACHE_NAMESPACE, "");
    String id = cache.id().isEmpty() ? WorkingDirectory.clean(cache.target()) : cache.id();
    Path path = caches.use(new MountCaches.Wanted(cache, namespace + "/" + id, from));
    mounts.add(new StepMount.Files(path, target, access(cache.readOnly())));
  }

  private void addSecret(Mount.Secret secret) {
    String id = secret.id().isEmpty() ? last(secret.target()) : secret.id();
    Optional<SecretValue> value = Optional.ofNullable(scope.mounts().secrets().get(id));
    if (value.isEmpty() && secret.required()) {
      throw BuildException.of(Kind.DOCKERFILE, "secret " + id + ": not found")
          .about("id=" + id)
          .withHint(
              "give it with --secret id=" + id + ",src=FILE or --secret id=" + id + ",env=NAME");
    }
    if (secret.env().isPresent()) {
      String text = value.map(SecretValue::text).orElse("");
      if (text.indexOf('\0') >= 0) {
        throw BuildException.of(
            Kind.DOCKERFILE, "secret " + id + " holds a NUL byte, which no variable can");
      }
      set(environment -> environment.with(secret.env().get(), text));
    }
    if (value.isPresent() && (secret.env().isEmpty() || !secret.target().isEmpty())) {
      String path = secret.target().isEmpty() ? "/run/secrets/" + last(id) : secret.target();
      mounts.add(
          new StepMount.Secret(
              target(path), value.get(), permissions(secret.owner(), SECRET_MODE)));
    }
  }

  private void set(Function<Environment, Environment> change) {
    variables = variables.andThen(change);
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static Permissions permissions(Mount.Ownership owner, int mode) {
    return new Permissions(
        owner.uid().orElse(0), owner.gid().orElse(0), (int) owner.mode().orElse(mode));
  }

  private void addAgent(Mount.Ssh ssh) {
    String path = ssh.target().isEmpty() ? "/run/buildkit/ssh_agent." + agents : ssh.target();
    if (agents++ == 0) {
      set(environment -> environment.withDefault(AGENT_VARIABLE, absolute(path)));
    }
    String id = ssh.id().isEmpty() ? "default" : ssh.id();
    Optional<Path> agent = Optional.ofNullable(scope.mounts().agents().get(id));
    if (agent.isPresent()) {
      Permissions permissions = permissions(ssh.owner(), AGENT_MODE);
      mounts.add(new StepMount.Agent(target(path), agent.get(), permissions));
    } else if (ssh.required()) {
      throw BuildException.of(
              Kind.DOCKERFILE, "no SSH key \"" + id + "\" forwarded from the client")
          .withHint("start an ssh-agent, add the key to it, and build with --ssh " + id);
    }
  }

  /** Puts caches back, and removes what was copied for the step. */
  @Override
  public void close() throws IOException {
    try (files;
        caches) {
      mounts.clear();
    }
  }
}
