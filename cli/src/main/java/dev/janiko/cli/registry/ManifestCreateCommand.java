package dev.janiko.cli.registry;

import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.registry.Digest;
import dev.janiko.registry.transfer.ImagePlace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code janiko manifest create}: pushes an index, and what it names where that is missing. */
@Command(
    name = "create",
    description = "Pushes an index of images, and the images with it where they are missing.",
    sortOptions = false)
final class ManifestCreateCommand implements Callable<Integer> {
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

  ManifestCreateCommand(Surroundings surroundings) {
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
