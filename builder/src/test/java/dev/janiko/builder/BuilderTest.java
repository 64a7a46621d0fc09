package dev.janiko.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.output.Outputs;
import dev.janiko.builder.support.BuildSite;
import dev.janiko.builder.support.MemoryRegistry;
import dev.janiko.builder.support.TestImage;
import dev.janiko.registry.client.ResolvedImage;
import dev.janiko.registry.image.HistoryEntry;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole builds in namespaces, from and to registries in this process. */
@Timeout(60)
final class BuilderTest {
  @TempDir Path temp;
  private BuildSite site;

  @BeforeEach
  void open() throws Exception {
    site = BuildSite.open(temp);
  }

  @AfterEach
  void close() throws Exception {
    site.close();
  }

  /** Writes a Dockerfile; {@code BASE} stands for a base image's name. */
  private void dockerfile(ImageReference base, String... lines) throws IOException {
    site.dockerfile(String.join("\n", lines).replace("BASE", base.toString()));
  }

  private Outputs pushed(ImageReference name) {
    return outputs(name, Optional.empty());
  }

  private Outputs outputs(ImageReference name, Optional<Path> layout) {
    return new Outputs(
        List.of(name),
        List.of(name),
        layout,
        Optional.empty(),
        new Outputs.DigestFiles(
            Optional.of(temp.resolve("digest")), Optional.empty(), Optional.empty()),
        Outputs.Form.OF_BASE);
  }

  private BuildResult build(Outputs outputs) {
    return site.build(
        site.order()
            .buildArgs(Map.of("GIVEN", "by the build"))
            .labels(Map.of("added", "label"))
            .to(outputs));
  }

  private ResolvedImage resolve(ImageReference name) throws IOException {
    return site.client().resolve(name, Platform.host());
  }

  private void assertNothingLeft() throws IOException {
    try (Stream<Path> left = Files.list(temp.resolve("store/builds"))) {
      assertThat(left).isEmpty();
    }
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(temp.toString());
  }

  @Test
  void stagesRunCopyAndBecomeAPushedImage() throws Exception {
    Image base = TestImage.busybox("base").image();
    dockerfile(
        site.registry().put("base", base),
        "FROM BASE AS tools",
        "ARG GIVEN",
        "RUN mkdir /out && echo $GIVEN > /out/made && rm /etc/marker",
        "FROM nowhere.invalid/unused AS unused",
        "RUN false",
        "FROM BASE",
        "WORKDIR /w",
        "COPY --from=tools /out .",
        "COPY file /w/",
        "RUN cat made file > both && cat /etc/marker",
        "CMD [\"cat\", \"both\"]");
    Files.writeString(site.context().resolve("file"), "from the context\n");
    ImageReference name = site.registry().name("made:1");
    BuildResult result = build(pushed(name));
    ResolvedImage made = resolve(name);
    assertThat(made.digest()).isEqualTo(result.digest());
    assertThat(result.places()).containsExactly(name.toString());
    assertThat(temp.resolve("digest")).content().isEqualTo(result.digest().toString());
    assertThat(made.config().run().cmd()).containsExactly("cat", "both");
    assertThat(made.config().run().labels()).isEqualTo(Map.of("added", "label"));
    assertThat(made.config().diffIds()).hasSize(6);
    assertThat(made.config().diffIds().subList(0, 2)).isEqualTo(base.config().diffIds());
    assertThat(made.config().history().stream().map(HistoryEntry::createdBy))
        .containsExactly(
            "WORKDIR /w",
            "COPY /out . # buildkit",
            "COPY file /w/ # buildkit",
            "RUN /bin/sh -c cat made file > both && cat /etc/marker # buildkit",
            "CMD [\"cat\" \"both\"]");
    assertThat(site.heard(BuildEvent.StepOutput.class)).isNotEmpty();
    assertThat(site.heard(BuildEvent.ImageFinished.class)).hasSize(1);
    assertNothingLeft();
  }

  @Test
  void aBuildThatTouchesNoFilesDownloadsNone() throws Exception {
    Image base = TestImage.busybox("base").image();
    dockerfile(site.registry().put("base", base), "FROM BASE", "ENV A=b", "CMD [\"x\"]");
    ImageReference name = site.registry().name("made");
    build(pushed(name));
    assertThat(resolve(name).config().diffIds()).isEqualTo(base.config().diffIds());
    base.layers()
        .forEach(
            layer -> assertThat(site.registry().downloads(layer.descriptor().digest())).isZero());
    assertNothingLeft();
  }

  @Test
  void blobsForALayoutAreDownloadedOnce() throws Exception {
    Image base = TestImage.busybox("base").image();
    dockerfile(site.registry().put("base", base), "FROM BASE", "RUN echo x > /x");
    Path layout = temp.resolve("layout");
    BuildResult result = build(outputs(site.registry().name("made"), Optional.of(layout)));
    assertThat(layout.resolve("blobs/sha256").resolve(result.digest().hex())).exists();
    base.layers()
        .forEach(layer -> {
          assertThat(site.registry().downloads(layer.descriptor().digest())).isEqualTo(1);
          assertThat(layout.resolve("blobs/sha256").resolve(layer.descriptor().digest().hex()))
              .exists();
        });
    assertNothingLeft();
  }

  @Test
  void aPushToAnotherRegistryBringsTheBaseAlong() throws Exception {
    Image base = TestImage.busybox("base").image();
    dockerfile(site.registry().put("base", base), "FROM BASE", "RUN echo x > /x");
    try (MemoryRegistry other = MemoryRegistry.open()) {
      ImageReference name = other.name("made");
      build(pushed(name));
      assertThat(resolve(name).config().diffIds()).hasSize(3);
      base.layers()
          .forEach(layer ->
              assertThat(site.registry().downloads(layer.descriptor().digest())).isEqualTo(1));
    }
  }

  @Test
  void stagesThatAreOnlyCopiedFromLeaveNoLayers() throws Exception {
    Image base = TestImage.busybox("base").image();
    dockerfile(
        site.registry().put("base", base),
        "FROM BASE AS tools",
        "RUN echo tool > /tool",
        "RUN echo more >> /tool",
        "FROM BASE AS ground",
        "RUN echo ground > /ground",
        "FROM ground",
        "COPY --from=tools /tool /tool");
    build(pushed(site.registry().name("made")));
    assertThat(site.registry().uploads())
        .as("the layers of ground and of the result, and the config")
        .isEqualTo(3);
    assertThat(resolve(site.registry().name("made")).config().diffIds())
        .hasSize(base.config().diffIds().size() + 2);
    assertNothingLeft();
  }

  @Test
  void unpackedLayersAreUsedAgain() throws Exception {
    Image base = TestImage.busybox("base").image();
    dockerfile(site.registry().put("base", base), "FROM BASE", "RUN echo x > /x");
    build(pushed(site.registry().name("one")));
    build(pushed(site.registry().name("two")));
    base.layers()
        .forEach(layer ->
            assertThat(site.registry().downloads(layer.descriptor().digest())).isEqualTo(1));
    assertThat(site.registry().has(site.registry().name("two"))).isTrue();
  }

  @Test
  void triggersOfTheBaseRunFirst() throws Exception {
    Image base =
        TestImage.busybox("base")
            .with(config -> config.withRun(config.run().withOnBuild(List.of("RUN echo t > /t"))))
            .image();
    dockerfile(site.registry().put("base", base), "FROM BASE", "RUN test -f /t");
    ImageReference name = site.registry().name("made");
    build(pushed(name));
    assertThat(resolve(name).config().run().onBuild()).isEmpty();
    assertThat(resolve(name).config().diffIds()).hasSize(4);
  }

  @Test
  void aFailingCommandLeavesNothingBehind() throws Exception {
    dockerfile(
        site.registry().put("base", TestImage.busybox("base").image()),
        "FROM BASE",
        "RUN echo made > /made",
        "RUN echo said; exit 3");
    ImageReference name = site.registry().name("made");
    assertThatThrownBy(() -> build(pushed(name)))
        .isInstanceOfSatisfying(
            BuildException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.COMMAND);
              assertThat(e.exitCode()).isEqualTo(3);
              assertThat(e.lastOutput()).containsExactly("said");
              assertThat(e.location().orElseThrow().startLine()).isEqualTo(3);
            });
    assertThat(site.registry().has(name)).isFalse();
    assertThat(temp.resolve("digest")).doesNotExist();
    assertThat(site.heard(BuildEvent.BuildFailed.class))
        .singleElement()
        .satisfies(failed -> {
          assertThat(failed.exitCode()).hasValue(3);
          assertThat(failed.excerpt()).isPresent();
          assertThat(failed.step()).isPresent();
        });
    assertNothingLeft();
  }

  @Test
  void aMissingBaseIsToldWithItsLine() throws Exception {
    dockerfile(site.registry().name("nothing"), "# comment", "FROM BASE", "RUN x");
    assertThatThrownBy(() -> build(pushed(site.registry().name("made"))))
        .isInstanceOfSatisfying(
            BuildException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.BASE_IMAGE);
              assertThat(e.location().orElseThrow().startLine()).isEqualTo(2);
            });
    assertNothingLeft();
  }

  @Test
  void anUnsupportedInstructionIsRefusedBeforeAnythingRuns() throws Exception {
    Image base = TestImage.busybox("base").image();
    dockerfile(site.registry().put("base", base), "FROM BASE", "RUN echo x", "RUN --device=x a");
    assertThatThrownBy(() -> build(pushed(site.registry().name("made"))))
        .isInstanceOf(BuildException.class)
        .hasMessage("RUN --device is not supported by this version");
    assertThat(site.heard(BuildEvent.StepStarted.class)).isEmpty();
    assertThat(temp.resolve("store")).doesNotExist();
  }

  @Test
  void anImageOfNothingIsPossible() throws Exception {
    Files.writeString(site.context().resolve("a"), "1");
    dockerfile(site.registry().name("none"), "FROM scratch", "COPY a /");
    ImageReference name = site.registry().name("made");
    build(pushed(name));
    assertThat(resolve(name).config().diffIds()).hasSize(1);
    assertThat(resolve(name).config().run().env()).hasSize(1);
  }
}
