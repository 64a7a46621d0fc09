package dev.janiko.registry.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.auth.Credential.UserPassword;
import dev.janiko.registry.support.ScriptedServer;
import dev.janiko.registry.support.ScriptedServer.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegistryCredentialsTest {
  @TempDir Path temp;

  private Path file(String name, String user) throws IOException {
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, json(user));
  }

  private static String json(String user) {
    return "{\"auths\":{\"r.io\":{\"auth\":\""
        + Base64.getEncoder().encodeToString((user + ":s3cret").getBytes(UTF_8))
        + "\"}}}";
  }

  private static Optional<String> user(CredentialStore store, String host)
      throws RegistryException {
    return store.find(host, "a/b").map(found -> ((UserPassword) found.credential()).user());
  }

  @Test
  void placesAreLookedIntoInTheirOrder() throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("XDG_RUNTIME_DIR", file("run/containers/auth.json", "xdg").getParent() + "/..");
    List<String[]> more =
        List.of(
            new String[] {"REGISTRY_AUTH_FILE", file("auth.json", "file").toString(), "file"},
            new String[] {"HOME", file("home/.docker/config.json", "home") + "/../..", "home"},
            new String[] {
              "DOCKER_CONFIG", file("d/config.json", "docker").getParent() + "", "docker"
            },
            new String[] {"DOCKER_AUTH_CONFIG", json("inline"), "inline"});
    assertThat(user(DockerCredentials.of(environment), "r.io")).contains("xdg");
    for (String[] one : more) {
      String value = one[0].equals("HOME") ? temp.resolve("home").toString() : one[1];
      environment.put(one[0], value);
      assertThat(user(DockerCredentials.of(environment), "r.io")).contains(one[2]);
    }
    Optional<Path> named = Optional.of(file("named.json", "named"));
    assertThat(user(DockerCredentials.of(environment, named), "r.io")).contains("named");
    assertThatThrownBy(() ->
            DockerCredentials.of(environment, Optional.of(temp.resolve("no"))).find("r.io", "a"))
        .hasMessageContaining("there is no credentials file " + temp.resolve("no"));
  }

  @Test
  void whereNothingWasFoundIsTold() throws Exception {
    Map<String, String> environment = Map.of("HOME", temp.toString());
    assertThat(DockerCredentials.of(environment).searched("r.io"))
        .contains("there is none of", temp + "/.docker/config.json");
    Path file = file(".docker/config.json", "u");
    CredentialStore all = RegistryCredentials.of(environment, RegistryCredentials.Options.DEFAULT);
    assertThat(all.searched("123456789012.dkr.ecr.eu-west-1.amazonaws.com"))
        .contains("looked in " + file, "put docker-credential-ecr-login on the PATH");
    assertThat(all.searched("r.io")).isEqualTo("looked in " + file);
  }

  @Test
  void jobsAndVariablesGiveCredentialsToTheirHostsAlone() throws Exception {
    CredentialStore store =
        RegistryCredentials.of(
            Map.of(
                "CI_REGISTRY", "gitlab.example.com:5050",
                "CI_REGISTRY_USER", "ci",
                "CI_REGISTRY_PASSWORD", "s3cret",
                "KANIKO_EXAMPLE_ORG_USER", "org",
                "KANIKO_EXAMPLE_ORG_PASSWORD", "s3cret"),
            RegistryCredentials.Options.DEFAULT);
    assertThat(user(store, "gitlab.example.com:5050")).contains("ci");
    assertThat(user(store, "gitlab.example.com")).isEmpty();
    assertThat(user(store, "deep.r.example.org")).contains("org");
    assertThat(user(store, "example.com")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com, ecr-login",
    "x.azurecr.io, acr-env",
    "eu.gcr.io, gcr",
    "europe-docker.pkg.dev, gcr"
  })
  void helpersOfCloudsAreAskedForTheirHosts(String host, String helper) throws Exception {
    Path program = temp.resolve("docker-credential-" + helper);
    Files.writeString(
        program,
        "#!/bin/sh\nread server\necho \"{\\\"Username\\\":\\\"$server\\\",\\\"Secret\\\":\\\"s\\\"}\"\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    CredentialStore store =
        RegistryCredentials.of(
            Map.of("PATH", temp + ":/bin:/usr/bin", "GCE_METADATA_HOST", "127.0.0.1:1"),
            RegistryCredentials.Options.DEFAULT);
    assertThat(user(store, host)).contains(host);
    assertThat(user(store, host + ".evil.example")).isEmpty();
    assertThat(user(store, "evil" + host.substring(host.indexOf('.') + 1))).isEmpty();
  }

  @Test
  void googlesMetadataServerAndKeysAreUsed() throws Exception {
    try (ScriptedServer machine =
        ScriptedServer.start(asked ->
            "Google".equals(asked.header("Metadata-Flavor"))
                ? Answer.of(200, "{\"access_token\":\"t0ken\"}".getBytes(UTF_8))
                : Answer.of(403))) {
      CredentialStore store =
          new GoogleCredentials(Map.of("PATH", "/nowhere", "GCE_METADATA_HOST", machine.host()));
      assertThat(store.find("gcr.io", "p/a").map(CredentialStore.Found::credential))
          .contains(new UserPassword("oauth2accesstoken", "t0ken"));
      assertThat(store.find("notgcr.io", "p/a")).isEmpty();
    }
    Path key = Files.writeString(temp.resolve("key.json"), "{\"type\":\"service_account\"}");
    CredentialStore store =
        new GoogleCredentials(Map.of("GOOGLE_APPLICATION_CREDENTIALS", key.toString()));
    assertThat(user(store, "gcr.io")).contains("_json_key");
    Files.writeString(key, "{\"type\":\"external_account\",\"secret\":\"s3cret\"}");
    assertThatThrownBy(() -> store.find("gcr.io", "p"))
        .hasMessageContaining("are of the kind \"external_account\"")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void loginsChangeTheirEntryAloneAndAreForTheOwnerOnly() throws Exception {
    Path file = temp.resolve("new/config.json");
    CredentialFile config = CredentialFile.at(file, Map.of());
    config.store("docker.io", new UserPassword("me", "s3cret"));
    config.store("r.io/team", new UserPassword("team", "s3cret"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file)).contains("\"https://index.docker.io/v1/\"");
    Files.writeString(
        file, Files.readString(file).replaceFirst("\\{", "{\"HttpHeaders\":{\"X\":\"y\"},"));
    CredentialStore store = DockerCredentials.of(Map.of(), Optional.of(file));
    assertThat(user(store, "docker.io")).contains("me");
    assertThat(store.find("r.io", "team/app")).isPresent();
    assertThat(store.find("r.io", "other/app")).isEmpty();
    assertThat(config.erase("docker.io")).isTrue();
    assertThat(config.erase("docker.io")).isFalse();
    assertThat(Files.readString(file)).contains("HttpHeaders", "r.io/team").doesNotContain("index");
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
    Files.writeString(file, "not json s3cret");
    assertThatThrownBy(() -> config.store("r.io", new UserPassword("u", "p")))
        .hasMessageContaining("is not a valid Docker configuration")
        .hasMessageNotContaining("s3cret");
  }
}
