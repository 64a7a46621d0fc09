package dev.janiko.registry.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.auth.CredentialStore.Found;
import dev.janiko.registry.json.JsonReader;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One {@code config.json} of Docker: {@code credHelpers}, {@code credsStore} and {@code auths}. */
final class DockerConfig {
  private static final String HUB = "docker.io";
  private static final String HUB_KEY = "https://index.docker.io/v1/";

  /** By host and optional path, normalised; the values are never printed. */
  private final Map<String, ObjectNode> auths;

  private final Map<String, String> credHelpers;
  private final String credsStore;
  private final String source;

  private DockerConfig(ObjectNode root, String source) throws RegistryException {
    this.source = source;
    this.credsStore = root.path("credsStore").asText("");
    this.auths = new LinkedHashMap<>();
    this.credHelpers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object(root, "auths").properties()) {
      if (entry.getValue() instanceof ObjectNode auth) {
        boolean exact = normalised(entry.getKey()).equals(entry.getKey());
        if (exact) {
          auths.put(entry.getKey(), auth);
        } else {
          auths.putIfAbsent(normalised(entry.getKey()), auth);
        }
      }
    }
    for (Map.Entry<String, JsonNode> entry : object(root, "credHelpers").properties()) {
      credHelpers.put(normalised(entry.getKey()), entry.getValue().asText(""));
    }
  }

  static DockerConfig parse(byte[] bytes, String source) throws RegistryException {
    try {
      return new DockerConfig(JsonReader.readObject(bytes, "configuration"), source);
    } catch (RegistryException e) {
      // The parser's words may quote the document, and the document holds secrets.
      throw RegistryException.of(
              RegistryException.Kind.CREDENTIALS, source + " is not a valid Docker configuration")
          .hint("it must be one JSON object, with \"auths\", \"credHelpers\" or \"credsStore\"")
          .build();
    }
  }

  /** The name of the file, for messages. */
  String source() {
    return source;
  }

  private static ObjectNode object(ObjectNode root, String key) throws RegistryException {
    JsonNode value = root.get(key);
    if (value == null || value.isNull()) {
      return root.objectNode();
    }
    if (value instanceof ObjectNode object) {
      return object;
    }
    throw RegistryException.invalid("\"" + key + "\" is not an object");
  }

  Optional<Found> find(String registry, String repository, CredentialHelpers helpers)
      throws RegistryException {
    String server = registry.equals(HUB) ? HUB_KEY : registry;
    String helper = credHelpers.getOrDefault(registry, credsStore);
    if (!helper.isEmpty()) {
      Optional<Credential> credential = helpers.ask(helper, server, source);
      if (credential.isPresent()) {
        return credential.map(c -> new Found(c, CredentialHelpers.program(helper)));
      }
    }
    for (String key : keys(registry, repository)) {
      ObjectNode auth = auths.get(key);
      Optional<Credential> credential = auth == null ? Optional.empty() : read(auth, key);
      if (credential.isPresent()) {
        return credential.map(c -> new Found(c, source + " (\"" + key + "\")"));
      }
    }
    return Optional.empty();
  }

  /** The keys that hold for a repository, the most specific first. */
  private static List<String> keys(String registry, String repository) {
    List<String> keys = new ArrayList<>();
    String key = registry + "/" + repository;
    while (key.length() > registry.length()) {
      keys.add(key);
      key = key.substring(0, key.lastIndexOf('/'));
    }
    keys.add(registry);
    return keys;
  }

  /** A key without scheme, version and slash at its end; Docker Hub's names are one. */
  static String normalised(String key) {
    String name = key;
    for (String scheme : List.of("https://", "http://")) {
      name = name.startsWith(scheme) ? name.substring(scheme.length()) : name;
    }
    name = withoutEnd(name, "/");
    name = withoutEnd(withoutEnd(name, "/v1"), "/v2");
    int slash = name.indexOf('/');
    String host = slash < 0 ? name : name.substring(0, slash);
    boolean hub = host.equals("index.docker.io") || host.equals("registry-1.docker.io");
    return hub ? HUB + name.substring(host.length()) : name;
  }

  /** The key that Docker would use for a registry. */
  static String key(String place) {
    return normalised(place).equals(HUB) ? HUB_KEY : normalised(place);
  }

  private static String withoutEnd(String text, String end) {
    return text.endsWith(end) ? text.substring(0, text.length() - end.length()) : text;
  }

  private Optional<Credential> read(ObjectNode auth, String key) throws RegistryException {
    String identity = auth.path("identitytoken").asText("");
    if (!identity.isEmpty()) {
      return Optional.of(new Credential.IdentityToken(identity));
    }
    String registryToken = auth.path("registrytoken").asText("");
    if (!registryToken.isEmpty()) {
      return Optional.of(new Credential.RegistryToken(registryToken));
    }
    String encoded = auth.path("auth").asText("");
    if (!encoded.isEmpty()) {
      return Optional.of(decoded(encoded.strip(), key));
    }
    String user = auth.path("username").asText("");
    String password = auth.path("password").asText("");
    return user.isEmpty()
        ? Optional.empty()
        : Optional.of(new Credential.UserPassword(user, password));
  }

  private Credential decoded(String encoded, String key) throws RegistryException {
    String padded = withoutEnd(withoutEnd(encoded, "="), "=");
    try {
      String pair = new String(Base64.getDecoder().decode(padded), UTF_8);
      int colon = pair.indexOf(':');
      if (colon > 0) {
        String password = pair.substring(colon + 1);
        return new Credential.UserPassword(
            pair.substring(0, colon), withoutEnd(withoutEnd(password, "\n"), "\0"));
      }
    } catch (IllegalArgumentException ignored) {
      // Its words quote the secret.
    }
    throw RegistryException.of(
            RegistryException.Kind.CREDENTIALS,
            "\"auth\" of \"" + key + "\" in " + source + " is not base64 of user:password")
        .host(key)
        .build();
  }
}
