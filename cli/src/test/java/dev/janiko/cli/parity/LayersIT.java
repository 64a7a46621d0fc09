package dev.janiko.cli.parity;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** How layers are compressed, how many there are and which times they have, for other programs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LayersIT {
  private static final List<String> ARCHIVE = List.of("--tar-path", "OUT/image.tar", "-d", "l/l");
  private static final List<String> LAYOUT =
      List.of("--oci-layout-path", "OUT/layout", "-d", "l/l:t", "--digest-file", "OUT/digest");
  private static final Map<String, String> NOTHING = Map.of();

  private final Path work;
  private final Parts parts;
  private final Shell shell;
  private final Sandboxes sandboxes;

  LayersIT(@TempDir Path work) throws IOException {
    this.work = work;
    this.parts = Parts.read();
    this.shell = new Shell(work);
    this.sandboxes = new Sandboxes(work, parts);
  }

  @AfterAll
  void end() {
    sandboxes.clear();
  }

  private Path context(String... lines) throws IOException {
    Path context = Files.createTempDirectory(work, "context");
    Files.writeString(context.resolve("Dockerfile"), String.join("\n", lines) + "\n");
    return context;
  }

  private static List<String> plus(List<String> options, String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return all;
  }

  /** A base in another format, as skopeo writes it. */
  private String base(String name, String format, String... options) throws IOException {
    Path given = Files.createTempDirectory(work, "given");
    Path made = Files.createTempDirectory(work, "made");
    String to = parts.registry() + "/layers/" + name;
    skopeo("--src-tls-verify=false", "docker://" + parts.get("image.busybox"), "oci:" + given);
    // In a step of its own: a registry that has a layer already keeps it as it is.
    skopeo(plus(List.of(options), "oci:" + given, "oci:" + made).toArray(String[]::new));
    skopeo("--dest-tls-verify=false", "--format", format, "oci:" + made, "docker://" + to);
    return to;
  }

  private void skopeo(String... options) {
    List<String> command = new ArrayList<>(List.of("skopeo", "copy", "--quiet"));
    command.addAll(List.of(options));
    shell.run(NOTHING, command).good();
  }

  private static JsonNode json(Path file) throws IOException {
    return FlatImage.json(Files.readString(file));
  }

  private static JsonNode manifest(Sandboxes.Built built) throws IOException {
    Path blobs = built.out().resolve("layout/blobs/sha256");
    return json(blobs.resolve(built.digest().substring("sha256:".length())));
  }

  @Test
  void zstdBasesAreBuiltUpon() throws Exception {
    String zstd =
        base("zstd", "oci", "--dest-compress-format", "zstd", "--dest-compress-level", "19");
    String run =
        "RUN rm /etc/group; mkdir /new; echo 1 > /new/one; cp -a /bin/ls /new; ln /new/one /hard";
    Path plain = context("FROM " + parts.get("image.busybox"), run);
    Path upon = context("FROM " + zstd, run);
    List<String> layout = plus(LAYOUT, "--compression", "zstd");
    FlatImage expected = sandboxes.namespace(plain, NOTHING, ARCHIVE).good().image(work);
    for (Sandboxes.Built built :
        List.of(
            sandboxes.namespace(upon, NOTHING, layout).good(),
            sandboxes.inplace(upon, NOTHING, layout).good())) {
      for (JsonNode layer : manifest(built).get("layers")) {
        assertThat(layer.get("mediaType").asText())
            .isEqualTo("application/vnd.oci.image.layer.v1.tar+zstd");
      }
      FlatImage found = bySkopeo(built);
      assertThat(differences(found, expected)).isEmpty();
    }
  }

  /** The image as skopeo, which decompresses for docker archives, reads it. */
  private FlatImage bySkopeo(Sandboxes.Built built) throws IOException {
    Path archive = built.out().resolve("skopeo.tar");
    Path gzip = Files.createTempDirectory(work, "gzip");
    String layout = "oci:" + built.out().resolve("layout") + ":t";
    skopeo("--dest-compress-format", "gzip", layout, "oci:" + gzip + ":t");
    skopeo("oci:" + gzip + ":t", "docker-archive:" + archive + ":l/l:t");
    return FlatImage.ofDockerArchive(archive, work);
  }

  /** The paths that are not equal, times aside, with what is there. */
  private static List<String> differences(FlatImage one, FlatImage other) {
    Set<String> paths = new TreeSet<>(one.entries().keySet());
    paths.addAll(other.entries().keySet());
    return paths.stream()
        .filter(path -> !timeless(one, path).equals(timeless(other, path)))
        .map(path -> path + ": " + timeless(one, path) + ", but " + timeless(other, path))
        .toList();
  }

  private static String timeless(FlatImage image, String path) {
    FlatEntry entry = image.entries().get(path);
    return entry == null ? "nothing" : entry.timeless().toString();
  }

  @Test
  void levelsMakeSmallerLayers() throws Exception {
    Path context =
        context("FROM " + base("levels", "oci"), "RUN cat /bin/busybox /bin/busybox > /big");
    for (String format : List.of("gzip", "zstd")) {
      List<Long> sizes = new ArrayList<>();
      for (String level : List.of("1", "9")) {
        Sandboxes.Built built =
            sandboxes
                .namespace(
                    context,
                    NOTHING,
                    plus(LAYOUT, "--compression", format, "--compression-level", level))
                .good();
        JsonNode layers = manifest(built).get("layers");
        sizes.add(layers.get(layers.size() - 1).get("size").asLong());
        assertThat(bySkopeo(built).entries()).containsKey("big");
      }
      assertThat(sizes.get(1)).as(format).isLessThan(sizes.get(0));
    }
  }

  @Test
  void zstdUponAnImageInDockersFormatIsRefused() throws Exception {
    Path context = context("FROM " + base("docker", "v2s2"), "RUN true");
    Sandboxes.Built built =
        sandboxes.namespace(context, NOTHING, plus(LAYOUT, "--compression", "zstd"));
    assertThat(built.result().code()).isEqualTo(1);
    assertThat(built.result().output())
        .contains("is in docker's image format, which has no layers compressed with zstd")
        .contains("leave --compression zstd out");
    assertThat(built.out().resolve("layout")).doesNotExist();
  }

  private Path timed(String copied) throws IOException {
    Path context =
        context(
            "FROM " + parts.get("image.busybox"),
            "WORKDIR /work/deep",
            "COPY file folder ./",
            "RUN echo x > x; chmod 600 file; rm /etc/group; ln x y; mkdir -p a/b/c; touch /etc/new; date > /dev/null",
            "RUN rm /etc/new; touch -d @981158400 old",
            "ENV A=b");
    Files.writeString(context.resolve("file"), "text");
    Files.createDirectory(context.resolve("folder"));
    Files.writeString(context.resolve("folder/inner"), "text");
    for (String name : List.of("file", "folder/inner", "folder")) {
      Files.setLastModifiedTime(context.resolve(name), FileTime.from(Instant.parse(copied)));
    }
    return context;
  }

  @Test
  void reproducibleBuildsAreTheSameWheneverAndWherever() throws Exception {
    Path context = timed("2020-01-01T00:00:00Z");
    Path later = timed("2024-02-02T00:00:00Z");
    List<String> options = plus(LAYOUT, "--reproducible");
    Sandboxes.Built first = sandboxes.namespace(context, NOTHING, options).good();
    assertThat(sandboxes.namespace(later, NOTHING, options).good().digest())
        .isEqualTo(first.digest());
    assertThat(sandboxes.inplace(context, NOTHING, options).good().digest())
        .as("the same in the other sandbox")
        .isEqualTo(first.digest());
    FlatImage image = bySkopeo(first);
    assertThat(image.config().get("created").asText()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(seconds(image, "work/deep/file")).isZero();
    Sandboxes.Built plain =
        sandboxes.namespace(context("FROM " + parts.get("image.busybox")), NOTHING, LAYOUT).good();
    assertThat(manifest(first).get("layers").get(0))
        .isEqualTo(manifest(plain).get("layers").get(0));
    assertThat(seconds(image, "bin/sh")).as("the base's").isPositive();
  }

  @Test
  void theEnvironmentsSourceDateEpochIsTheImagesTimeAndLimitsThoseOfFiles() throws Exception {
    Path context = timed("2024-02-02T00:00:00Z");
    String epoch = "1600000000";
    Map<String, String> variables = Map.of("SOURCE_DATE_EPOCH", epoch);
    List<String> limited = plus(LAYOUT, "--rewrite-timestamp");
    Sandboxes.Built first = sandboxes.namespace(context, variables, limited).good();
    assertThat(sandboxes.inplace(context, variables, limited).good().digest())
        .isEqualTo(first.digest());
    assertThat(
            sandboxes
                .namespace(
                    context, NOTHING, plus(limited, "--build-arg", "SOURCE_DATE_EPOCH=" + epoch))
                .good()
                .digest())
        .isEqualTo(first.digest());
    FlatImage image = bySkopeo(first);
    assertThat(image.config().get("created").asText()).isEqualTo("2020-09-13T12:26:40Z");
    assertThat(seconds(image, "work/deep/file")).isEqualTo(1_600_000_000L);
    assertThat(seconds(image, "work/deep/old")).isEqualTo(981_158_400L);
    FlatImage kept = bySkopeo(sandboxes.namespace(context, variables, LAYOUT).good());
    assertThat(kept.config().get("created").asText()).isEqualTo("2020-09-13T12:26:40Z");
    assertThat(seconds(kept, "work/deep/file")).isEqualTo(1_706_832_000L);
    Sandboxes.Built without = sandboxes.namespace(context, NOTHING, limited);
    assertThat(without.result().code()).isEqualTo(1);
    assertThat(without.result().output()).contains("SOURCE_DATE_EPOCH, which is not set");
  }

  @Test
  void aSingleSnapshotIsOneLayerWithTheSameFiles() throws Exception {
    Path context =
        context(
            "FROM " + parts.get("image.busybox") + " AS first",
            "RUN echo 1 > /one; echo 2 > /two; rm /etc/group",
            "RUN rm /one; mv /two /three; mkdir /one",
            "FROM first",
            "COPY --from=first /three /four",
            "RUN mv /three /five; chmod 600 /four",
            "WORKDIR /last",
            "CMD [\"sh\"]");
    FlatImage expected = sandboxes.namespace(context, NOTHING, ARCHIVE).good().image(work);
    for (Sandboxes.Built built :
        List.of(
            sandboxes.namespace(context, NOTHING, plus(ARCHIVE, "--single-snapshot")).good(),
            sandboxes.inplace(context, NOTHING, plus(ARCHIVE, "--single-snapshot")).good())) {
      FlatImage image = built.image(work);
      assertThat(differences(image, expected)).isEmpty();
      assertThat(image.config().at("/rootfs/diff_ids").size())
          .as("the base's and two")
          .isEqualTo(3);
      List<String> withLayer = new ArrayList<>();
      for (JsonNode entry : image.config().get("history")) {
        if (!entry.path("empty_layer").asBoolean()) {
          withLayer.add(entry.path("created_by").asText());
        }
      }
      assertThat(withLayer).hasSize(3);
      assertThat(withLayer.get(1)).contains("mv /two /three");
      assertThat(withLayer.get(2)).isEqualTo("WORKDIR /last");
      assertThat(image.config().get("history")).hasSameSizeAs(expected.config().get("history"));
    }
  }

  @Test
  void theStoreKeepsToItsSizeAndCanBePruned() throws Exception {
    Path store = Files.createTempDirectory(work, "store");
    Map<String, String> variables =
        Map.of("JANIKO_STORE", store.toString(), "JANIKO_STORE_SIZE", "1");
    String program = Parts.distribution().resolve("bin/janiko").toString();
    Path one = context("FROM " + parts.get("image.busybox"), "RUN true");
    Path two = context("FROM " + base("other", "oci"), "RUN true");
    assertThat(sandboxes.namespace(one, variables, List.of()).good().result().code()).isZero();
    assertThat(layers(store)).as("what a build uses stays").isEqualTo(1);
    Path big = context("FROM " + parts.get("image.debian"), "RUN true");
    assertThat(sandboxes.namespace(big, variables, List.of()).good().result().code()).isZero();
    assertThat(layers(store)).as("what no build uses goes").isEqualTo(1);
    JsonNode dry =
        FlatImage.json(
            shell
                .run(variables, List.of(program, "prune", "--all", "--dry-run", "--format", "json"))
                .good()
                .output());
    assertThat(dry.get("removed")).hasSize(1);
    assertThat(dry.get("left").asInt()).isZero();
    assertThat(layers(store)).isEqualTo(1);
    assertThat(shell.run(variables, List.of(program, "prune", "-a", "-f")).good().output())
        .contains("removed 1 layers");
    assertThat(layers(store)).isZero();
    assertThat(sandboxes.namespace(two, variables, List.of()).good().result().code()).isZero();
    Shell.Result wrong = shell.run(variables, List.of(program, "prune", "--keep-storage", "much"));
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.output()).contains("--keep-storage is a size such as 10GB, not much");
  }

  private static long seconds(FlatImage image, String path) {
    return requireNonNull(image.entries().get(path), path).seconds();
  }

  private static long layers(Path store) throws IOException {
    try (Stream<Path> layers = Files.list(store.resolve("layers"))) {
      return layers.count();
    }
  }
}
