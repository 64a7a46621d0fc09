package dev.janiko.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.cache.BaseFolder;
import dev.janiko.builder.cache.BuildCache;
import dev.janiko.builder.cache.CachePruning;
import dev.janiko.builder.cache.FolderCache;
import dev.janiko.builder.cache.PrunableCache;
import dev.janiko.builder.cache.RegistryCache;
import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.layer.LayerCompression;
import dev.janiko.builder.support.BuildSite;
import dev.janiko.builder.support.TestImage;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds that go on from what earlier ones made: never from what is stale, and as far as it goes.
 */
@Timeout(120)
final class LayerCacheTest {
  private static final Duration LONG = Duration.ofDays(1);
  private static final BuildCache.Steps ALL = new BuildCache.Steps(true, true);

  @TempDir Path temp;
  private final Map<String, String> arguments = new HashMap<>();
  private BuildSite site;
  private Image base;
  private ImageReference baseName;
  private BuildRequest.CachePlace place;
  private BuildCache.Policy policy = new BuildCache.Policy(ALL, LONG, true);
  private Layering layering = Layering.USUAL;
  private Optional<BaseFolder> bases = Optional.empty();
  private int builds;

  @BeforeEach
  void open() throws Exception {
    site = BuildSite.open(temp);
    place = new BuildRequest.CachePlace.Folder(temp.resolve("cache"));
    base = TestImage.busybox("base").image();
    baseName = site.registry().put("base", base);
  }

  @AfterEach
  void close() throws Exception {
    site.close();
  }

  private void dockerfile(String... lines) throws IOException {
    site.dockerfile(String.join("\n", lines).replace("BASE", baseName.toString()));
  }

  /** Builds with a store of its own, so that nothing but the cache is known. */
  private BuildResult build() {
    site.forget();
    builds++;
    return site.build(
        site.order()
            .buildArgs(arguments)
            .store("store-" + builds)
            .layering(layering)
            .cache(new BuildRequest.Cache(place, policy, bases))
            .to(site.registry().name("made")));
  }

  /** The steps of the last build that were in the cache. */
  private List<String> cached() {
    return steps(BuildEvent.Outcome.CACHED);
  }

  private List<String> steps(BuildEvent.Outcome outcome) {
    List<String> found = new ArrayList<>();
    Map<Integer, String> names = new HashMap<>();
    for (BuildEvent event : site.heard()) {
      if (event instanceof BuildEvent.StepStarted started) {
        names.put(started.id(), started.text());
      } else if (event instanceof BuildEvent.StepFinished finished
          && finished.outcome() == outcome) {
        found.add(names.getOrDefault(finished.id(), "?"));
      }
    }
    return found;
  }

  private List<String> warnings() {
    return site.heard(BuildEvent.Message.class).stream()
        .filter(message -> message.level() == BuildEvent.Level.WARNING)
        .map(BuildEvent.Message::text)
        .toList();
  }

  private String output() {
    return String.join(
        "\n",
        site.heard(BuildEvent.StepOutput.class).stream().map(BuildEvent.StepOutput::line).toList());
  }

  private int downloadsOfBase() {
    return base.layers().stream()
        .mapToInt(layer -> site.registry().downloads(layer.descriptor().digest()))
        .sum();
  }

  @Test
  void aBuildThatFindsEverythingFetchesNothing() throws Exception {
    place = new BuildRequest.CachePlace.Repository(site.registry().name("cache"));
    Files.writeString(site.context().resolve("file"), "one");
    dockerfile(
        "FROM BASE AS tools",
        "WORKDIR /w",
        "COPY file .",
        "RUN cat file > made",
        "FROM BASE",
        "COPY --from=tools /w/made /made",
        "RUN cat /made > /again");
    BuildResult first = build();
    assertThat(cached()).isEmpty();
    int before = downloadsOfBase();
    assertThat(before).isEqualTo(2);
    build();
    assertThat(cached())
        .containsExactly(
            "WORKDIR /w",
            "COPY file .",
            "RUN cat file > made",
            "COPY --from=tools /w/made /made",
            "RUN cat /made > /again");
    assertThat(downloadsOfBase()).isEqualTo(before);
    assertThat(
            site.client().resolve(site.registry().name("made"), Platform.host()).config().diffIds())
        .hasSize(4);
    assertThat(first.places()).isNotEmpty();
    try (Stream<Path> unpacked = Files.list(temp.resolve("store-2/layers"))) {
      assertThat(unpacked).isEmpty();
    }
  }

  @Test
  void whatDoesNotMatterBreaksNothing() throws Exception {
    Files.writeString(site.context().resolve("file"), "one");
    Files.writeString(site.context().resolve("other"), "one");
    dockerfile("FROM BASE", "COPY file /", "LABEL a=b", "RUN cat file > /made");
    build();
    Files.setLastModifiedTime(site.context().resolve("file"), FileTime.fromMillis(1_000_000));
    Files.writeString(site.context().resolve("other"), "two");
    dockerfile("FROM BASE", "LABEL a=c", "COPY file /", "", "RUN   cat file > /made");
    build();
    assertThat(cached()).containsExactly("COPY file /", "RUN   cat file > /made");
  }

  @Test
  void layersThatWereWrittenInAnotherMannerDoNotServe() throws Exception {
    Files.writeString(site.context().resolve("file"), "one");
    dockerfile("FROM BASE", "COPY file /", "RUN cat file > /made");
    build();
    layering = new Layering(LayerCompression.USUAL, false, Layering.Times.REPRODUCIBLE);
    build();
    assertThat(cached()).isEmpty();
    build();
    assertThat(cached()).hasSize(2);
    layering =
        new Layering(
            LayerCompression.of(LayerCompression.Format.ZSTD), false, Layering.Times.REPRODUCIBLE);
    build();
    assertThat(cached()).isEmpty();
    layering = new Layering(LayerCompression.USUAL, true, Layering.Times.KEPT);
    build();
    assertThat(cached()).isEmpty();
    assertThat(warnings()).singleElement().asString().contains("no layer cache");
  }

  @Test
  void whatMattersIsNeverStale() throws Exception {
    Files.createDirectories(site.context().resolve("d/e"));
    Files.writeString(site.context().resolve("d/e/a"), "one");
    String[] lines = {
      "FROM BASE",
      "ARG FOLDER=/x",
      "ENV MODE=1",
      "WORKDIR $FOLDER",
      "COPY d $FOLDER/",
      "COPY <<EOF /text",
      "body $FOLDER",
      "EOF",
      "RUN cat /etc/marker > /made"
    };
    dockerfile(lines);
    build();
    build();
    assertThat(cached()).hasSize(4);

    arguments.put("FOLDER", "/y");
    build();
    assertThat(cached()).isEmpty();

    arguments.clear();
    Files.move(site.context().resolve("d/e/a"), site.context().resolve("d/e/b"));
    build();
    assertThat(cached()).containsExactly("WORKDIR $FOLDER");

    Files.move(site.context().resolve("d/e/b"), site.context().resolve("d/e/a"));
    lines[6] = "other $FOLDER";
    dockerfile(lines);
    build();
    assertThat(cached()).containsExactly("WORKDIR $FOLDER", "COPY d $FOLDER/");

    lines[6] = "body $FOLDER";
    lines[2] = "ENV MODE=2";
    dockerfile(lines);
    build();
    assertThat(cached()).hasSize(3).noneMatch(step -> step.startsWith("RUN"));

    lines[2] = "ENV MODE=1";
    base = TestImage.busybox("changed").image();
    baseName = site.registry().put("base", base);
    dockerfile(lines);
    build();
    assertThat(cached()).isEmpty();
  }

  @Test
  void linksModesAndKindsAreWhatIsCopied() throws Exception {
    Path folder = Files.createDirectory(site.context().resolve("d"));
    Path file = Files.writeString(folder.resolve("a"), "x");
    dockerfile("FROM BASE", "COPY d /d");
    build();
    assertThat(file.toFile().setExecutable(true)).isTrue();
    build();
    assertThat(cached()).isEmpty();
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("x"));
    build();
    assertThat(cached()).isEmpty();
    Files.delete(file);
    Files.createDirectory(file);
    build();
    assertThat(cached()).isEmpty();
    Files.createDirectory(folder.resolve("ax"));
    build();
    assertThat(cached()).isEmpty();
    build();
    assertThat(cached()).hasSize(1);
  }

  @Test
  void ignoreRulesAreTheContextsAlone() throws Exception {
    Files.writeString(site.context().resolve(".dockerignore"), "*\n!in\n");
    Files.writeString(site.context().resolve("in"), "one");
    dockerfile("FROM BASE AS a", "COPY in /made", "FROM BASE", "COPY --from=a /made /made");
    build();
    Files.writeString(site.context().resolve("in"), "two");
    build();
    assertThat(cached()).isEmpty();
    Files.writeString(site.context().resolve("out"), "not copied");
    build();
    assertThat(cached()).hasSize(2);
  }

  @Test
  void copiesFromAStageGoByWhatIsCopied() throws Exception {
    Files.writeString(site.context().resolve("file"), "one");
    dockerfile(
        "FROM BASE AS a",
        "COPY file /file",
        "RUN echo fixed > /made",
        "FROM BASE",
        "COPY --from=a /made /made",
        "RUN cat /made > /again");
    build();
    Files.writeString(site.context().resolve("file"), "two");
    build();
    assertThat(cached()).containsExactly("COPY --from=a /made /made", "RUN cat /made > /again");
    build();
    assertThat(cached()).hasSize(4);
  }

  @Test
  void mountedFilesMatterAndCachesDoNot() throws Exception {
    Files.writeString(site.context().resolve("file"), "one");
    Files.writeString(site.context().resolve("other"), "one");
    String step =
        "RUN --mount=source=file,target=/in/file --mount=from=tools,source=/made,target=/in/made"
            + " --mount=type=cache,target=/cache,sharing=locked"
            + " cat /in/file /in/made > /out && echo x > /cache/x";
    List<String> lines =
        List.of("FROM BASE AS tools", "ARG MADE=a", "RUN echo $MADE > /made", "FROM BASE", step);
    dockerfile(lines.toArray(String[]::new));
    build();
    Files.writeString(site.context().resolve("other"), "two");
    build();
    assertThat(cached()).contains(step);
    Files.writeString(site.context().resolve("file"), "two");
    build();
    assertThat(cached()).doesNotContain(step);
    arguments.put("MADE", "b");
    build();
    assertThat(cached()).doesNotContain(step);
    build();
    assertThat(cached()).contains(step);
    dockerfile(
        "FROM BASE AS tools", "RUN echo b > /made", "FROM BASE", step.replace("/in/", "/i/"));
    build();
    assertThat(cached()).isEmpty();
  }

  @Test
  void removedFilesStayRemovedUponCachedLayers() throws Exception {
    dockerfile(
        "FROM BASE AS a",
        "RUN rm /etc/marker && mkdir /d && ln -s d /l && echo x > /d/x",
        "RUN rm -r /d && rm /l && mkdir /l && echo y > /l/y && echo z > /d");
    build();
    dockerfile(
        "FROM BASE AS a",
        "RUN rm /etc/marker && mkdir /d && ln -s d /l && echo x > /d/x",
        "RUN rm -r /d && rm /l && mkdir /l && echo y > /l/y && echo z > /d",
        "RUN test ! -e /etc/marker && test -f /d && cat /l/y && ls -a /etc /",
        "FROM BASE",
        "COPY --from=a / /all",
        "RUN test ! -e /all/etc/marker && test -f /all/d && cat /all/l/y");
    build();
    assertThat(cached()).hasSize(2);
    assertThat(output()).contains("y").doesNotContain(".wh.");
  }

  @Test
  void aLaterCommandServesOnlyUponTheSameOnes() throws Exception {
    dockerfile(
        "FROM BASE", "RUN cat /proc/sys/kernel/random/uuid > /random", "RUN cat /random > /copy");
    build();
    assertThat(output()).isEmpty();
    build();
    assertThat(cached()).hasSize(2);
    // Takes the first command's entry away: the one that was kept first is that of the first step.
    List<Path> entries;
    try (Stream<Path> all = Files.list(temp.resolve("cache"))) {
      entries = all.sorted().toList();
    }
    assertThat(entries).hasSize(2);
    for (Path entry : entries) {
      Path away = temp.resolve("away");
      Files.move(entry, away);
      build();
      Files.move(away, temp.resolve("dropped-" + builds));
      // Either the second step's entry was away, and the first serves, or neither does.
      assertThat(cached()).isSubsetOf("RUN cat /proc/sys/kernel/random/uuid > /random");
      assertThat(warnings()).isEmpty();
      build();
      assertThat(cached()).hasSize(2);
    }
  }

  @Test
  void copiesThatAreNotKeptDoNotStopCommandsThatAre() throws Exception {
    policy = new BuildCache.Policy(new BuildCache.Steps(true, false), LONG, true);
    Files.writeString(site.context().resolve("file"), "one");
    dockerfile("FROM BASE", "COPY file /", "RUN cat /file > /made", "RUN cat /made");
    build();
    build();
    assertThat(cached()).containsExactly("RUN cat /file > /made", "RUN cat /made");
    dockerfile("FROM BASE", "COPY file /", "RUN cat /file > /made", "RUN cat /made && cat /file");
    build();
    assertThat(cached()).containsExactly("RUN cat /file > /made");
    assertThat(output()).contains("one");
  }

  @Test
  void aFailedBuildKeepsWhatItMade() throws Exception {
    dockerfile("FROM BASE", "RUN echo x > /x", "RUN test -e /y");
    assertThatThrownBy(this::build).isInstanceOf(BuildException.class);
    dockerfile("FROM BASE", "RUN echo x > /x", "RUN test -e /x");
    build();
    assertThat(cached()).containsExactly("RUN echo x > /x");
  }

  @Test
  void entriesGrowOldAndCanBeLeftAlone() throws Exception {
    dockerfile("FROM BASE", "RUN echo x > /x");
    policy = new BuildCache.Policy(ALL, LONG, false);
    build();
    policy = new BuildCache.Policy(ALL, LONG, true);
    build();
    assertThat(cached()).isEmpty();
    policy = new BuildCache.Policy(ALL, Duration.ZERO, false);
    build();
    assertThat(cached()).isEmpty();
    policy = new BuildCache.Policy(ALL, LONG, false);
    build();
    assertThat(cached()).hasSize(1);
  }

  @Test
  void aCacheThatCannotBeReachedIsToldOnceAndMissed() throws Exception {
    place =
        new BuildRequest.CachePlace.Repository(ImageReference.parse("127.0.0.1:1/nowhere/cache"));
    dockerfile("FROM BASE", "RUN echo x > /x", "RUN echo y > /y");
    build();
    assertThat(warnings())
        .filteredOn(text -> text.contains("nothing is taken from the cache"))
        .hasSize(1);
  }

  @Test
  void aSpoiledEntryIsAnErrorNotAnImage() throws Exception {
    dockerfile("FROM BASE", "RUN echo x > /x");
    build();
    try (Stream<Path> files = Files.walk(temp.resolve("cache"))) {
      Path largest =
          files
              .filter(Files::isRegularFile)
              .filter(file -> file.toString().contains("blobs"))
              .max(Comparator.comparingLong(file -> file.toFile().length()))
              .orElseThrow();
      byte[] bytes = Files.readAllBytes(largest);
      bytes[bytes.length / 2] ^= 1;
      Files.write(largest, bytes);
    }
    dockerfile("FROM BASE", "RUN echo x > /x", "RUN cat /x");
    try {
      build();
      assertThat(cached()).isEmpty();
    } catch (BuildException e) {
      assertThat(e).hasMessageContaining("sha256");
    }
  }

  @Test
  void aCommandThatChangesNothingMakesTheSameImageFromTheCache() throws Exception {
    dockerfile("FROM BASE", "RUN test -e /bin/sh", "RUN echo x > /x", "RUN test -e /x");
    layering = new Layering(layering.compression(), false, Layering.Times.REPRODUCIBLE);
    BuildResult made = build();
    BuildResult found = build();
    assertThat(cached()).hasSize(3);
    assertThat(found.digest()).isEqualTo(made.digest());
  }

  private int warm(String... dockerfile) {
    String text = String.join("\n", dockerfile).replace("BASE", baseName.toString());
    return new Warmer(site.client(), bases.orElseThrow())
        .warm(
            List.copyOf(Warmer.imagesOf(text, "Dockerfile", arguments, Platform.host())),
            false,
            (image, outcome) -> assertThat(outcome).isNotInstanceOf(Warmer.Outcome.Failed.class));
  }

  @Test
  void warmedBaseImagesAreNotDownloaded() throws Exception {
    bases = Optional.of(new BaseFolder(temp.resolve("bases"), LONG));
    policy = new BuildCache.Policy(new BuildCache.Steps(false, false), LONG, false);
    assertThat(warm("FROM scratch AS a", "FROM BASE", "FROM a", "COPY --from=BASE /bin /bin"))
        .isEqualTo(1);
    int downloads = site.registry().downloads(base.layers().getFirst().descriptor().digest());
    dockerfile("FROM BASE", "RUN echo x > /x");
    build();
    assertThat(site.registry().downloads(base.layers().getFirst().descriptor().digest()))
        .isEqualTo(downloads);
    assertThat(warm("FROM BASE")).isEqualTo(1);
    assertThat(site.registry().downloads(base.layers().getFirst().descriptor().digest()))
        .isEqualTo(downloads);

    base = TestImage.busybox("newer").image();
    baseName = site.registry().put("base", base);
    dockerfile("FROM BASE", "RUN test newer = \"$(cat /etc/marker)\"");
    build();
    assertThat(site.registry().downloads(base.layers().getLast().descriptor().digest()))
        .isEqualTo(1);
  }

  @Test
  void pinnedWarmedImagesNeedNoRegistryToBeFound() throws Exception {
    BaseFolder folder = new BaseFolder(temp.resolve("bases"), LONG);
    bases = Optional.of(folder);
    warm("FROM BASE");
    Image found = folder.find(base.manifest().digest(), Platform.host()).orElseThrow();
    assertThat(found.digest()).isEqualTo(base.digest());
    BaseFolder old = new BaseFolder(temp.resolve("bases"), Duration.ZERO);
    assertThat(old.find(base.manifest().digest(), Platform.host())).isEmpty();
    // One that is too old is fetched again.
    bases = Optional.of(old);
    warm("FROM BASE");
    assertThat(site.registry().downloads(base.layers().getFirst().descriptor().digest()))
        .isEqualTo(2);
    assertThat(prune(folder, OptionalLong.of(0)).removed()).hasSize(1);
    assertThat(folder.find(base.manifest().digest(), Platform.host())).isEmpty();
  }

  private static CachePruning.Report prune(PrunableCache cache, OptionalLong keep)
      throws IOException {
    return new CachePruning(Optional.empty(), keep, false).run(cache);
  }

  @Test
  void pruningTakesTheOldestAndLeavesWhatIsNoEntry() throws Exception {
    place = new BuildRequest.CachePlace.Repository(site.registry().name("layers"));
    site.registry().put("layers:latest", base);
    dockerfile("FROM BASE", "RUN echo 1 > /1");
    build();
    dockerfile("FROM BASE", "RUN echo 1 > /1", "RUN echo 2 > /2", "RUN echo 3 > /3");
    build();
    RegistryCache cache =
        new RegistryCache(site.client(), site.registry().name("layers"), Platform.host());
    List<PrunableCache.Entry> all = new ArrayList<>(cache.entries());
    assertThat(all).hasSize(3);
    all.sort(Comparator.comparing(PrunableCache.Entry::created));
    CachePruning only =
        new CachePruning(Optional.of(all.get(1).created()), OptionalLong.empty(), true);
    assertThat(only.run(cache).removed()).containsExactly(all.get(0));
    assertThat(cache.entries()).hasSize(3);
    long keep = all.get(1).bytes() + all.get(2).bytes();
    assertThat(prune(cache, OptionalLong.of(keep)).removed()).containsExactly(all.get(0));
    assertThat(cache.entries()).containsExactlyInAnyOrder(all.get(1), all.get(2));
    assertThat(site.registry().has(site.registry().name("layers:latest"))).isTrue();
  }

  @Test
  void foldersOfLayersArePrunedToo() throws Exception {
    dockerfile("FROM BASE", "RUN echo 1 > /1", "RUN echo 2 > /2");
    build();
    FolderCache cache = new FolderCache(temp.resolve("cache"), Platform.host());
    assertThat(cache.entries()).hasSize(2).allMatch(entry -> entry.bytes() > 0);
    assertThat(prune(cache, OptionalLong.of(0)).kept()).isEmpty();
    build();
    assertThat(cached()).isEmpty();
    assertThat(cache.entries()).hasSize(2);
  }
}
