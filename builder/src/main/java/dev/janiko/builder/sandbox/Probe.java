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
  private static final Path ACTIONS = Path.of("/proc/sys/kernel/seccomp/actions_avail");

  /** Directories that images have, and whose files would be lost. */
  private static final List<String> LAYOUT =
      List.of(
          "bin", "boot", "etc", "home", "lib", "lib64", "media", "mnt", "opt", "root", "run",
          "sbin", "srv", "tmp", "usr", "var");

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
    Optional<String> closed = RootPowers.areHeld() ? Optional.empty() : fakeRootObstacle();
    if (closed.isPresent()) {
      return closed;
    }
    if (!forced && place.containerMark().isEmpty()) {
      return Optional.of(
          "it uses up the root file system and replaces it by the image's, and nothing shows that"
              + " this is a throw-away container; if it is one, use --force");
    }
    return Optional.empty();
  }

  /** Why root cannot be played in the root directory. */
  private static Optional<String> fakeRootObstacle() throws IOException {
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    if (!Files.isWritable(Path.of("/"))) {
      return Optional.of(
          "this is user "
              + uid
              + " without root's capabilities, who may not write to the root directory; it takes an"
              + " engine that keeps the mode of an image's root directory, or to be root in the"
              + " container");
    }
    if (!Files.exists(ACTIONS) || !Files.readString(ACTIONS).contains("user_notif")) {
      return Optional.of(
          "this is user "
              + uid
              + " without root's capabilities, and the kernel cannot have its system calls answered"
              + " by another process (Linux 5.9 can)");
    }
    for (String name : LAYOUT) {
      Path directory = Path.of("/", name);
      if (Files.isDirectory(directory) && !Files.isWritable(directory)) {
        return Optional.of(
            "this is user "
                + uid
                + " without root's capabilities, who may not write to /"
                + name
                + "; run the executor image as it is, with nothing mounted below /"
                + name);
      }
    }
    return Optional.empty();
  }
}
