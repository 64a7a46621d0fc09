package dev.janiko.cli.options;

import dev.janiko.cli.options.BuildOptions.Isolation;
import dev.janiko.cli.registry.FormFlags;
import dev.janiko.cli.registry.RegistryFlags;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags that every way to build has. Kaniko's spellings, and docker's where they agree. */
public final class SharedFlags {
  @Mixin CacheFlags cache = new CacheFlags();

  @Mixin ContextFlags context = new ContextFlags();

  @Option(
      names = "--target",
      paramLabel = "STAGE",
      description = "The stage to build; the last one if not given.")
  @Nullable String target;

  @Option(
      names = "--build-arg",
      paramLabel = "NAME[=VALUE]",
      description = "A value for an ARG; the environment's if only a name is given. Repeatable.")
  List<String> buildArgs = new ArrayList<>();

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description = "A label for the image. Repeatable.")
  List<String> labels = new ArrayList<>();

  @Option(
      names = {"-d", "--destination"},
      paramLabel = "IMAGE",
      description = "A name to push the image under. Repeatable.")
  List<String> destinations = new ArrayList<>();

  @Option(
      names = "--no-push",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Push nothing; names are for files only.")
  @Nullable Boolean noPush;

  @Option(
      names = {"--tar-path", "--tarPath"},
      paramLabel = "FILE",
      description = "Write the image as an archive that docker load reads.")
  @Nullable Path tarPath;

  @Option(
      names = "--oci-layout-path",
      paramLabel = "DIR",
      description = "Write the image as an OCI layout.")
  @Nullable Path ociLayoutPath;

  @Option(
      names = "--digest-file",
      paramLabel = "FILE",
      description = "Write the image's digest to a file, or send it to a web address by PUT.")
  @Nullable String digestFile;

  @Option(
      names = "--image-name-with-digest-file",
      paramLabel = "FILE",
      description = "Write repository@digest to a file, a line for each name.")
  @Nullable Path nameWithDigestFile;

  @Option(
      names = "--image-name-tag-with-digest-file",
      paramLabel = "FILE",
      description = "Write repository:tag@digest to a file, a line for each name.")
  @Nullable Path nameTagWithDigestFile;

  @Mixin RegistryFlags registry = new RegistryFlags();

  @Mixin FormFlags form = new FormFlags();

  @Mixin MountFlags mounts = new MountFlags();

  @Mixin LayerFlags layers = new LayerFlags();

  @Option(
      names = "--isolation",
      paramLabel = "KIND",
      description = "Where RUN runs: auto, namespace, chroot or inplace.")
  Isolation isolation = Isolation.AUTO;

  @Option(
      names = "--force",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description =
          "Let the sandbox inplace use up the file system though this does not look like a "
              + "container.")
  boolean force;

  @Option(
      names = "--materialize",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description =
          "Leave the image's files in place of the container's own, also if all was cached; with the"
              + " sandbox inplace alone.")
  boolean materialize;

  @Option(
      names = "--kaniko-dir",
      paramLabel = "DIR",
      description =
          "Keep this program's own files here, and out of images; KANIKO_DIR if not given, else "
              + "beside the program.")
  @Nullable Path folder;

  /** Returns the flags of a check, which builds nothing. */
  public static SharedFlags ofCheck(
      @Nullable String dockerfile,
      @Nullable String target,
      List<String> buildArgs,
      RegistryFlags registry) {
    SharedFlags flags = new SharedFlags();
    flags.context.dockerfile = dockerfile;
    flags.target = target;
    flags.buildArgs = buildArgs;
    flags.registry = registry;
    return flags;
  }

  /** Returns the build context that a flag names, if one does. */
  public Optional<String> namedContext() {
    return Optional.ofNullable(context.context);
  }

  /** Whether the image is to be pushed under a name. */
  public boolean pushesImage() {
    return !destinations.isEmpty();
  }

  /** Whether the image is to be written to a file or a layout. */
  public boolean writesImage() {
    return tarPath != null || ociLayoutPath != null;
  }

  /** Asks for a layout, in place of one that was asked for before. */
  public void writeLayout(Path folder) {
    ociLayoutPath = folder;
  }

  /** Asks that nothing be pushed. */
  public void pushNothing() {
    noPush = true;
  }

  /** Whether the build may be carried out in a user namespace. */
  public boolean mayReenter() {
    return !materialize && (isolation == Isolation.AUTO || isolation == Isolation.NAMESPACE);
  }
}
