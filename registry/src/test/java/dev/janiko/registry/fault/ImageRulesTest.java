package dev.janiko.registry.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.Index;
import dev.janiko.registry.image.MediaTypes;
import dev.janiko.registry.image.RunConfig;
import dev.janiko.registry.support.TestImages;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageRulesTest {
  private static Image image() throws IOException {
    return TestImages.random(1, 2, 10);
  }

  @Test
  void whatIsMadeHereIsRight() throws Exception {
    for (Family family : Family.values()) {
      Image image = TestImages.random(family, 2, 3, 10);
      assertThat(ImageRules.ofDocument(image.manifest().bytes(), family.manifestType())).isEmpty();
      Index index =
          Index.of(
              family,
              List.of(image.manifest().descriptor().withPlatform(image.config().platform())));
      assertThat(ImageRules.ofDocument(index.bytes(), family.indexType())).isEmpty();
    }
  }

  @Test
  void configsWithEverythingAreRight() throws Exception {
    RunConfig run =
        RunConfig.empty()
            .withEnv("A", "b=c")
            .withCmd(List.of("x"))
            .withEntrypoint(List.of("/bin/sh", "-c"))
            .withUser("1000:1000")
            .withWorkingDir("/app")
            .withExposedPorts(List.of("80/tcp", "53/udp"))
            .withVolumes(List.of("/data"))
            .withLabels(Map.of("k", "v"))
            .withStopSignal("SIGTERM")
            .withShell(List.of("/bin/sh", "-c"))
            .withOnBuild(List.of("RUN x"));
    ImageConfig config = image().config().withRun(run);
    assertThat(ImageRules.ofConfig(config.bytes())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          "schemaVersion": 2;"schemaVersion": 1
          "size": ;"size": -
          sha256:;md5:
          "layers";"blobs"
          image.config.v1+json;empty.v1+json
          "config";"manifests": [], "config"
          """)
  void wrongManifestsAreFound(String right, String wrong) throws Exception {
    String text = new String(image().manifest().bytes(), UTF_8);
    assertThat(text).contains(right);
    byte[] changed = text.replace(right, wrong).getBytes(UTF_8);
    assertThat(ImageRules.ofDocument(changed, MediaTypes.OCI_MANIFEST)).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          "os":;"system":
          2026-01-02T;2026-13-02T
          "layers";"layer"
          SEED=;=SEED
          "Cmd":["/bin/sh"];"Cmd":"/bin/sh"
          sha256:;sha1:
          "history":[;"history":[{"comment":"one too many"},
          """)
  void wrongConfigsAreFound(String right, String wrong) throws Exception {
    String text = new String(image().config().bytes(), UTF_8);
    assertThat(text).contains(right);
    byte[] changed = text.replace(right, wrong).getBytes(UTF_8);
    assertThat(ImageRules.ofConfig(changed)).isNotEmpty();
  }

  @Test
  void annotationsAreText() throws Exception {
    byte[] manifest = image().manifest().withAnnotations(Map.of("a", "1")).bytes();
    assertThat(ImageRules.ofDocument(manifest, MediaTypes.OCI_MANIFEST)).isEmpty();
    byte[] wrong = new String(manifest, UTF_8).replace("\"1\"", "1").getBytes(UTF_8);
    assertThat(ImageRules.ofDocument(wrong, MediaTypes.OCI_MANIFEST)).isNotEmpty();
  }
}
