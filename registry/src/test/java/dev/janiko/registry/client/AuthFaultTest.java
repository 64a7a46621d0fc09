package dev.janiko.registry.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.auth.Credential;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.MediaTypes;
import dev.janiko.registry.support.ScriptedServer;
import dev.janiko.registry.support.ScriptedServer.Answer;
import dev.janiko.registry.support.ScriptedServer.Asked;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthFaultTest {
  @Test
  void redirectsToOtherHostsGoWithoutCredentials() throws Exception {
    byte[] blob = Faulty.random(1000);
    try (ScriptedServer storage = ScriptedServer.start(_ -> Answer.of(200, blob));
        ScriptedServer server =
            ScriptedServer.start(asked ->
                asked.header("Authorization") == null
                    ? Answer.of(401).with("WWW-Authenticate", "Basic realm=\"x\"")
                    : Answer.of(307)
                        .with("Location", "http://" + storage.host() + "/s?X-Sig=a%2Bb"));
        RegistryClient client = Faulty.client(Faulty.KNOWN);
        InputStream in = client.blob(Faulty.at(server), Faulty.descriptor(blob))) {
      assertThat(in.readAllBytes()).isEqualTo(blob);
      Asked seen = storage.asked().getFirst();
      assertThat(seen.uri()).isEqualTo("/s?X-Sig=a%2Bb");
      assertThat(seen.header("Authorization")).isNull();
      assertThat(seen.header("Accept-Encoding")).isNull();
    }
  }

  @Test
  void tokensAreFetchedOnceAndRenewedWhenRefused() throws Exception {
    Image image = Faulty.image();
    AtomicInteger issued = new AtomicInteger();
    try (ScriptedServer tokens =
            ScriptedServer.start(_ ->
                Answer.of(
                    200,
                    ("{\"token\":\"t" + issued.incrementAndGet() + "\",\"expires_in\":300}")
                        .getBytes(UTF_8)));
        ScriptedServer server =
            ScriptedServer.start(asked -> {
              boolean good =
                  asked.uri().contains("/manifests/")
                      ? "Bearer t1".equals(asked.header("Authorization"))
                      : "Bearer t2".equals(asked.header("Authorization"));
              return good
                  ? Faulty.serve(image, asked)
                  : Answer.of(401)
                      .with(
                          "WWW-Authenticate",
                          "Negotiate abc==, Bearer realm=\"http://"
                              + tokens.host()
                              + "/token?x=1\",service=\"a \\\"b\\\"\","
                              + "scope=\"repository:a/b:pull\", Basic realm=\"y\"");
            });
        RegistryClient client = Faulty.client(Faulty.KNOWN)) {
      client.resolve(Faulty.at(server), Faulty.AMD64);
      client.hasBlob(Faulty.at(server), image.id());
      assertThat(tokens.asked())
          .extracting(Asked::uri)
          .containsExactly(
              "/token?x=1&service=a+%22b%22&scope=repository%3Aa%2Fb%3Apull&account=u",
              "/token?x=1&service=a+%22b%22&scope=repository%3Aa%2Fb%3Apull&account=u");
      assertThat(server.asked()).hasSize(2 + 2 + 1);
    }
  }

  @Test
  void identityTokensAreExchangedByForm() throws Exception {
    Image image = Faulty.image();
    CredentialStore identity =
        (registry, repository) ->
            Optional.of(
                new CredentialStore.Found(new Credential.IdentityToken("s3cret"), "the test"));
    try (ScriptedServer tokens =
            ScriptedServer.start(asked ->
                asked.method().equals("POST") && asked.size() > 0
                    ? Answer.of(200, "{\"access_token\":\"t\"}".getBytes(UTF_8))
                    : Answer.of(403));
        ScriptedServer server =
            ScriptedServer.start(asked ->
                "Bearer t".equals(asked.header("Authorization"))
                    ? Faulty.serve(image, asked)
                    : Answer.of(401)
                        .with(
                            "WWW-Authenticate",
                            "Bearer realm=\"http://" + tokens.host() + "/t\",service=s"));
        RegistryClient client = Faulty.client(identity)) {
      assertThat(client.resolve(Faulty.at(server), Faulty.AMD64).digest())
          .isEqualTo(image.digest());
      Asked exchange = tokens.asked().getFirst();
      assertThat(exchange.uri()).isEqualTo("/t");
      assertThat(exchange.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
      assertThat(exchange.header("Authorization")).isNull();
    }
  }

  @Test
  void endlessChallengesEndSoon() throws Exception {
    try (ScriptedServer tokens =
            ScriptedServer.start(_ -> Answer.of(200, "{\"token\":\"t\"}".getBytes(UTF_8)));
        ScriptedServer server =
            ScriptedServer.start(_ ->
                Answer.of(401)
                    .with("WWW-Authenticate", "Bearer realm=\"http://" + tokens.host() + "/t\""));
        RegistryClient client = Faulty.client(Faulty.KNOWN)) {
      assertThatThrownBy(() -> client.resolve(Faulty.at(server), Faulty.AMD64))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED))
          .hasMessageContaining("credentials from the test were used for")
          .hasMessageNotContaining("s3cret");
      assertThat(server.asked().size() + tokens.asked().size()).isLessThan(10);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "http://u:p@127.0.0.1/t", "ftp://x/t", "/t", ":"})
  void hostileRealmsGetNothing(String realm) throws Exception {
    try (ScriptedServer server =
            ScriptedServer.start(
                _ -> Answer.of(401).with("WWW-Authenticate", "Bearer realm=\"" + realm + "\""));
        RegistryClient client = Faulty.client(Faulty.KNOWN)) {
      assertThatThrownBy(() -> client.resolve(Faulty.at(server), Faulty.AMD64))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("token realm")
          .hasMessageNotContaining("u:p");
      assertThat(server.asked()).hasSize(1);
    }
  }

  @Test
  void uploadsToOtherHostsGoWithoutCredentials() throws Exception {
    try (ScriptedServer storage = ScriptedServer.start(_ -> Answer.of(201));
        ScriptedServer server =
            ScriptedServer.start(asked ->
                asked.header("Authorization") == null
                    ? Answer.of(401).with("WWW-Authenticate", "Basic realm=\"x\"")
                    : asked.method().equals("HEAD")
                        ? Answer.of(404)
                        : Answer.of(202).with("Location", "http://" + storage.host() + "/u"));
        RegistryClient client = Faulty.client(Faulty.KNOWN)) {
      client.upload(
          Faulty.at(server), BlobSource.ofBytes(MediaTypes.OCI_LAYER_GZIP, Faulty.random(9)));
      assertThat(storage.asked()).hasSize(1);
      assertThat(storage.asked().getFirst().header("Authorization")).isNull();
    }
  }
}
