package dev.janiko.cli;

import dev.janiko.registry.Digest;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.transfer.Artifact;
import dev.janiko.registry.transfer.Attachments;
import dev.janiko.registry.transfer.ImagePlace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code janiko manifest}: indexes of images for several platforms, and artifacts. */
@Command(
    name = "manifest",
    description = "Makes indexes of images, and artifacts that refer to images.")
final class ManifestCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Spec private @Nullable CommandSpec spec;

  ManifestCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(surroundings.err());
    }
    return ExitCode.USAGE;
  }

  /** {@code janiko manifest create}: pushes an index, and what it names where that is missing. */
  @Command(
      name = "create",
      description = "Pushes an index of images, and the images with it where they are missing.",
      sortOptions = false)
  static final class Create implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin private RegistryFlags registry = new RegistryFlags();
    @Mixin private FormFlags form = new FormFlags();

    @Parameters(index = "0", paramLabel = "NAME", description = "The name of the index.")
    private String name = "";

    @Parameters(
        index = "1..*",
        arity = "1..*",
        paramLabel = "IMAGE",
        description = "An image, or an index whose images are taken.")
    private List<String> images = new ArrayList<>();

    Create(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      ImagePlace target = RegistryWork.place(name);
      List<ImagePlace> parts = images.stream().map(RegistryWork::place).toList();
      return new RegistryWork(surroundings, registry)
          .transfer(transfer -> {
            Digest digest =
                transfer.put(
                    transfer.index(parts, form.family(), form.annotations()), List.of(target));
            surroundings.err().println("pushed " + target);
            surroundings.out().println(digest);
          });
    }
  }

  /** {@code janiko manifest attach}: keeps something beside an image that it is about. */
  @Command(
      name = "attach",
      description = "Keeps files or notes beside an image, which they refer to.",
      sortOptions = false)
  static final class Attach implements Callable<Integer> {
    private static final String UNKNOWN = "application/octet-stream";

    private final Surroundings surroundings;

    @Mixin private RegistryFlags registry = new RegistryFlags();
    @Mixin private FormFlags form = new FormFlags();

    @Parameters(
        index = "0",
        paramLabel = "IMAGE",
        description = "The image in its registry or layout.")
    private String image = "";

    @Parameters(
        index = "1..*",
        arity = "0..*",
        paramLabel = "FILE[:TYPE]",
        description = "A file and its media type.")
    private List<String> files = new ArrayList<>();

    @Option(
        names = "--artifact-type",
        required = true,
        paramLabel = "TYPE",
        description = "What it is, a media type.")
    private String type = "";

    Attach(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      ImagePlace subject = RegistryWork.place(image);
      if (form.family().equals(Optional.of(Family.DOCKER))) {
        throw new UsageException("docker's format has nothing that refers to images: use oci");
      }
      if (files.isEmpty() && form.annotations().isEmpty()) {
        throw new UsageException("nothing to attach: name a file or an --annotation");
      }
      if (!type.contains("/")) {
        throw new UsageException("--artifact-type is a media type, not " + type);
      }
      Artifact artifact = new Artifact(type, typed(files), form.annotations());
      return new RegistryWork(surroundings, registry)
          .transfer(transfer -> {
            Digest digest = new Attachments(transfer).attach(artifact, subject);
            surroundings.err().println("attached to " + subject);
            surroundings.out().println(digest);
          });
    }

    /** A media type has a slash, which what follows a colon in a file's name rarely has. */
    private static Map<Path, String> typed(List<String> arguments) {
      Map<Path, String> all = new LinkedHashMap<>();
      for (String argument : arguments) {
        int colon = argument.lastIndexOf(':');
        boolean given = colon > 0 && argument.indexOf('/', colon) > 0;
        all.put(
            Path.of(given ? argument.substring(0, colon) : argument),
            given ? argument.substring(colon + 1) : UNKNOWN);
      }
      return all;
    }
  }
}
