package dev.janiko.registry.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ManifestTest {
  private static final String D = "sha256:" + "a".repeat(64);
  private static final String CONFIG =
      "{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\""
          + D
          + "\",\"size\":2}";

  @Test
  void writesManifestsAsBuildKitDoes() {
    Manifest manifest =
        Manifest.of(
            Family.OCI,
            Descriptor.of(MediaTypes.OCI_CONFIG, Digest.parse(D), 2),
            List.of(
                Descriptor.of(MediaTypes.OCI_LAYER_GZIP, Digest.parse(D), 3)
                    .withAnnotations(Map.of("k", "<v>"))));
    assertThat(new String(manifest.bytes(), UTF_8))
        .isEqualTo(
            """
            {
              "schemaVersion": 2,
              "mediaType": "application/vnd.oci.image.manifest.v1+json",
              "config": {
                "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": "%1$s",
                "size": 2
              },
              "layers": [
                {
                  "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
                  "digest": "%1$s",
                  "size": 3,
                  "annotations": {
                    "k": "\\u003cv\\u003e"
                  }
                }
              ]
            }\
            """
                .formatted(D));
  }

  @Test
  void writesNullForNoLayersAndReadsIt() throws Exception {
    Manifest manifest =
        Manifest.of(
            Family.DOCKER, Descriptor.of(MediaTypes.DOCKER_CONFIG, Digest.parse(D), 2), List.of());
    assertThat(new String(manifest.bytes(), UTF_8)).endsWith("\"layers\": null\n}");
    Manifest read = Manifest.parse(manifest.bytes(), "");
    assertThat(read).isEqualTo(manifest);
    assertThat(read.layers()).isEmpty();
    assertThat(read.family()).isEqualTo(Family.DOCKER);
  }

  @Test
  void keepsBytesAndTakesTheTypeFromTheHeaderIfThereIsNoneInside() throws Exception {
    byte[] bytes =
        ("{ \"schemaVersion\":2,\"new\":1, \"config\":" + CONFIG + ",\"layers\":[]}")
            .getBytes(UTF_8);
    ImageDocument document =
        ImageDocument.parse(bytes, "application/vnd.oci.image.manifest.v1+json; charset=utf-8");
    assertThat(document.bytes()).isEqualTo(bytes);
    assertThat(document.digest()).isEqualTo(Digest.sha256Of(bytes));
    assertThat(document.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
  }

  @Test
  void refusesAmbiguousDocuments() {
    refused("{\"schemaVersion\":2,\"config\":" + CONFIG + ",\"manifests\":[]}", "", "ambiguous");
    refused(
        "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":[]}",
        MediaTypes.OCI_MANIFEST,
        "ambiguous");
    refused("{\"schemaVersion\":2,\"manifests\":[]}", MediaTypes.OCI_MANIFEST, "ambiguous");
    refused("{\"schemaVersion\":2,\"schemaVersion\":2}", "", "Duplicate");
  }

  @Test
  void refusesSchema1() {
    refused("{\"schemaVersion\":1,\"fsLayers\":[]}", "", "schema 1");
    refused(
        "{\"schemaVersion\":2,\"config\":" + CONFIG + "}",
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
        "schema 1");
  }

  @Test
  void refusesMalformedDocuments() {
    refused("", "", "empty");
    refused("[]", "", "expected a JSON object");
    refused("{\"schemaVersion\":2}x", "", "malformed");
    refused("{\"schemaVersion\":2}", "", "no config");
    refused("{\"schemaVersion\":3}", "", "schemaVersion");
    refused("{\"schemaVersion\":2,\"mediaType\":\"text/plain\"}", "", "not an image");
    refused(
        "{\"schemaVersion\":2,\"config\":" + CONFIG.replace(":2}", ":-1}") + "}", "", "negative");
    refused(
        "{\"schemaVersion\":2,\"config\":" + CONFIG.replace(":2}", ":9223372036854775808}") + "}",
        "",
        "size");
    refused("{\"schemaVersion\":2,\"config\":" + CONFIG.replace(D, "sha256:x") + "}", "", "digest");
    refused("[".repeat(100_000), "", "malformed");
    refused(" ".repeat(ImageDocument.MAX_BYTES + 1), "", "larger than");
  }

  @Test
  void selectsTheBestEntryOfAnIndex() throws Exception {
    Descriptor any = Descriptor.of(MediaTypes.OCI_MANIFEST, Digest.parse(D), 1);
    Digest other = Digest.parse("sha256:" + "b".repeat(64));
    Index index =
        Index.of(
            Family.OCI,
            List.of(
                any.withPlatform(new Platform("unknown", "unknown", "")),
                any.withPlatform(Platform.parse("linux/arm/v6")),
                Descriptor.of(MediaTypes.OCI_MANIFEST, other, 1)
                    .withPlatform(Platform.parse("linux/arm64/v8"))));
    Index read = Index.parse(index.bytes(), MediaTypes.OCI_INDEX);
    assertThat(read.select(Platform.parse("linux/arm64")).map(Descriptor::digest))
        .isEqualTo(Optional.of(other));
    assertThat(read.select(Platform.parse("linux/arm/v7")).map(Descriptor::digest))
        .isEqualTo(Optional.of(any.digest()));
    assertThat(read.select(Platform.parse("linux/s390x"))).isEmpty();
  }

  private static void refused(String text, String type, String message) {
    assertThatThrownBy(() -> ImageDocument.parse(text.getBytes(UTF_8), type))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining(message);
  }
}
