package dev.janiko.registry.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.auth.Credential;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.support.RealRegistry;
import dev.janiko.registry.support.TestCertificates;
import dev.janiko.registry.support.TestImages;
import dev.janiko.registry.support.TokenIssuer;
import dev.janiko.registry.transport.TlsOptions;
import dev.janiko.registry.transport.TlsOptions.ClientCertificate;
import dev.janiko.registry.transport.TransportOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecuredRegistryTest {
  @TempDir static Path authority;
  @TempDir Path temp;
  private static TestCertificates certificates;

  @BeforeAll
  static void certify() throws Exception {
    certificates = TestCertificates.create(authority);
  }

  private static CredentialStore user(String name, String password) {
    return (registry, repository) ->
        Optional.of(
            new CredentialStore.Found(
                new Credential.UserPassword(name, password), "the file of " + name));
  }

  private static RegistryClient client(TransportOptions transport, CredentialStore store) {
    return RegistryClient.create(transport, store, TransferListener.none());
  }

  private static TransportOptions trusting(String host, Optional<ClientCertificate> own) {
    return TransportOptions.of(Map.of())
        .withTls(
            new TlsOptions(
                Set.of(),
                Map.of(host, List.of(certificates.path("ca.pem"))),
                own.map(o -> Map.of(host, o)).orElse(Map.of())));
  }

  private static void pushAndPull(RegistryClient client, String host) throws IOException {
    Image image = TestImages.random(1, 2, 6_000_000);
    ImageReference reference = ImageReference.parse(host + "/team/app:v1");
    Pusher.push(client, image, List.of(reference));
    assertThat(client.resolve(reference, Faulty.AMD64).digest()).isEqualTo(image.digest());
  }

  @Test
  void ownAuthoritiesAreTrustedForTheirHost() throws Exception {
    try (RealRegistry registry = RealRegistry.withTlsAndPassword(temp, certificates)) {
      CredentialStore user = user(RealRegistry.USER, "secret");
      try (RegistryClient client = client(trusting(registry.host(), Optional.empty()), user)) {
        client.checkLogin(registry.host());
        pushAndPull(client, registry.host());
      }
      for (Map<String, String> environment :
          List.of(
              Map.of("SSL_CERT_FILE", certificates.path("ca.pem").toString()),
              Map.of("SSL_CERT_DIR", "/nowhere:" + folderOfAuthority()))) {
        try (RegistryClient client = client(TransportOptions.of(environment), user)) {
          client.checkLogin(registry.host());
        }
      }
      try (RegistryClient client = client(trusting("elsewhere", Optional.empty()), user)) {
        assertThatThrownBy(() -> client.checkLogin(registry.host()))
            .hasMessageContaining("TLS failed");
      }
      try (RegistryClient client =
          client(trusting(registry.host(), Optional.empty()), user("janiko", "wrong"))) {
        assertThatThrownBy(() -> client.checkLogin(registry.host()))
            .isInstanceOfSatisfying(
                RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED))
            .hasMessageContaining("credentials from the file of janiko were used for")
            .hasMessageContaining("HTTP 401")
            .hasMessageNotContaining("wrong");
      }
    }
  }

  private Path folderOfAuthority() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("certs"));
    Files.copy(certificates.path("ca.pem"), folder.resolve("ours.crt"));
    Files.writeString(folder.resolve("README"), "no certificate");
    return folder;
  }

  @Test
  void clientCertificatesOpenRegistriesThatWantThem() throws Exception {
    CredentialStore user = user(RealRegistry.USER, "secret");
    try (RealRegistry registry = RealRegistry.withClientCertificates(temp, certificates)) {
      String host = registry.host();
      ClientCertificate own =
          new ClientCertificate(certificates.path("client.pem"), certificates.path("client.key"));
      try (RegistryClient client = client(trusting(host, Optional.of(own)), user)) {
        pushAndPull(client, host);
      }
      try (RegistryClient client =
          client(trusting(host, Optional.of(own)), CredentialStore.anonymous())) {
        assertThatThrownBy(() -> client.checkPush(ImageReference.parse(host + "/a")))
            .hasMessageContaining("no credentials were found for " + host);
      }
      try (RegistryClient client = client(trusting(host, Optional.empty()), user)) {
        assertThatThrownBy(() -> client.checkPush(ImageReference.parse(host + "/a")))
            .isInstanceOf(RegistryException.class);
      }
      ClientCertificate lost =
          new ClientCertificate(certificates.path("client.pem"), temp.resolve("no.key"));
      try (RegistryClient client = client(trusting(host, Optional.of(lost)), user)) {
        assertThatThrownBy(() -> client.checkLogin(host))
            .hasMessageContaining("client certificate for " + host)
            .hasMessageContaining("there is no file " + temp.resolve("no.key"));
      }
    }
  }

  @Test
  void signedTokensLetWritersPushAndReadersOnlyPull() throws Exception {
    Image image = TestImages.random(7, 3, 10_000);
    try (TokenIssuer issuer = TokenIssuer.start(certificates);
        RealRegistry registry = RealRegistry.withTokens(temp, certificates, issuer)) {
      ImageReference reference = ImageReference.parse(registry.host() + "/team/app:v1");
      TransportOptions plain = TransportOptions.of(Map.of());
      try (RegistryClient client = client(plain, user("writer", "secret"))) {
        client.checkLogin(registry.host());
        Pusher.push(client, image, List.of(reference));
        Pusher.push(
            client,
            client.bundle(reference),
            List.of(ImageReference.parse(registry.host() + "/other/app:v1")));
        assertThat(issuer.asked()).hasSizeLessThan(12);
      }
      try (RegistryClient client = client(plain, user("reader", "secret"))) {
        assertThat(client.resolve(reference, Faulty.AMD64).digest()).isEqualTo(image.digest());
        assertThatThrownBy(
                () -> Pusher.push(client, TestImages.random(8, 1, 10), List.of(reference)))
            .isInstanceOfSatisfying(
                RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED))
            .hasMessageContaining("credentials from the file of reader were used");
        assertThat(client.resolve(reference, Faulty.AMD64).digest()).isEqualTo(image.digest());
      }
      try (RegistryClient client = client(plain, user("nobody", "x"))) {
        assertThatThrownBy(() -> client.resolve(reference, Faulty.AMD64))
            .hasMessageContaining("access denied by the token service")
            .hasMessageContaining("incorrect username or password");
      }
    }
  }

  @Test
  void mirrorsAreTriedFirstAndTheRegistryItselfLast() throws Exception {
    Image image = TestImages.random(9, 2, 10_000);
    Path mirrored = Files.createDirectory(temp.resolve("mirror"));
    try (RealRegistry registry = RealRegistry.open(temp);
        RealRegistry mirror = RealRegistry.mirrorOf(mirrored, registry)) {
      ImageReference behind = ImageReference.parse(registry.host() + "/hub/library/app:v1");
      RegistryOptions options =
          RegistryOptions.of(TransportOptions.of(Map.of()), CredentialStore.anonymous());
      try (RegistryClient client = RegistryClient.create(options, TransferListener.none())) {
        Pusher.push(client, image, List.of(behind));
      }
      Mirrors mirrors =
          Mirrors.parse(
              List.of("http://127.0.0.1:1", "http://" + mirror.host() + "/hub"), List.of(), false);
      List<String> warnings = new CopyOnWriteArrayList<>();
      TransferListener listener =
          new TransferListener() {
            @Override
            public void transferred(
                Direction direction, String host, Descriptor blob, long position) {}

            @Override
            public void warned(String message) {
              warnings.add(message);
            }
          };
      TransportOptions quick = TransportOptions.of(Map.of()).withRetry(Faulty.QUICK);
      try (RegistryClient client =
          RegistryClient.create(
              RegistryOptions.of(quick, CredentialStore.anonymous()).withMirrors(mirrors),
              listener)) {
        ResolvedImage found = client.resolve(ImageReference.parse("app:v1"), Faulty.AMD64);
        assertThat(found.digest()).isEqualTo(image.digest());
        assertThat(found.image(client).layers().getFirst().open().readAllBytes()).isNotEmpty();
        assertThat(warnings).hasSize(1).first().asString().contains("127.0.0.1:1");
        assertThatThrownBy(() -> client.resolve(ImageReference.parse("absent:v1"), Faulty.AMD64))
            .hasMessageContaining("not found in " + mirror.host())
            .hasMessageContaining("before that: 127.0.0.1:1 does not answer");
      }
    }
  }
}
