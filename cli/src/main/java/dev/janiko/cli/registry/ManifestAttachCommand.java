package dev.janiko.cli.registry;

import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code janiko manifest attach}: keeps something beside an image that it is about. */
@Command(
    name = "attach",
    description = "Keeps files or notes beside an image, which they refer to.",
    sortOptions = false)
final class ManifestAttachCommand implements Callable<Integer> {
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

  ManifestAttachCommand(Surroundings surroundings) {
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
