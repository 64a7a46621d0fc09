package dev.janiko.cli.registry;

import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.registry.transfer.Attachments;
import dev.janiko.registry.transfer.ImagePlace;
import dev.janiko.registry.transfer.Inspection;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code janiko inspect}: what an image is, as JSON. */
@Command(name = "inspect", description = "Shows what an image is, as JSON.", sortOptions = false)
final class InspectCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private RegistryFlags registry = new RegistryFlags();

  @Parameters(paramLabel = "IMAGE", description = "Where the image is.")
  private String image = "";

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "The image to show of an index; the index itself if not given.")
  private @Nullable String platform;

  @Option(names = "--raw", description = "Print the manifest or index byte for byte.")
  private boolean raw;

  @Option(names = "--config", description = "Print the image's config byte for byte.")
  private boolean config;

  @Option(
      names = "--referrers",
      description = "List what refers to the image where it is, such as signatures.")
  private boolean referrers;

  @Option(
      names = "--artifact-type",
      paramLabel = "TYPE",
      description = "With --referrers: only artifacts of this type.")
  private String artifactType = "";

  InspectCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    ImagePlace place = RegistryWork.place(image);
    if (referrers) {
      return listed(place);
    }
    if (!artifactType.isEmpty()) {
      throw new UsageException("--artifact-type goes with --referrers");
    }
    return new RegistryWork(surroundings, registry)
        .transfer(transfer -> {
          Inspection inspection = Inspection.of(transfer, place, RegistryWork.platform(platform));
          if (raw) {
            surroundings.out().writeBytes(inspection.document());
          } else if (config) {
            surroundings.out().writeBytes(inspection.config());
          } else {
            surroundings.out().println(new String(inspection.json(), StandardCharsets.UTF_8));
          }
          surroundings.out().flush();
        });
  }

  private int listed(ImagePlace place) {
    if (raw || config) {
      throw new UsageException("--referrers goes with neither --raw nor --config");
    }
    return new RegistryWork(surroundings, registry)
        .transfer(transfer -> {
          byte[] json =
              Inspection.json(
                  new Attachments(transfer)
                      .list(place, RegistryWork.platform(platform), artifactType));
          surroundings.out().println(new String(json, StandardCharsets.UTF_8));
        });
  }
}
