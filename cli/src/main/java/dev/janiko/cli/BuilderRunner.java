package dev.janiko.cli;

import dev.janiko.builder.BuildRequest;
import dev.janiko.builder.Builder;
import dev.janiko.builder.Registries;
import dev.janiko.builder.cache.BuildCache;
import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.output.Outputs;
import dev.janiko.builder.sandbox.Isolation;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Hands a command line to the builder. */
final class BuilderRunner implements BuildRunner {
  private static final String FOLDER = "oci:";
  private static final String CACHE = "cache";

  private final Map<String, String> environment;
  private final Path program;

  /**
   * Sets a runner up.
   *
   * @param environment the process's
   * @param program the folder that this program is installed in
   */
  BuilderRunner(Map<String, String> environment, Path program) {
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
    try (RegistryClient pull = settings.client(false, environment, new Transfers(listener));
        RegistryClient push = settings.client(true, environment, new Transfers(listener))) {
      new Builder(new Registries(pull, settings.shareClient() ? pull : push))
          .build(request, listener);
      return ExitCode.OK;
    } catch (BuildException e) {
      return e.kind() == BuildException.Kind.INTERRUPTED ? ExitCode.INTERRUPTED : e.exitCode();
    } catch (IOException e) {
      listener.on(BuildFailed.of(String.valueOf(e.getMessage())));
      return ExitCode.FAILURE;
    }
  }

  private BuildRequest request(BuildOptions options) {
    return new BuildRequest(
        options.source(),
        options.target(),
        options.buildArgs(),
        options.labels(),
        options.platform().orElseGet(Platform::host),
        place(options.place()),
        outputs(options.outputs()),
        options.layering(),
        options.cache().map(cache -> cache(cache, options.outputs())),
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
            digests.digest(), digests.nameWithDigest(), digests.nameTagWithDigest()),
        new Outputs.Form(outputs.family(), outputs.annotations()));
  }

  private BuildRequest.Cache cache(BuildOptions.Cache cache, BuildOptions.Outputs outputs) {
    return new BuildRequest.Cache(
        place(cache, outputs),
        new BuildCache.Policy(
            new BuildCache.Steps(cache.runLayers(), cache.copyLayers()),
            cache.lifetime(),
            cache.writes()));
  }

  private BuildRequest.CachePlace place(BuildOptions.Cache cache, BuildOptions.Outputs outputs) {
    Optional<String> wanted = cache.repository();
    if (wanted.isPresent() && wanted.get().startsWith(FOLDER)) {
      Path folder = Path.of(wanted.get().substring(FOLDER.length())).toAbsolutePath();
      return new BuildRequest.CachePlace.Folder(folder);
    }
    if (wanted.isPresent()) {
      return new BuildRequest.CachePlace.Repository(ImageReference.parse(wanted.get()));
    }
    if (outputs.pushTo().isEmpty()) {
      return new BuildRequest.CachePlace.Folder(
          new StoreLocation(environment, program).folder().resolve(CACHE));
    }
    ImageReference first = ImageReference.parse(outputs.pushTo().getFirst());
    return new BuildRequest.CachePlace.Repository(ImageReference.parse(first.name() + "/" + CACHE));
  }

  private BuildRequest.Place place(BuildOptions.Place place) {
    StoreLocation store = new StoreLocation(environment, program);
    return new BuildRequest.Place(
        isolation(place.isolation()), store.folder(), store.bytes(), place.force(), program);
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
