package dev.janiko.builder.support;

import dev.janiko.builder.BuildRequest;
import dev.janiko.builder.BuildResult;
import dev.janiko.builder.Builder;
import dev.janiko.builder.Registries;
import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.registry.client.RegistryClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

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

  /** Asks for a build, in namespaces and of the context if nothing else is told. */
  public Order order() {
    return new Order(folder, context());
  }

  /** Builds, and remembers what it is told meanwhile. */
  public BuildResult build(BuildRequest request) {
    return new Builder(registries()).build(request, listener());
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

  /** All that was told, in order. */
  public List<BuildEvent> heard() {
    return heard(BuildEvent.class);
  }

  /** Forgets what was told. */
  public void forget() {
    events.clear();
  }

  @Override
  public void close() throws IOException {
    client.close();
    registry.close();
  }
}
