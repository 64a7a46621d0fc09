package dev.janiko.cli.runner;

import static java.util.Objects.requireNonNull;

import dev.janiko.cli.invocation.UsageException;
import dev.janiko.dockerfile.text.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Where the local store of unpacked layers is, and how large it may get. */
public final class StoreLocation {
  /** Kaniko's variable for the folder of the program's own files. */
  static final String FOLDER = "KANIKO_DIR";

  private static final String STORE = "JANIKO_STORE";
  private static final String SIZE = "JANIKO_STORE_SIZE";
  private static final Path MACHINE_STORE = Path.of("/var/lib/janiko");
  private static final Path OPEN_STORE = Path.of("/.janiko-store");

  /** Which part of its disk the store takes at most, where nothing else is said. */
  private static final int USUAL_PART = 5;

  private final Map<String, String> environment;
  private final Path program;

  /**
   * Looks the store up.
   *
   * @param environment the process's
   * @param program the folder that this program is installed in
   */
  public StoreLocation(Map<String, String> environment, Path program) {
    this.environment = Map.copyOf(environment);
    this.program = requireNonNull(program, "program is null");
  }

  /** The store's folder, which may not be there yet. */
  public Path folder() {
    String given = environment.getOrDefault(STORE, "");
    if (!given.isEmpty()) {
      return Path.of(given).toAbsolutePath();
    }
    String own = environment.getOrDefault(FOLDER, "");
    if (!own.isEmpty()) {
      return Path.of(own).toAbsolutePath().resolve("store");
    }
    // In an executor image nothing else may be used: a build takes the rest of the root away.
    if (!program.startsWith("/kaniko")) {
      return isWritable(MACHINE_STORE) ? MACHINE_STORE : usersStore();
    }
    return Files.isWritable(program) ? program.resolve("store") : openStore();
  }

  /** Whether a folder is there and writable, or can be made. */
  private static boolean isWritable(Path folder) {
    Path existing = folder;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    return Files.isWritable(existing);
  }

  /** An ordinary user has a store of their own. */
  private Path usersStore() {
    String data = environment.getOrDefault("XDG_DATA_HOME", "");
    if (data.startsWith("/")) {
      return Path.of(data, "janiko");
    }
    String home = environment.getOrDefault("HOME", "");
    return home.startsWith("/") ? Path.of(home, ".local/share/janiko") : MACHINE_STORE;
  }

  /**
   * A user to whom the program's folder is closed builds where the image is open. Whether the rest
   * of the root may be used is found out when the sandbox is chosen.
   */
  private static Path openStore() {
    if (Files.isWritable(Path.of("/"))) {
      return OPEN_STORE;
    }
    for (String folder : List.of("/tmp", "/run")) {
      if (Files.isWritable(Path.of(folder))) {
        return Path.of(folder, "janiko-store");
      }
    }
    throw new UsageException(
        "this is a user without root's capabilities, who may not write to the root directory; it"
            + " takes an engine that keeps the mode of an image's root directory, or to be root"
            + " in the container");
  }

  /**
   * About how many bytes of layers the store may keep.
   *
   * @throws UsageException if the environment says something that is no size
   */
  public long bytes() {
    String given = environment.getOrDefault(SIZE, "").strip();
    if (!given.isEmpty()) {
      OptionalLong bytes = ByteSize.parse(given);
      return bytes.orElseThrow(
          () -> new UsageException(SIZE + " is a size such as 20GB, not " + given));
    }
    Path existing = folder();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    try {
      return Files.getFileStore(existing).getTotalSpace() / USUAL_PART;
    } catch (IOException e) {
      throw new UsageException(
          "the size of the disk of "
              + folder()
              + " cannot be told ("
              + e.getMessage()
              + "): set "
              + SIZE);
    }
  }
}
