package dev.janiko.registry.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.json.JsonReader;
import dev.janiko.registry.json.JsonWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The configuration file that logging in and out changes. What else is in the file stays. The file
 * is only readable to its owner, and appears at once and whole.
 *
 * <p>If the file names a helper for the registry, the helper keeps the secret.
 */
public final class CredentialFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path file;
  private final CredentialHelpers helpers;

  private CredentialFile(Path file, Map<String, String> environment) {
    this.file = requireNonNull(file, "file is null");
    this.helpers = new CredentialHelpers(Map.copyOf(environment));
  }

  /** The file, which may not exist yet. */
  public static CredentialFile at(Path file, Map<String, String> environment) {
    return new CredentialFile(file, environment);
  }

  /**
   * The file that Docker would change: {@code $DOCKER_CONFIG/config.json} or {@code
   * ~/.docker/config.json}.
   *
   * @throws RegistryException if the environment names neither
   */
  public static CredentialFile usual(Map<String, String> environment) throws RegistryException {
    String folder = environment.getOrDefault("DOCKER_CONFIG", "");
    String home = environment.getOrDefault("HOME", "");
    if (folder.isEmpty() && home.isEmpty()) {
      throw RegistryException.of(
              RegistryException.Kind.CREDENTIALS, "there is no place for credentials")
          .hint("set DOCKER_CONFIG or HOME, or name a file with --registry-auth-file")
          .build();
    }
    return at(
        folder.isEmpty() ? Path.of(home, ".docker", "config.json") : Path.of(folder, "config.json"),
        environment);
  }

  /**
   * Keeps a credential for a registry, or for what is below a path of it.
   *
   * @param place the host with its port, {@code docker.io} for Docker Hub, with or without a path
   * @return where it is now, for people
   * @throws RegistryException if it cannot be kept
   */
  public String store(String place, Credential.UserPassword credential) throws RegistryException {
    ObjectNode root = read();
    String key = DockerConfig.key(place);
    Optional<String> helper = helper(root, place);
    if (helper.isPresent()) {
      ObjectNode input = JsonNodeFactory.instance.objectNode();
      input.put("ServerURL", key);
      input.put("Username", credential.user());
      input.put("Secret", credential.password());
      String json = new String(JsonWriter.compact(input), UTF_8);
      helpers.tell(helper.get(), "store", json, told(key));
      return CredentialHelpers.program(helper.get());
    }
    remove(root, place);
    byte[] pair = (credential.user() + ":" + credential.password()).getBytes(UTF_8);
    root.withObjectProperty("auths")
        .putObject(key)
        .put("auth", Base64.getEncoder().encodeToString(pair));
    write(root);
    return file.toString();
  }

  /**
   * Forgets the credential of a registry.
   *
   * @param place as it was stored
   * @return whether there was one
   * @throws RegistryException if it cannot be forgotten
   */
  public boolean erase(String place) throws RegistryException {
    ObjectNode root = read();
    Optional<String> helper = helper(root, place);
    if (helper.isPresent()) {
      helpers.tell(helper.get(), "erase", DockerConfig.key(place), told(place));
    }
    boolean removed = remove(root, place);
    if (removed) {
      write(root);
    }
    return removed || helper.isPresent();
  }

  private CredentialHelpers.Told told(String place) {
    return new CredentialHelpers.Told(place, file.toString());
  }

  private static Optional<String> helper(ObjectNode root, String place) {
    int slash = place.indexOf('/');
    String host = slash < 0 ? place : place.substring(0, slash);
    String helper = root.path("credsStore").asText("");
    for (var entry : root.path("credHelpers").properties()) {
      if (DockerConfig.normalised(entry.getKey()).equals(host)) {
        helper = entry.getValue().asText("");
      }
    }
    return helper.isEmpty() ? Optional.empty() : Optional.of(helper);
  }

  private static boolean remove(ObjectNode root, String place) {
    if (!(root.get("auths") instanceof ObjectNode auths)) {
      return false;
    }
    List<String> same = new ArrayList<>();
    for (Iterator<String> keys = auths.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      if (DockerConfig.normalised(key).equals(DockerConfig.normalised(place))) {
        same.add(key);
      }
    }
    same.forEach(auths::remove);
    return !same.isEmpty();
  }

  private ObjectNode read() throws RegistryException {
    try {
      ObjectNode root = JsonReader.readObject(Files.readAllBytes(file), "configuration");
      boolean good = root.path("auths").isMissingNode() || root.path("auths").isObject();
      if (good) {
        return root;
      }
    } catch (NoSuchFileException e) {
      return JsonNodeFactory.instance.objectNode();
    } catch (RegistryException e) {
      // The parser's words may quote a secret.
    } catch (IOException e) {
      throw failed("cannot read " + file, e);
    }
    throw RegistryException.of(
            RegistryException.Kind.CREDENTIALS, file + " is not a valid Docker configuration")
        .hint("repair it or move it away; nothing was changed")
        .build();
  }

  private void write(ObjectNode root) throws RegistryException {
    try {
      Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
      Path folder = requireNonNull(target.getParent(), "a file has a folder");
      if (Files.notExists(folder)) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Path part = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID());
      try {
        Files.createFile(part, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try (FileChannel out = FileChannel.open(part, StandardOpenOption.WRITE)) {
          out.write(ByteBuffer.wrap(JsonWriter.indented(root)));
          out.force(true);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw failed("cannot write " + file, e);
    }
  }

  private static RegistryException failed(String what, IOException cause) {
    return RegistryException.of(RegistryException.Kind.CREDENTIALS, what)
        .hint("name another file with --registry-auth-file, or another folder with DOCKER_CONFIG")
        .cause(cause)
        .build();
  }
}
