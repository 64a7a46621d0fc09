package dev.janiko.cli.upkeep;

import dev.janiko.builder.Warmer;
import dev.janiko.builder.cache.BaseFolder;
import dev.janiko.builder.context.DockerfilePlace;
import dev.janiko.builder.context.FetchedContexts;
import dev.janiko.builder.event.BuildEvent.Level;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.fetch.Fetching;
import dev.janiko.builder.plan.ImageChoice;
import dev.janiko.cli.foreign.ForeignFlag;
import dev.janiko.cli.foreign.ForeignFlags;
import dev.janiko.cli.invocation.Home;
import dev.janiko.cli.invocation.Quantities;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.cli.options.ContextParser;
import dev.janiko.cli.options.LogFlags;
import dev.janiko.cli.options.OptionsAssembler;
import dev.janiko.cli.registry.RegistryFlags;
import dev.janiko.cli.registry.RegistryWork;
import dev.janiko.cli.runner.Scratch;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code janiko warm} and {@code warmer}: Kaniko's command line. */
@Command(
    name = "warm",
    sortOptions = false,
    description =
        "Brings base images into a folder that builds take them from (--cache with --cache-dir).")
public final class WarmCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final InputStream in;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-i", "--image"},
      paramLabel = "IMAGE",
      description = "An image to bring. Repeatable.")
  private List<String> images = new ArrayList<>();

  @Option(
      names = {"-d", "--dockerfile"},
      paramLabel = "FILE",
      description =
          "Bring all images that this Dockerfile names: a file, a web address, or - for standard "
              + "input.")
  private @Nullable String dockerfile;

  @Option(
      names = "--build-arg",
      paramLabel = "NAME[=VALUE]",
      description = "A value for an ARG of the Dockerfile. Repeatable.")
  private List<String> buildArgs = new ArrayList<>();

  @Option(
      names = {"-c", "--cache-dir"},
      paramLabel = "DIR",
      description = "The folder; /cache if not given.")
  private Path folder = Path.of("/cache");

  @Option(
      names = {"-f", "--force"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Fetch images again that are there.")
  private boolean force;

  @Option(
      names = "--cache-ttl",
      paramLabel = "DURATION",
      description = "Fetch images again that are older, such as 6h; two weeks if not given.")
  private String lifetime = "336h";

  @Option(
      names = {"--platform", "--custom-platform", "--customPlatform"},
      paramLabel = "OS/ARCH[/VARIANT]",
      description = "The images' platform; this machine's if not given.")
  private @Nullable String platform;

  @Mixin private RegistryFlags registry = new RegistryFlags();
  @Mixin private LogFlags log = new LogFlags();

  /**
   * Makes the command.
   *
   * @param in where a Dockerfile named - is read
   */
  public WarmCommand(Surroundings surroundings, InputStream in) {
    this.surroundings = surroundings;
    this.in = in;
  }

  @Override
  public Integer call() {
    if (spec != null) {
      ForeignFlags.check(spec.commandLine().getParseResult(), ForeignFlag.WARMER)
          .forEach(note -> tell(Level.INFO, note));
    }
    if (images.isEmpty() && dockerfile == null) {
      throw new UsageException("nothing to bring: add --image IMAGE or --dockerfile FILE");
    }
    BaseFolder to = new BaseFolder(folder, Quantities.duration("--cache-ttl", lifetime));
    Platform wanted = RegistryWork.platform(platform).orElseGet(Platform::host);
    Set<ImageChoice> all = new LinkedHashSet<>();
    for (String name : images) {
      all.add(Warmer.image(reference(name), wanted));
    }
    Map<String, String> values = OptionsAssembler.buildArgs(buildArgs, surroundings.environment());
    RegistryWork work = new RegistryWork(surroundings, registry);
    return work.run(() -> {
      try (RegistryClient client =
          work.settings().client(false, surroundings.environment(), work.told())) {
        if (dockerfile != null) {
          all.addAll(Warmer.imagesOf(text(dockerfile, client), dockerfile, values, wanted));
        }
        warm(new Warmer(client, to), all);
      } catch (BuildException e) {
        throw new IOException(e.getMessage(), e);
      }
    });
  }

  private static ImageReference reference(String name) {
    try {
      return ImageReference.parse(name);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--image: " + e.getMessage());
    }
  }

  private void warm(Warmer warmer, Set<ImageChoice> all) throws IOException {
    if (all.isEmpty()) {
      tell(Level.INFO, "the Dockerfile starts from no image: nothing to bring");
      return;
    }
    int there = warmer.warm(List.copyOf(all), force, this::told);
    if (there == 0) {
      throw new IOException("no image could be brought to " + folder);
    }
  }

  private void told(ImageChoice image, Warmer.Outcome outcome) {
    switch (outcome) {
      case Warmer.Outcome.Fetched fetched ->
          tell(Level.INFO, "brought " + image.shown() + "@" + fetched.image().manifest().digest());
      case Warmer.Outcome.WasThere there ->
          tell(Level.INFO, "has " + image.shown() + "@" + there.image().manifest().digest());
      case Warmer.Outcome.Failed failed ->
          tell(Level.ERROR, image.shown() + ": " + failed.reason().getMessage());
    }
  }

  private void tell(Level level, String message) {
    if (level.compareTo(log.level()) >= 0) {
      String prefix = level == Level.ERROR ? "ERROR: " : "";
      surroundings.err().println(prefix + message);
    }
  }

  private String text(String place, RegistryClient client) throws IOException {
    if (place.equals("-")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    DockerfilePlace where =
        ContextParser.isWeb(place)
            ? new DockerfilePlace.Web(place)
            : new DockerfilePlace.File(Path.of(place));
    try (Scratch work = Scratch.create(surroundings.environment(), Home.folder())) {
      Path file = new FetchedContexts(new Fetching(client.connections()), work::folder).file(where);
      if (!Files.isRegularFile(file)) {
        throw new IOException("there is no Dockerfile " + place);
      }
      return Files.readString(file);
    }
  }
}
