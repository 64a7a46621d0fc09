package dev.janiko.builder.sandbox;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Capabilities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out which sandboxes this place allows. */
public final class Probe {
  private final Path folder;
  private final boolean force;
  private final Place place;

  private Probe(Path folder, boolean force, Place place) {
    this.folder = folder;
    this.force = force;
    this.place = place;
  }

  /**
   * A probe of this place.
   *
   * @param folder where sandboxes would have their files
   * @param force whether {@code inplace} may use up a root that is not known to be a container's
   */
  public static Probe of(Path folder, boolean force) {
    return new Probe(requireNonNull(folder, "folder is null"), force, Place.here());
  }

  /**
   * The isolation to use.
   *
   * @param wanted a certain one, or AUTO for the strongest there is
   * @return NAMESPACE or INPLACE
   * @throws SandboxException if the place does not allow it, with what each would need
   */
  public Isolation choose(Isolation wanted) throws IOException {
    return switch (wanted) {
      case NAMESPACE -> require(Isolation.NAMESPACE, namespaceObstacle());
      case INPLACE -> require(Isolation.INPLACE, inPlaceObstacle(force));
      case AUTO -> strongest();
    };
  }

  private static Isolation require(Isolation isolation, Optional<String> obstacle)
      throws SandboxException {
    if (obstacle.isPresent()) {
      throw new SandboxException(
          "isolation \"" + isolation.optionValue() + "\" is not possible here: " + obstacle.get());
    }
    return isolation;
  }

  private Isolation strongest() throws IOException {
    Optional<String> namespace = namespaceObstacle();
    if (namespace.isEmpty()) {
      return Isolation.NAMESPACE;
    }
    // Never by itself on a root that may be somebody's machine.
    Optional<String> inPlace = inPlaceObstacle(false);
    if (inPlace.isEmpty()) {
      return Isolation.INPLACE;
    }
    throw new SandboxException(
        "no isolation is possible here:\n  namespace: "
            + namespace.get()
            + "\n  inplace: "
            + inPlace.get());
  }

  /** Why there can be no namespaces; empty if they were tried and work. */
  public Optional<String> namespaceObstacle() throws IOException {
    if (!Capabilities.has(Capabilities.SYS_ADMIN)) {
      return Optional.of(
          "it needs the capability CAP_SYS_ADMIN: run as root of the machine, or in a container"
              + " that is given it");
    }
    return Optional.ofNullable(tryNamespace());
  }

  private @Nullable String tryNamespace() {
    try {
      BuildThread.call(() -> {
        try (NamespaceSandbox sandbox = NamespaceSandbox.open(folder);
            StageRoot root = sandbox.openStage("probe", List.of())) {
          return root.path();
        }
      });
      return null;
    } catch (Exception e) {
      return e.getMessage();
    }
  }

  /** Why the root cannot be used up; empty if it can. */
  public Optional<String> inPlaceObstacle(boolean forced) throws IOException {
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    if (!uid.equals(0)) {
      return Optional.of("it needs to be root in its container, and this is user " + uid);
    }
    if (!forced && place.containerMark().isEmpty()) {
      return Optional.of(
          "it uses up the root file system and replaces it by the image's, and nothing shows that"
              + " this is a throw-away container; if it is one, use --force");
    }
    return Optional.empty();
  }
}
