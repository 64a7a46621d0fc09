package dev.janiko.registry.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.archive.DockerArchive;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.auth.DockerCredentials;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.layout.OciLayout;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.support.Programs;
import dev.janiko.registry.support.RealRegistry;
import dev.janiko.registry.support.TestImages;
import dev.janiko.registry.transport.TransportOptions;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RealRegistryTest {
  private static final Platform AMD64 = Platform.parse("linux/amd64");

  @TempDir static Path open;
  @TempDir static Path locked;
  @TempDir Path temp;

  private static RealRegistry registry;
  private static RealRegistry guarded;

  @BeforeAll
  static void start() throws Exception {
    registry = RealRegistry.open(open);
    guarded = RealRegistry.withPassword(locked);
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
    guarded.close();
  }

  private static RegistryClient client(CredentialStore store) {
    return RegistryClient.create(TransportOptions.of(Map.of()), store, TransferListener.none());
  }

  private static ImageReference in(RealRegistry where, String name) {
    return ImageReference.parse(where.host() + "/" + name);
  }

  @Test
  void pulledImagesAreWhatWasPushed() throws Exception {
    Image image = TestImages.random(1, 3, 100_000);
    ImageReference reference = in(registry, "team/app:v1");
    try (RegistryClient client = client(CredentialStore.anonymous())) {
      assertThat(Pusher.push(client, image, List.of(reference)))
          .containsExactly(new Pusher.Pushed(reference, image.digest()));
      ResolvedImage pulled = client.resolve(reference, AMD64);
      assertThat(pulled.digest()).isEqualTo(image.digest());
      assertThat(pulled.manifest().bytes()).isEqualTo(image.manifest().bytes());
      assertThat(pulled.config().bytes()).isEqualTo(image.config().bytes());
      for (int i = 0; i < 3; i++) {
        try (InputStream theirs = pulled.image(client).layers().get(i).open();
            InputStream ours = image.layers().get(i).open()) {
          assertThat(theirs.readAllBytes()).isEqualTo(ours.readAllBytes());
        }
      }
      assertThat(client.resolve(reference.withDigest(image.digest()), AMD64).config())
          .isEqualTo(image.config());
    }
  }

  @Test
  void largeBlobsGoByPatchWithProgress() throws Exception {
    Image image = TestImages.random(2, 1, 9_000_000);
    BlobSource layer = image.layers().getFirst();
    Map<TransferListener.Direction, Long> seen = new ConcurrentHashMap<>();
    try (RegistryClient client =
        RegistryClient.create(
            TransportOptions.of(Map.of()),
            CredentialStore.anonymous(),
            (direction, host, blob, position) -> seen.put(direction, position))) {
      ImageReference reference = in(registry, "large");
      assertThat(client.upload(reference, layer)).isEqualTo(RegistryClient.Outcome.UPLOADED);
      assertThat(client.upload(reference, layer)).isEqualTo(RegistryClient.Outcome.EXISTED);
      try (InputStream in = client.blob(reference, layer.descriptor())) {
        assertThat(in.readAllBytes()).hasSize((int) layer.descriptor().size());
      }
    }
    assertThat(seen)
        .containsEntry(TransferListener.Direction.UP, layer.descriptor().size())
        .containsEntry(TransferListener.Direction.DOWN, layer.descriptor().size());
  }

  @Test
  void blobsAreMountedFromOtherRepositories() throws Exception {
    Image image = TestImages.random(3, 2, 5_000);
    ImageReference from = in(registry, "mount/from:1");
    ImageReference to = in(registry, "mount/to:1");
    try (RegistryClient client = client(CredentialStore.anonymous())) {
      Pusher.push(client, image, List.of(from));
      BlobSource held = client.resolve(from, AMD64).image(client).layers().getFirst();
      assertThat(client.hasBlob(to, held.descriptor().digest())).isFalse();
      assertThat(client.upload(to, held)).isEqualTo(RegistryClient.Outcome.MOUNTED);
      assertThat(client.hasBlob(to, held.descriptor().digest())).isTrue();
    }
  }

  @Test
  void severalDestinationsGetTheSameImageFromBlobsOfferedEarly() throws Exception {
    Image image = TestImages.random(4, 3, 50_000);
    List<ImageReference> destinations =
        List.of(in(registry, "many/a:1"), in(registry, "many/a:2"), in(registry, "many/b"));
    try (RegistryClient client = client(CredentialStore.anonymous());
        Pusher pusher = Pusher.create(client, destinations)) {
      pusher.offer(image.layers().getFirst());
      pusher.finish(image);
      for (ImageReference destination : destinations) {
        assertThat(client.resolve(destination, AMD64).digest()).isEqualTo(image.digest());
      }
    }
  }

  @Test
  void skopeoReadsWhatWasPushed() throws Exception {
    for (Family family : Family.values()) {
      Image image = TestImages.random(family, 5, 2, 2_000);
      ImageReference reference = in(registry, "skopeo:" + family);
      try (RegistryClient client = client(CredentialStore.anonymous())) {
        Pusher.push(client, image, List.of(reference));
      }
      assertThat(Programs.run("skopeo", "inspect", "--tls-verify=false", "docker://" + reference))
          .contains(image.digest().toString())
          .contains("SEED=5");
      Programs.run(
          "skopeo",
          "copy",
          "--src-tls-verify=false",
          "docker://" + reference,
          "oci:" + temp.resolve(family.name()) + ":x");
    }
  }

  @Test
  void layoutsAndArchivesAreReadBySkopeoAndByUs() throws Exception {
    Image image = TestImages.random(6, 2, 2_000);
    Path folder = temp.resolve("layout");
    OciLayout layout = OciLayout.at(folder);
    layout.write(TestImages.random(7, 1, 10), "other");
    layout.write(TestImages.random(8, 1, 10), "x");
    layout.write(image, "x");
    assertThat(layout.index().manifests()).hasSize(2);
    Image read = layout.read("x", AMD64);
    assertThat(read.digest()).isEqualTo(image.digest());
    assertThat(Programs.run("skopeo", "inspect", "oci:" + folder + ":x"))
        .contains(image.digest().toString());
    Path archive = temp.resolve("image.tar");
    List<ImageReference> tags = List.of(ImageReference.parse("a/b:c"));
    DockerArchive.write(archive, read, tags);
    byte[] first = Files.readAllBytes(archive);
    DockerArchive.write(archive, image, tags);
    assertThat(Files.readAllBytes(archive)).isEqualTo(first);
    assertThat(Programs.run("skopeo", "inspect", "--config", "docker-archive:" + archive))
        .contains("SEED=6");
    Programs.run(
        "skopeo",
        "copy",
        "--dest-tls-verify=false",
        "docker-archive:" + archive,
        "docker://" + in(registry, "from/archive:1"));
    try (var files = Files.list(temp)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("layout", "image.tar");
    }
  }

  @Test
  void absentImagesAreToldClearly() throws Exception {
    try (RegistryClient client = client(CredentialStore.anonymous())) {
      assertThatThrownBy(() -> client.resolve(in(registry, "no/such:1"), AMD64))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND))
          .hasMessageContaining("pull " + registry.host() + "/no/such:1: not found in")
          .hasMessageContaining("MANIFEST_UNKNOWN")
          .hasMessageContaining("HTTP 404");
    }
  }

  @Test
  void passwordsComeFromTheDockerConfig() throws Exception {
    String auth = Base64.getEncoder().encodeToString("janiko:secret".getBytes(UTF_8));
    Files.writeString(
        temp.resolve("config.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(guarded.host(), auth));
    CredentialStore store = DockerCredentials.of(Map.of("DOCKER_CONFIG", temp.toString()));
    Image image = TestImages.random(9, 1, 6_000_000);
    ImageReference reference = in(guarded, "private/app");
    try (RegistryClient client = client(store)) {
      client.checkPush(reference);
      Pusher.push(client, image, List.of(reference));
      assertThat(client.resolve(reference, AMD64).digest()).isEqualTo(image.digest());
    }
  }

  @Test
  void refusedCredentialsAreNamedButNotShown() throws Exception {
    CredentialStore store =
        DockerCredentials.of(
            Map.of(
                "DOCKER_AUTH_CONFIG",
                "{\"auths\":{\"%s\":{\"username\":\"janiko\",\"password\":\"wr0ng\"}}}"
                    .formatted(guarded.host())));
    try (RegistryClient client = client(store)) {
      assertThatThrownBy(() -> client.checkPush(in(guarded, "x")))
          .hasMessageContaining("access denied by " + guarded.host())
          .hasMessageContaining("credentials from $DOCKER_AUTH_CONFIG")
          .hasMessageContaining("were used for " + guarded.host())
          .hasMessageNotContaining("wr0ng");
    }
    try (RegistryClient client = client(CredentialStore.anonymous())) {
      assertThatThrownBy(() -> client.checkPush(in(guarded, "x")))
          .hasMessageContaining("no credentials were found for " + guarded.host());
    }
  }

  @Test
  void untrustedCertificatesAreRefusedUnlessTheHostIsListed() throws Exception {
    try (RealRegistry tls = RealRegistry.withTls(temp)) {
      Image image = TestImages.random(10, 1, 100);
      ImageReference reference = in(tls, "tls/app:1");
      try (RegistryClient client = client(CredentialStore.anonymous())) {
        assertThatThrownBy(() -> client.resolve(reference, AMD64))
            .isInstanceOfSatisfying(
                RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
            .hasMessageContaining("TLS failed");
      }
      TransportOptions trusting =
          TransportOptions.of(Map.of()).withUnverifiedHosts(Set.of(tls.host()));
      try (RegistryClient client =
          RegistryClient.create(trusting, CredentialStore.anonymous(), TransferListener.none())) {
        Pusher.push(client, image, List.of(reference));
        assertThat(client.resolve(reference, AMD64).digest()).isEqualTo(image.digest());
      }
    }
  }
}
