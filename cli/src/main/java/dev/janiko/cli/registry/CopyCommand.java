package dev.janiko.cli.registry;

import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.registry.Digest;
import dev.janiko.registry.transfer.Attachments;
import dev.janiko.registry.transfer.ImagePlace;
import dev.janiko.registry.transfer.ImageTransfer.Change;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code janiko copy}, {@code pull} and {@code push}: an image from one place to others. */
@Command(sortOptions = false)
final class CopyCommand implements Callable<Integer> {
  static final String[] PLACES = {
    "",
    "Places: [docker://]IMAGE in a registry, oci:DIR[:NAME] for an OCI layout, "
        + "docker-archive:FILE[:NAME] for an archive of docker save. A path that begins with / or . "
        + "is a layout if it is a folder, and an archive if it is a file."
  };

  private final Surroundings surroundings;

  @Mixin private RegistryFlags registry = new RegistryFlags();
  @Mixin private FormFlags form = new FormFlags();

  @Parameters(index = "0", paramLabel = "FROM", description = "Where the image is.")
  private String from = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "TO",
      description = "Where it shall be, too. Repeatable.")
  private List<String> to = new ArrayList<>();

  @Option(
      names = {"-d", "--destination"},
      paramLabel = "TO",
      description = "Where it shall be, too. Repeatable.")
  private List<String> destinations = new ArrayList<>();

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "The image to take out of an index; the whole index if not given.")
  private @Nullable String platform;

  @Option(
      names = "--digest-file",
      paramLabel = "FILE",
      description = "Write the image's digest to a file.")
  private @Nullable Path digestFile;

  @Option(
      names = "--referrers",
      description = "Bring along what refers to the image, such as signatures.")
  private boolean referrers;

  CopyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    List<String> targets = new ArrayList<>(to);
    targets.addAll(destinations);
    if (targets.isEmpty()) {
      throw new UsageException("nothing says where the image goes: add a place after " + from);
    }
    ImagePlace source = RegistryWork.place(from);
    List<ImagePlace> places = targets.stream().map(RegistryWork::place).toList();
    Change change = new Change(RegistryWork.platform(platform), form.family(), form.annotations());
    if (referrers && !change.equals(Change.NONE)) {
      throw new UsageException(
          "--referrers is for images that stay the same: what refers to them names their digest");
    }
    return new RegistryWork(surroundings, registry)
        .transfer(transfer -> {
          Digest digest = transfer.copy(source, places, change);
          if (referrers) {
            int brought = new Attachments(transfer).bring(source, places);
            surroundings.err().println(brought + " referrers with it");
          }
          Path file = digestFile;
          if (file != null) {
            Files.writeString(file, digest.toString());
          }
          places.forEach(place -> surroundings.err().println("copied to " + place));
          surroundings.out().println(digest);
        });
  }
}
