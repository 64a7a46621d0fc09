package dev.janiko.registry.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.auth.CredentialStore.Found;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DockerCredentialsTest {
  @TempDir Path temp;

  private static String auth(String user) {
    String pair = Base64.getEncoder().encodeToString((user + ":p:w").getBytes(UTF_8));
    return "{\"auth\":\"" + pair + "\"}";
  }

  private static DockerCredentials inline(String json) {
    return DockerCredentials.of(Map.of("DOCKER_AUTH_CONFIG", json));
  }

  private static String user(CredentialStore store, String registry, String repository)
      throws RegistryException {
    return store
        .find(registry, repository)
        .map(found -> ((Credential.UserPassword) found.credential()).user())
        .orElse("nobody");
  }

  @Test
  void theFirstSourceThatKnowsTheRegistryDecides() throws Exception {
    Path config = Files.createDirectories(temp.resolve("config"));
    Path home = temp.resolve("home");
    Files.createDirectories(home.resolve(".docker"));
    Files.writeString(
        config.resolve("config.json"),
        "{\"auths\":{\"a.b\":" + auth("config") + ",\"c.d\":" + auth("config") + "}}");
    Files.writeString(
        home.resolve(".docker/config.json"), "{\"auths\":{\"e.f\":" + auth("home") + "}}");
    CredentialStore store =
        DockerCredentials.of(
            Map.of(
                "DOCKER_AUTH_CONFIG", "{\"auths\":{\"a.b\":" + auth("inline") + "}}",
                "DOCKER_CONFIG", config.toString(),
                "HOME", home.toString()));
    assertThat(user(store, "a.b", "x")).isEqualTo("inline");
    assertThat(user(store, "c.d", "x")).isEqualTo("config");
    assertThat(user(store, "e.f", "x")).isEqualTo("home");
    assertThat(user(store, "g.h", "x")).isEqualTo("nobody");
    assertThat(store.find("c.d", "x").map(Found::source))
        .contains(config.resolve("config.json") + " (\"c.d\")");
  }

  @Test
  void theMostSpecificPathDecides() throws Exception {
    CredentialStore store =
        inline(
            "{\"auths\":{\"r.io\":"
                + auth("host")
                + ",\"r.io/team\":"
                + auth("team")
                + ",\"r.io/team/app\":"
                + auth("app")
                + "}}");
    assertThat(user(store, "r.io", "team/app")).isEqualTo("app");
    assertThat(user(store, "r.io", "team/app/sub")).isEqualTo("app");
    assertThat(user(store, "r.io", "team/application")).isEqualTo("team");
    assertThat(user(store, "r.io", "teams/app")).isEqualTo("host");
    assertThat(user(store, "r.io.evil", "team/app")).isEqualTo("nobody");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://index.docker.io/v1/",
        "index.docker.io",
        "docker.io",
        "registry-1.docker.io"
      })
  void dockerHubHasManyNames(String key) throws Exception {
    CredentialStore store = inline("{\"auths\":{\"" + key + "\":" + auth("hub") + "}}");
    assertThat(user(store, "docker.io", "library/alpine")).isEqualTo("hub");
  }

  @ParameterizedTest
  @ValueSource(strings = {"h:5000", "http://h:5000", "https://h:5000/", "https://h:5000/v2/"})
  void keysMayHaveSchemesAndVersions(String key) throws Exception {
    CredentialStore store = inline("{\"auths\":{\"" + key + "\":" + auth("u") + "}}");
    assertThat(user(store, "h:5000", "x")).isEqualTo("u");
    assertThat(user(store, "h", "x")).isEqualTo("nobody");
  }

  @Test
  void tokensAreUnderstoodAndNeverPrinted() throws Exception {
    CredentialStore store =
        inline(
            "{\"auths\":{\"a.b\":{\"auth\":\"dTpw\",\"identitytoken\":\"s3cret\"},"
                + "\"c.d\":{\"registrytoken\":\"s3cret\"},\"e.f\":{},"
                + "\"g.h\":{\"username\":\"u\",\"password\":\"s3cret\"}}}");
    assertThat(store.find("a.b", "x").map(Found::credential))
        .contains(new Credential.IdentityToken("s3cret"));
    assertThat(store.find("c.d", "x").map(Found::credential))
        .contains(new Credential.RegistryToken("s3cret"));
    assertThat(store.find("e.f", "x")).isEmpty();
    for (String host : new String[] {"a.b", "c.d", "g.h"}) {
      assertThat(store.find(host, "x").orElseThrow().toString()).doesNotContain("s3cret");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"auths\":{\"a.b\":{\"auth\":\"s3cret!\"}}}",
        "{\"auths\":{\"a.b\":{\"auth\":\"c2VjcmV0\"}}}",
        "{\"auths\":[\"s3cret\"]}",
        "{\"auths\":{\"a.b\":{\"auth\":\"s3cret",
        "s3cret"
      })
  void malformedConfigurationsAreNamedButNotQuoted(String json) {
    assertThatThrownBy(() -> inline(json).find("a.b", "x"))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.CREDENTIALS))
        .hasMessageContaining("$DOCKER_AUTH_CONFIG")
        .hasMessageNotContaining("s3cret")
        .hasNoCause();
  }

  private Path helper(String name, String script) throws Exception {
    Path program =
        Files.writeString(temp.resolve("docker-credential-" + name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }

  private CredentialStore store(String json) {
    return DockerCredentials.of(
        Map.of("DOCKER_AUTH_CONFIG", json, "PATH", temp + ":/usr/bin:/bin", "WHO", "helper"));
  }

  @Test
  void helpersAreAsked() throws Exception {
    helper(
        "x",
        "read server; echo \"{\\\"Username\\\":\\\"$WHO $server\\\",\\\"Secret\\\":\\\"p\\\"}\"");
    helper("t", "read server; echo '{\"Username\":\"<token>\",\"Secret\":\"p\"}'");
    CredentialStore store = store("{\"credsStore\":\"x\",\"credHelpers\":{\"t.io\":\"t\"}}");
    assertThat(user(store, "a.b:1", "x")).isEqualTo("helper a.b:1");
    assertThat(user(store, "docker.io", "x")).isEqualTo("helper https://index.docker.io/v1/");
    assertThat(store.find("t.io", "x").map(Found::credential))
        .contains(new Credential.IdentityToken("p"));
    assertThat(store.find("t.io", "x").map(Found::source)).contains("docker-credential-t");
  }

  @Test
  void whatAHelperDoesNotKnowMayBeInTheFile() throws Exception {
    helper("x", "read server; echo 'credentials not found in native keychain'; exit 1");
    CredentialStore store =
        store("{\"credsStore\":\"x\",\"auths\":{\"a.b\":" + auth("file") + "}}");
    assertThat(user(store, "a.b", "x")).isEqualTo("file");
    assertThat(store.find("c.d", "x")).isEqualTo(Optional.empty());
  }

  @Test
  void failingHelpersAreNamed() throws Exception {
    helper("x", "read server; echo 'vault is sealed' >&2; exit 3");
    CredentialStore store = store("{\"credsStore\":\"x\"}");
    assertThatThrownBy(() -> store.find("a.b", "x"))
        .hasMessageContaining("docker-credential-x for a.b failed: vault is sealed");
  }

  @Test
  void absentHelpersAreAnErrorForTheirHostOnly() throws Exception {
    CredentialStore store =
        store("{\"credHelpers\":{\"a.b\":\"none\"},\"auths\":{\"c.d\":" + auth("u") + "}}");
    assertThatThrownBy(() -> store.find("a.b", "x"))
        .hasMessageContaining("docker-credential-none for a.b is not installed")
        .hasMessageContaining("$DOCKER_AUTH_CONFIG");
    assertThat(user(store, "c.d", "x")).isEqualTo("u");
  }
}
