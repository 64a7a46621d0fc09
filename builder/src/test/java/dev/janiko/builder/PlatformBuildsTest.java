package dev.janiko.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.output.Outputs;
import dev.janiko.builder.support.BuildSite;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.layout.OciLayout;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images for several platforms. */
@Timeout(60)
final class PlatformBuildsTest {
  private static final Platform AMD64 = Platform.of("linux", "amd64");
  private static final Platform ARM64 = Platform.of("linux", "arm64");

  @TempDir private Path temp;
  private BuildSite site;

  @BeforeEach
  void open() throws IOException {
    site = BuildSite.open(temp);
  }

  @AfterEach
  void close() throws IOException {
    site.close();
  }

  private Outputs outputs(List<ImageReference> names, Optional<Path> archive) {
    return new Outputs(
        names,
        names,
        Optional.of(temp.resolve("layout")),
        archive,
        new Outputs.DigestFiles(
            Optional.of(temp.resolve("digest")), Optional.empty(), Optional.empty()),
        Outputs.Form.OF_BASE);
  }

  private BuildResult build(Outputs outputs, Platform... platforms) {
    return new PlatformBuilds(site.registries())
        .build(site.order().to(outputs), List.of(platforms), site.listener());
  }

  private void architectures() throws IOException {
    site.dockerfile(
        "FROM scratch", "ARG TARGETARCH", "COPY for-$TARGETARCH /which", "LABEL arch=$TARGETARCH");
    Files.writeString(site.context().resolve("for-amd64"), "one");
    Files.writeString(site.context().resolve("for-arm64"), "the other");
  }

  @Test
  void anIndexOfAnImageForEachIsPushed() throws Exception {
    architectures();
    ImageReference name = site.registry().name("several");
    BuildResult result = build(outputs(List.of(name), Optional.empty()), AMD64, ARM64);

    for (Platform platform : List.of(AMD64, ARM64)) {
      var pushed = site.client().resolve(name, platform);
      assertThat(pushed.config().platform()).isEqualTo(platform);
      Image written = OciLayout.at(temp.resolve("layout")).read("latest", platform);
      assertThat(written.digest()).isEqualTo(pushed.manifest().digest());
    }
    assertThat(site.client().resolve(name, AMD64).config().diffIds())
        .isNotEqualTo(site.client().resolve(name, ARM64).config().diffIds());
    assertThat(Files.readString(temp.resolve("digest"))).isEqualTo(result.digest().toString());
    assertThat(site.heard(BuildEvent.ImageFinished.class))
        .singleElement()
        .satisfies(made -> assertThat(made.digest()).isEqualTo(result.digest().toString()));
    try (Stream<Path> left = Files.list(temp.resolve("store/builds"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void onePlatformThatFailsLeavesNothing() throws Exception {
    architectures();
    Files.delete(site.context().resolve("for-arm64"));
    ImageReference name = site.registry().name("several");
    assertThatThrownBy(() -> build(outputs(List.of(name), Optional.empty()), AMD64, ARM64))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining("for-arm64");
    assertThatThrownBy(() -> site.client().resolve(name, AMD64)).isInstanceOf(IOException.class);
    assertThat(temp.resolve("layout")).doesNotExist();
    assertThat(temp.resolve("digest")).doesNotExist();
  }

  @Test
  void archivesHoldOnePlatform() throws Exception {
    architectures();
    Path archive = temp.resolve("image.tar");
    assertThatThrownBy(() -> build(outputs(List.of(), Optional.of(archive)), AMD64, ARM64))
        .hasMessageContaining("a docker archive holds the image of one platform");
    build(outputs(List.of(), Optional.of(archive)), ARM64, ARM64);
    assertThat(archive).exists();
  }
}
