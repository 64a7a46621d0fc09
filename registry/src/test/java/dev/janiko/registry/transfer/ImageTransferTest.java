package dev.janiko.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.Digest;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.client.Pusher;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.TransferListener;
import dev.janiko.registry.fault.ImageRules;
import dev.janiko.registry.image.Bundle;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Index;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.support.Programs;
import dev.janiko.registry.support.RealRegistry;
import dev.janiko.registry.support.TestImages;
import dev.janiko.registry.transfer.ImageTransfer.Change;
import dev.janiko.registry.transport.TransportOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageTransferTest {
  private static final Platform AMD64 = Platform.parse("linux/amd64");

  @TempDir static Path data;
  @TempDir static Path otherData;
  @TempDir Path temp;
  private static RealRegistry registry;
  private static RealRegistry other;
  private RegistryClient client;
  private ImageTransfer transfer;

  @BeforeAll
  static void start() throws Exception {
    registry = RealRegistry.open(data);
    other = RealRegistry.open(otherData);
  }

  @AfterAll
  static void stop() {
    registry.close();
    other.close();
  }

  @BeforeEach
  void open() {
    client =
        RegistryClient.create(
            TransportOptions.of(Map.of()), CredentialStore.anonymous(), TransferListener.none());
    transfer = ImageTransfer.create(client, client);
  }

  @AfterEach
  void close() throws Exception {
    transfer.close();
    client.close();
  }

  private static ImagePlace.Remote at(RealRegistry where, String name) {
    return new ImagePlace.Remote(ImageReference.parse(where.host() + "/" + name));
  }

  private Digest copy(ImagePlace from, ImagePlace to) throws Exception {
    return transfer.copy(from, List.of(to), Change.NONE);
  }

  @Test
  void imagesStayTheSameThroughEveryPlace() throws Exception {
    Image image = TestImages.random(1, 3, 50_000);
    ImagePlace first = at(registry, "a:1");
    Pusher.push(client, image, List.of(((ImagePlace.Remote) first).reference()));
    ImagePlace layout = ImagePlace.parse("oci:" + temp.resolve("oci") + ":v1");
    ImagePlace archive = ImagePlace.parse("docker-archive:" + temp.resolve("a.tar") + ":app:v1");
    assertThat(copy(first, at(registry, "b/c:1"))).isEqualTo(image.digest());
    assertThat(copy(at(registry, "b/c:1"), at(other, "d:1"))).isEqualTo(image.digest());
    assertThat(copy(at(other, "d:1"), layout)).isEqualTo(image.digest());
    copy(layout, archive);
    assertThat(copy(archive, at(other, "e:1"))).isEqualTo(image.digest());
    assertThat(transfer.document(at(other, "e:1"), Optional.empty()).bytes())
        .isEqualTo(image.manifest().bytes());
    String seen =
        Programs.run(
            "skopeo",
            "inspect",
            "--raw",
            "--tls-verify=false",
            "docker://" + other.host() + "/e:1");
    assertThat(seen.getBytes(UTF_8)).isEqualTo(image.manifest().bytes());
  }

  @Test
  void archivesOfOtherToolsAreCompressedOnTheirWay() throws Exception {
    Image image = TestImages.random(Family.DOCKER, 2, 2, 50_000);
    Pusher.push(client, image, List.of(at(registry, "plain:1").reference()));
    Path file = temp.resolve("skopeo.tar");
    Programs.run(
        "skopeo",
        "copy",
        "--src-tls-verify=false",
        "docker://" + registry.host() + "/plain:1",
        "docker-archive:" + file + ":x/y:z");
    Programs.run("gzip", "-k", file.toString());
    for (ImagePlace place :
        List.of(
            new ImagePlace.Archive(file, ""),
            new ImagePlace.Archive(Path.of(file + ".gz"), "x/y:z"))) {
      copy(place, at(other, "plain:1"));
      Image found = client.resolve(at(other, "plain:1").reference(), AMD64).image(client);
      assertThat(found.config().diffIds()).isEqualTo(image.config().diffIds());
      assertThat(found.manifest().layers())
          .allMatch(layer -> layer.mediaType().endsWith("tar+gzip"));
    }
    assertThatThrownBy(() -> copy(new ImagePlace.Archive(file, "no:1"), at(other, "n:1")))
        .hasMessageContaining("no image no:1 in");
  }

  @Test
  void formatsAndAnnotationsChangeTheManifestAlone() throws Exception {
    Image image = TestImages.random(Family.DOCKER, 3, 2, 100);
    Pusher.push(client, image, List.of(at(registry, "docker:1").reference()));
    Change change =
        new Change(Optional.empty(), Optional.of(Family.OCI), Map.of("b", "2", "a", "1"));
    transfer.copy(at(registry, "docker:1"), List.of(at(registry, "oci:1")), change);
    Image found = client.resolve(at(registry, "oci:1").reference(), AMD64).image(client);
    assertThat(found.manifest().annotations()).isEqualTo(Map.of("a", "1", "b", "2"));
    assertThat(found.id()).isEqualTo(image.id());
    assertThat(ImageRules.ofDocument(found.manifest().bytes(), found.manifest().mediaType()))
        .isEmpty();
    Change back = new Change(Optional.empty(), Optional.of(Family.DOCKER), Map.of("a", "1"));
    assertThatThrownBy(
            () -> transfer.copy(at(registry, "oci:1"), List.of(at(registry, "x:1")), back))
        .hasMessageContaining("images in docker's format have no annotations");
  }

  @Test
  void indexesArePushedWithTheirImages() throws Exception {
    Image one = TestImages.random(4, 1, 100);
    Image two = TestImages.random(5, 1, 100);
    Pusher.push(client, one, List.of(at(registry, "one:1").reference()));
    Pusher.push(client, two, List.of(at(other, "two:1").reference()));
    assertThatThrownBy(() ->
            transfer.index(
                List.of(at(registry, "one:1"), at(other, "two:1")), Optional.empty(), Map.of()))
        .hasMessageContaining("two images for linux/amd64");
    Bundle index =
        transfer.index(List.of(at(registry, "one:1")), Optional.empty(), Map.of("k", "v"));
    assertThat(ImageRules.ofDocument(index.document().bytes(), index.document().mediaType()))
        .isEmpty();
    transfer.put(index, List.of(at(other, "multi:1")));
    ImagePlace layout = new ImagePlace.Layout(temp.resolve("oci"), "m");
    assertThat(copy(at(other, "multi:1"), layout)).isEqualTo(index.document().digest());
    assertThat(copy(layout, at(registry, "multi:2"))).isEqualTo(index.document().digest());
    Index found = (Index) transfer.document(at(registry, "multi:2"), Optional.empty());
    assertThat(found.annotations()).isEqualTo(Map.of("k", "v"));
    assertThat(found.manifests().getFirst().platform()).contains(AMD64);
    assertThat(transfer.document(at(registry, "multi:2"), Optional.of(AMD64)).digest())
        .isEqualTo(one.digest());
    String json =
        new String(
            Inspection.of(transfer, at(registry, "multi:2"), Optional.of(AMD64)).json(), UTF_8);
    assertThat(json).contains("\"platform\": \"linux/amd64\"", "SEED=4", one.digest().toString());
  }
}
