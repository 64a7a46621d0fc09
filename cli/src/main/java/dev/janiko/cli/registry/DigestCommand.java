package dev.janiko.cli.registry;

import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.registry.transfer.ImagePlace;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code janiko digest}: the digest that a name leads to. */
@Command(
    name = "digest",
    description = "Prints the digest that an image's name leads to.",
    sortOptions = false)
final class DigestCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private RegistryFlags registry = new RegistryFlags();

  @Parameters(paramLabel = "IMAGE", description = "Where the image is.")
  private String image = "";

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "The image of an index; the index itself if not given.")
  private @Nullable String platform;

  DigestCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    ImagePlace place = RegistryWork.place(image);
    return new RegistryWork(surroundings, registry)
        .transfer(transfer ->
            surroundings
                .out()
                .println(transfer.document(place, RegistryWork.platform(platform)).digest()));
  }
}
