package dev.janiko.cli.runner;

import dev.janiko.builder.BuildRequest;
import dev.janiko.builder.Builder;
import dev.janiko.builder.PlatformBuilds;
import dev.janiko.builder.Registries;
import dev.janiko.builder.cache.BaseFolder;
import dev.janiko.builder.cache.BuildCache;
import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.output.Outputs;
import dev.janiko.builder.plan.BuildPlan;
import dev.janiko.builder.sandbox.Isolation;
import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.cli.options.BuildOptions;
import dev.janiko.cli.registry.RegistrySettings;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Hands a command line to the builder. */
public final class BuilderRunner implements BuildRunner {
  /** The beginning of the name of a layer cache that is a folder. */
  public static final String FOLDER = "oci:";

  private static final String CACHE = "cache";

  private final Map<String, String> environment;
  private final Path program;

  /**
   * Sets a runner up.
   *
   * @param environment the process's
   * @param program the folder that this program is installed in
   */
  public BuilderRunner(Map<String, String> environment, Path program) {
    this.environment = Map.copyOf(environment);
    this.program = program;
  }

  @Override
  public int run(BuildOptions options, BuildListener listener) {
    BuildRequest request;
    try {
      request = request(options);
    } catch (IllegalArgumentException | UsageException e) {
      listener.on(BuildFailed.of(String.valueOf(e.getMessage())));
      return ExitCode.USAGE;
    }
    RegistrySettings settings = options.registries();
    Map<String, String> variables = variables(options.place());
    List<Platform> platforms = options.platforms();
    try (RegistryClient pull = settings.client(false, variables, new Transfers(listener));
        RegistryClient push = settings.client(true, variables, new Transfers(listener))) {
      new PlatformBuilds(new Registries(pull, settings.shareClient() ? pull : push))
          .build(request, platforms.isEmpty() ? List.of(Platform.host()) : platforms, listener);
      return ExitCode.OK;
    } catch (BuildException e) {
      return e.kind() == BuildException.Kind.INTERRUPTED ? ExitCode.INTERRUPTED : e.exitCode();
    } catch (IOException e) {
      listener.on(BuildFailed.of(String.valueOf(e.getMessage())));
      return ExitCode.FAILURE;
    }
  }

  @Override
  public int plan(BuildOptions options, BuildListener listener, PrintStream out) {
    try (RegistryClient client =
        options.registries().client(false, variables(options.place()), new Transfers(listener))) {
      BuildRequest request = request(options);
      BuildPlan plan = new Builder(new Registries(client, client)).plan(request, listener);
      new PlanText(plan, request).lines().forEach(out::println);
      return ExitCode.OK;
    } catch (IllegalArgumentException | UsageException e) {
      listener.on(BuildFailed.of(String.valueOf(e.getMessage())));
      return ExitCode.USAGE;
    } catch (BuildException e) {
      return e.exitCode();
    } catch (IOException e) {
      listener.on(BuildFailed.of(String.valueOf(e.getMessage())));
      return ExitCode.FAILURE;
    }
  }

  /** The environment, with what flags say instead of variables. */
  private Map<String, String> variables(BuildOptions.Place place) {
    Map<String, String> all = new HashMap<>(environment);
    place.folder().ifPresent(folder -> all.put(StoreLocation.FOLDER, folder.toString()));
    return all;
  }

  private BuildRequest request(BuildOptions options) {
    return new BuildRequest(
        options.source(),
        options.target(),
        options.buildArgs(),
        options.labels(),
        Platform.host(),
        place(options.place()),
        outputs(options.outputs()),
        options.layering(),
        options.cache().map(cache -> cache(cache, options.outputs(), storeOf(options.place()))),
        new MountMaterial(environment).read(options.mounts()));
  }

  static Outputs outputs(BuildOptions.Outputs outputs) {
    BuildOptions.DigestFiles digests = outputs.digests();
    return new Outputs(
        references(outputs.names()),
        references(outputs.pushTo()),
        outputs.ociLayout(),
        outputs.tar(),
        new Outputs.DigestFiles(
            digests.digest(),
            digests.nameWithDigest(),
            digests.nameTagWithDigest(),
            digests.images(),
            digests.upload()),
        new Outputs.Form(outputs.family(), outputs.annotations()));
  }

  private StoreLocation storeOf(BuildOptions.Place place) {
    return new StoreLocation(variables(place), program);
  }

  private static BuildRequest.Cache cache(
      BuildOptions.Cache cache, BuildOptions.Outputs outputs, StoreLocation store) {
    return new BuildRequest.Cache(
        place(cache, outputs, store),
        new BuildCache.Policy(
            new BuildCache.Steps(cache.runLayers(), cache.copyLayers()),
            cache.lifetime(),
            cache.writes()),
        Optional.of(new BaseFolder(cache.bases(), cache.lifetime())));
  }

  private static BuildRequest.CachePlace place(
      BuildOptions.Cache cache, BuildOptions.Outputs outputs, StoreLocation store) {
    Optional<String> wanted = cache.repository();
    if (wanted.isPresent() && wanted.get().startsWith(FOLDER)) {
      Path folder = Path.of(wanted.get().substring(FOLDER.length())).toAbsolutePath();
      return new BuildRequest.CachePlace.Folder(folder);
    }
    if (wanted.isPresent()) {
      return new BuildRequest.CachePlace.Repository(ImageReference.parse(wanted.get()));
    }
    if (outputs.pushTo().isEmpty()) {
      return new BuildRequest.CachePlace.Folder(store.folder().resolve(CACHE));
    }
    ImageReference first = ImageReference.parse(outputs.pushTo().getFirst());
    return new BuildRequest.CachePlace.Repository(ImageReference.parse(first.name() + "/" + CACHE));
  }

  private BuildRequest.Place place(BuildOptions.Place place) {
    StoreLocation store = storeOf(place);
    return new BuildRequest.Place(
        isolation(place.isolation()),
        store.folder(),
        store.bytes(),
        place.force(),
        program,
        place.materialize());
  }

  static Isolation isolation(BuildOptions.Isolation wanted) {
    return switch (wanted) {
      case AUTO -> Isolation.AUTO;
      case NAMESPACE -> Isolation.NAMESPACE;
      case CHROOT -> Isolation.CHROOT;
      case INPLACE -> Isolation.INPLACE;
    };
  }

  private static List<ImageReference> references(List<String> names) {
    return names.stream().map(ImageReference::parse).toList();
  }
}
