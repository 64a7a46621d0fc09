package dev.janiko.builder.support;

import dev.janiko.builder.BuildRequest;
import dev.janiko.builder.Layering;
import dev.janiko.builder.Registries;
import dev.janiko.builder.context.ContextSpec;
import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.output.Outputs;
import dev.janiko.builder.sandbox.Isolation;
import dev.janiko.builder.step.MountResources;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.image.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where a test builds: a folder with a context and a store, a registry, and what was told. */
public final class BuildSite implements AutoCloseable {
  private final Path folder;
  private final MemoryRegistry registry;
  private final RegistryClient client;
  private final List<BuildEvent> events = Collections.synchronizedList(new ArrayList<>());

  private BuildSite(Path folder) throws IOException {
    this.folder = folder;
    this.registry = MemoryRegistry.open();
    this.client = registry.client();
  }

  /**
   * Opens one in an empty folder.
   *
   * @param folder the test's own
   */
  public static BuildSite open(Path folder) throws IOException {
    Files.createDirectory(folder.resolve("context"));
    return new BuildSite(folder);
  }

  /** The build context. */
  public Path context() {
    return folder.resolve("context");
  }

  /** The registry that bases come from and images go to. */
  public MemoryRegistry registry() {
    return registry;
  }

  /** A client of the registry. */
  public RegistryClient client() {
    return client;
  }

  /** The registry as builds have it. */
  public Registries registries() {
    return new Registries(client, client);
  }

  /** Writes the context's Dockerfile. */
  public void dockerfile(String... lines) throws IOException {
    Files.writeString(context().resolve("Dockerfile"), String.join("\n", lines) + "\n");
  }

  /** Asks for a build in namespaces, of the context. */
  public BuildRequest request(Outputs outputs) {
    return new BuildRequest(
        new ContextSpec(context(), Optional.empty()),
        Optional.empty(),
        Map.of(),
        Map.of(),
        Platform.host(),
        new BuildRequest.Place(
            Isolation.NAMESPACE,
            folder.resolve("store"),
            Long.MAX_VALUE,
            false,
            folder.resolve("program")),
        outputs,
        Layering.USUAL,
        Optional.empty(),
        MountResources.NONE);
  }

  /** Remembers what it is told. */
  public BuildListener listener() {
    return events::add;
  }

  /** What was told, of one kind. */
  public <T extends BuildEvent> List<T> heard(Class<T> type) {
    synchronized (events) {
      return events.stream().filter(type::isInstance).map(type::cast).toList();
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
    registry.close();
  }
}
