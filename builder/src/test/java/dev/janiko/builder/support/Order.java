package dev.janiko.builder.support;

import dev.janiko.builder.BuildRequest;
import dev.janiko.builder.Layering;
import dev.janiko.builder.context.ContextSpec;
import dev.janiko.builder.output.Outputs;
import dev.janiko.builder.sandbox.Isolation;
import dev.janiko.builder.step.MountResources;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as it is put together: a build in namespaces, of the site's context, but for what is
 * told.
 */
public final class Order {
  private final Path folder;
  private ContextSpec context;
  private Map<String, String> buildArgs = Map.of();
  private Map<String, String> labels = Map.of();
  private Platform platform = Platform.host();
  private Path store;
  private Layering layering = Layering.USUAL;
  private Optional<BuildRequest.Cache> cache = Optional.empty();
  private MountResources mounts = MountResources.NONE;

  Order(Path folder, Path context) {
    this.folder = folder;
    this.context = new ContextSpec(context, Optional.empty());
    this.store = folder.resolve("store");
  }

  /** Of another context. */
  public Order of(ContextSpec other) {
    context = other;
    return this;
  }

  /** With build arguments. */
  public Order buildArgs(Map<String, String> all) {
    buildArgs = all;
    return this;
  }

  /** With labels. */
  public Order labels(Map<String, String> all) {
    labels = all;
    return this;
  }

  /** For another platform. */
  public Order platform(Platform other) {
    platform = other;
    return this;
  }

  /** With another store, below the site's folder. */
  public Order store(String name) {
    store = folder.resolve(name);
    return this;
  }

  /** With layers of another kind. */
  public Order layering(Layering other) {
    layering = other;
    return this;
  }

  /** With a layer cache. */
  public Order cache(BuildRequest.Cache used) {
    cache = Optional.of(used);
    return this;
  }

  /** With secrets, agents and caches. */
  public Order mounts(MountResources all) {
    mounts = all;
    return this;
  }

  /** The request for an image that goes there. */
  public BuildRequest to(Outputs outputs) {
    return new BuildRequest(
        context,
        Optional.empty(),
        buildArgs,
        labels,
        platform,
        new BuildRequest.Place(
            Isolation.NAMESPACE, store, Long.MAX_VALUE, false, folder.resolve("program"), false),
        outputs,
        layering,
        cache,
        mounts);
  }

  /** The request for an image that is pushed. */
  public BuildRequest to(ImageReference name) {
    return to(outputs(List.of(name), Optional.empty()));
  }

  /** The request for an image in a layout. */
  public BuildRequest to(Path layout) {
    return to(outputs(List.of(), Optional.of(layout)));
  }

  private static Outputs outputs(List<ImageReference> names, Optional<Path> layout) {
    return new Outputs(
        names,
        names,
        layout,
        Optional.empty(),
        new Outputs.DigestFiles(Optional.empty(), Optional.empty(), Optional.empty()),
        Outputs.Form.OF_BASE);
  }
}
