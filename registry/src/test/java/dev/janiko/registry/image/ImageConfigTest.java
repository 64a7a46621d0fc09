package dev.janiko.registry.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageConfigTest {
  private static final Digest LAYER = Digest.parse("sha256:" + "a".repeat(64));

  @Test
  void writesAnImageOfNothingAsBuildKitDoes() {
    assertThat(ImageConfig.empty(Platform.parse("linux/arm/v6")))
        .hasToString(
            "{\"architecture\":\"arm\",\"config\":{},\"history\":null,\"os\":\"linux\","
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":null},\"variant\":\"v6\"}");
  }

  @Test
  void writesFieldsInBuildKitsOrder() {
    RunConfig run =
        RunConfig.empty()
            .withShell(List.of("/bin/bash", "-c"))
            .withOnBuild(List.of("RUN x"))
            .withHealthcheck(
                Optional.of(
                    new Healthcheck(
                        List.of("CMD-SHELL", "true"),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(3),
                        Duration.ZERO,
                        Duration.ZERO,
                        2)))
            .withStopSignal("SIGINT")
            .withLabels(Map.of("b", "<&>", "a", "\u2028\u0001é"))
            .withWorkingDir("/w")
            .withVolumes(List.of("/v"))
            .withCmd(List.of("c"))
            .withEntrypoint(List.of("e"))
            .withEnv(List.of("PATH=/bin"))
            .withExposedPorts(List.of("80/tcp", "443/tcp"))
            .withUser("u");
    ImageConfig config =
        ImageConfig.empty(Platform.parse("linux/amd64"))
            .withRun(run)
            .withAuthor("me")
            .withCreated(Instant.parse("2026-01-02T03:04:05.120Z"))
            .withLayer(LAYER)
            .withMoreHistory(
                List.of(
                    HistoryEntry.buildkit("RUN x # buildkit", false)
                        .withCreated(Instant.parse("2026-01-02T03:04:05Z"))));
    assertThat(config)
        .hasToString(
            "{\"architecture\":\"amd64\",\"author\":\"me\",\"config\":{\"User\":\"u\","
                + "\"ExposedPorts\":{\"443/tcp\":{},\"80/tcp\":{}},\"Env\":[\"PATH=/bin\"],"
                + "\"Entrypoint\":[\"e\"],\"Cmd\":[\"c\"],\"Volumes\":{\"/v\":{}},"
                + "\"WorkingDir\":\"/w\",\"Labels\":{\"a\":\"\\u2028\\u0001é\","
                + "\"b\":\"\\u003c\\u0026\\u003e\"},\"StopSignal\":\"SIGINT\","
                + "\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"true\"],\"Interval\":5000000000,"
                + "\"Timeout\":3000000000,\"Retries\":2},\"OnBuild\":[\"RUN x\"],"
                + "\"Shell\":[\"/bin/bash\",\"-c\"]},\"created\":\"2026-01-02T03:04:05.12Z\","
                + "\"history\":[{\"created\":\"2026-01-02T03:04:05Z\","
                + "\"created_by\":\"RUN x # buildkit\",\"comment\":\"buildkit.dockerfile.v0\"}],"
                + "\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:"
                + "a".repeat(64)
                + "\"]}}");
    assertThat(config.run()).isEqualTo(run);
    assertThat(config.run().healthcheck()).isEqualTo(run.healthcheck());
  }

  @Test
  void unchangedConfigsKeepTheirBytesAndChangedOnesTheirUnknownFields() throws Exception {
    String text =
        """
        { "os": "linux", "architecture": "amd64", "zz": {"deep": [1, 2.50, null, 1e3]},
          "config": {"Hostname": "h", "Env": null, "Labels": {}, "New": "x", "User": "u"},
          "rootfs": {"type": "layers", "diff_ids": []}, "os.version": "10" }
        """;
    ImageConfig config = ImageConfig.parse(text.getBytes(UTF_8));
    assertThat(config.bytes()).isEqualTo(text.getBytes(UTF_8));
    assertThat(config.withRun(config.run().withEnv("A", "b")))
        .hasToString(
            "{\"architecture\":\"amd64\",\"config\":{\"User\":\"u\",\"Env\":[\"A=b\"],"
                + "\"Hostname\":\"h\",\"New\":\"x\"},\"history\":null,\"os\":\"linux\","
                + "\"os.version\":\"10\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":null},"
                + "\"zz\":{\"deep\":[1,2.50,null,1E+3]}}");
  }

  @Test
  void baseLosesWhatTheClassicBuilderLeft() throws Exception {
    ImageConfig config =
        ImageConfig.parse(
            ("{\"os\":\"linux\",\"architecture\":\"amd64\",\"container\":\"c\","
                    + "\"docker_version\":\"20\",\"container_config\":{\"Cmd\":[\"x\"]},"
                    + "\"config\":{\"Hostname\":\"h\",\"Cmd\":[\"sh\"]}}")
                .getBytes(UTF_8));
    assertThat(config.asBase())
        .hasToString(
            "{\"architecture\":\"amd64\",\"config\":{\"Cmd\":[\"sh\"]},\"history\":null,"
                + "\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":null}}");
  }

  @Test
  void environmentChangesInPlace() {
    RunConfig run = RunConfig.empty().withEnv(List.of("A=1", "B=2")).withEnv("A", "3=4");
    assertThat(run.env()).containsExactly("A=3=4", "B=2");
    assertThat(run.env("A")).contains("3=4");
    assertThat(run.env("C")).isEmpty();
    assertThat(run.withEnv("C", "").env()).containsExactly("A=3=4", "B=2", "C=");
  }

  @Test
  void historyOfTheBaseStaysAsItWasWritten() throws Exception {
    ImageConfig config =
        ImageConfig.parse(
            "{\"history\":[{\"created\":\"2020-01-01T02:00:00.5+02:00\",\"x\":1}]}"
                .getBytes(UTF_8));
    assertThat(config.history().getFirst().created())
        .contains(Instant.parse("2020-01-01T00:00:00.5Z"));
    assertThat(config.withMoreHistory(List.of(HistoryEntry.buildkit("ENV a=b", true))).toString())
        .contains("\"history\":[{\"created\":\"2020-01-01T02:00:00.5+02:00\",\"x\":1},");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{\"config\":[]}",
        "{\"config\":{\"Env\":[1]}}",
        "{\"config\":{\"User\":1}}",
        "{\"config\":{\"Labels\":{\"a\":1}}}",
        "{\"rootfs\":{\"diff_ids\":[\"x\"]}}",
        "{\"created\":\"yesterday\"}",
        "{\"created\":\"2026-13-01T00:00:00Z\"}",
        "{\"created\":\"2026-01-01T00:00:00\"}",
        "{\"history\":[{\"created\":\"\\u00e9\"}]}",
        "{\"history\":[1]}",
        "{\"a\":1,\"a\":2}",
      })
  void refusesMalformedConfigs(String text) {
    assertThatThrownBy(() -> ImageConfig.parse(text.getBytes(UTF_8)))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("malformed");
  }

  @Test
  void imagesAreCheckedWhenAssembled() {
    ImageConfig config = ImageConfig.empty(Platform.parse("linux/amd64"));
    BlobSource layer = BlobSource.ofBytes(MediaTypes.DOCKER_LAYER_GZIP, new byte[] {1});
    assertThatThrownBy(() -> Image.assemble(Family.OCI, config, List.of(layer)))
        .hasMessageContaining("1 layers, but 0 diff ids");
    Image image = Image.assemble(Family.OCI, config.withLayer(LAYER), List.of(layer));
    assertThat(image.manifest().layers().getFirst().mediaType())
        .isEqualTo(MediaTypes.OCI_LAYER_GZIP);
    assertThat(image.id()).isEqualTo(Digest.sha256Of(image.config().bytes()));
  }
}
