package dev.janiko.builder.compare;

import static dev.janiko.builder.compare.TestImage.file;
import static dev.janiko.builder.compare.TestImage.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.compare.TestImage.Layer;
import dev.janiko.builder.compare.TestImage.Member;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.tar.EntryType;
import dev.janiko.builder.tar.TarEntry;
import dev.janiko.registry.image.HistoryEntry;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.image.RunConfig;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of difference is found, and nothing is found where nothing differs. */
final class ImageComparisonTest {
  /** A planted difference and how it is told. */
  record Planted(String told, UnaryOperator<TestImage> change) {
    @Override
    public String toString() {
      return told;
    }
  }

  private static List<Difference> differences(TestImage left, TestImage right) throws IOException {
    return ImageComparison.of(IgnoreRules.none()).compare(left.index(), right.index()).found();
  }

  private static String told(Difference difference) {
    return difference.area() + " " + difference.subject() + " " + difference.attribute();
  }

  private static Planted entry(String told, String name, UnaryOperator<TarEntry> change) {
    return new Planted(told, image -> image.changing(name, member -> member.with(change)));
  }

  private static Planted config(String told, UnaryOperator<ImageConfig> change) {
    return new Planted(told, image -> image.withConfig(change));
  }

  private static Planted run(String told, UnaryOperator<RunConfig> change) {
    return config(told, config -> config.withRun(change.apply(config.run())));
  }

  private static Planted history(String told, UnaryOperator<List<HistoryEntry>> change) {
    return config(told, config -> config.withHistory(change.apply(config.history())));
  }

  private static List<HistoryEntry> replacingLast(List<HistoryEntry> all, HistoryEntry last) {
    List<HistoryEntry> changed = new ArrayList<>(all);
    changed.set(changed.size() - 1, last);
    return changed;
  }

  static Stream<Planted> files() {
    return Stream.of(
        new Planted("FILE /etc/extra presence", image -> image.adding(file("etc/extra", "x"))),
        new Planted("FILE /etc/passwd presence", image -> image.without("etc/passwd")),
        new Planted(
            "FILE /etc/passwd content",
            image -> image.changing("etc/passwd", _ -> file("etc/passwd", "root:x:0:1"))),
        new Planted(
            "FILE /etc/passwd size",
            image -> image.changing("etc/passwd", _ -> file("etc/passwd", "root:x:0:01"))),
        new Planted(
            "FILE /etc/passwd type",
            image ->
                image.changing(
                    "etc/passwd", _ -> member(TarEntry.symlink("etc/passwd", "shadow")))),
        new Planted(
            "FILE /app/empty type",
            image -> image.changing("app/empty", _ -> member(TarEntry.directory("app/empty/")))),
        entry("FILE /etc/shadow mode", "etc/shadow", e -> e.withMode(0640)),
        entry("FILE /bin/busybox mode", "bin/busybox", e -> e.withMode(0755)),
        entry("FILE /cache mode", "cache/", e -> e.withMode(01777)),
        entry("FILE /app/server owner", "app/server", e -> e.withOwner(1000, 0)),
        entry("FILE /etc/passwd owner", "etc/passwd", e -> e.withOwner(1, 0)),
        entry("FILE /etc/passwd mtime", "etc/passwd", e -> e.withModified(new Timestamp(1, 0))),
        entry("FILE /etc/mtab target", "etc/mtab", e -> e.withLinkName("/proc/self/mounts")),
        entry("FILE /etc/mtab owner", "etc/mtab", e -> e.withOwner(7, 7)),
        entry("FILE /dev/null device", "dev/null", e -> e.withDevice(1, 5)),
        new Planted(
            "FILE /dev/null type",
            image ->
                image.changing(
                    "dev/null",
                    member ->
                        member(
                            TarEntry.of("dev/null", EntryType.BLOCK_DEVICE, member.entry().mode())
                                .withDevice(1, 3)))),
        new Planted(
            "FILE /bin/busybox links",
            image ->
                image.changing(
                    "bin/ls", _ -> file("bin/ls", "busybox").with(e -> e.withMode(04755)))),
        entry(
            "FILE /app/server xattr.security.capability",
            "app/server",
            e -> e.withXattrs(Map.of("security.capability", new byte[] {1, 0, 0, 2, -127, 4}))),
        entry(
            "FILE /app/server xattr.security.capability",
            "app/server",
            e -> e.withXattrs(Map.of())),
        entry(
            "FILE /app xattr.user.note",
            "app/",
            e -> e.withXattrs(Map.of("user.note", new byte[] {1}))),
        new Planted("FILE /cache/one presence", image -> image.without("cache/.wh.one")),
        new Planted(
            "FILE /cache/two presence",
            image -> image.adding(member(TarEntry.file("cache/.wh.two", 0)))));
  }

  static Stream<Planted> configs() {
    return Stream.of(
        config("CONFIG author value", config -> config.withAuthor("another")),
        config("CONFIG author presence", config -> config.withAuthor("")),
        config("CONFIG created value", config -> config.withCreated(Instant.EPOCH)),
        config(
            "CONFIG architecture value",
            config -> config.withPlatform(Platform.of("linux", "arm64"))),
        run("CONFIG config.Env.LANG value", run -> run.withEnv("LANG", "de")),
        run("CONFIG config.Env.NEW presence", run -> run.withEnv("NEW", "1")),
        run("CONFIG config.Env value", run -> run.withEnv(List.of("LANG=C", "PATH=/bin"))),
        run("CONFIG config.Cmd value", run -> run.withCmd(List.of("bash"))),
        run("CONFIG config.Entrypoint presence", run -> run.withEntrypoint(List.of())),
        run("CONFIG config.User value", run -> run.withUser("0")),
        run("CONFIG config.WorkingDir value", run -> run.withWorkingDir("/")),
        run(
            "CONFIG config.ExposedPorts.81/tcp presence",
            run -> run.withExposedPorts(List.of("80/tcp", "81/tcp"))),
        run("CONFIG config.Volumes./data presence", run -> run.withVolumes(List.of())),
        run("CONFIG config.Labels.version value", run -> run.withLabels(Map.of("version", "2"))),
        run("CONFIG config.StopSignal value", run -> run.withStopSignal("SIGKILL")),
        run("CONFIG config.Shell value", run -> run.withShell(List.of("/bin/bash", "-c"))),
        run("CONFIG config.OnBuild presence", run -> run.withOnBuild(List.of("RUN x"))));
  }

  static Stream<Planted> histories() {
    return Stream.of(
        history(
            "HISTORY 3 created_by",
            all ->
                replacingLast(
                    all,
                    HistoryEntry.buildkit("CMD [\"bash\"]", true)
                        .withCreated(all.getLast().created().orElseThrow()))),
        history(
            "HISTORY 3 created",
            all -> replacingLast(all, all.getLast().withCreated(Instant.EPOCH))),
        history("HISTORY 3 presence", all -> all.subList(0, 2)),
        history(
            "HISTORY 3 comment",
            all -> {
              HistoryEntry last = all.getLast();
              return replacingLast(
                  all,
                  new HistoryEntry(last.created(), last.createdBy(), "", "another builder", true));
            }),
        new Planted(
            "LAYER all count",
            image -> {
              List<Layer> layers = new ArrayList<>(image.layers());
              layers.add(new Layer("RUN true", List.of()));
              return image.withLayers(layers);
            }),
        new Planted("LAYER 1 changes", ImageComparisonTest::withServerInTheFirstLayer));
  }

  private static TestImage withServerInTheFirstLayer(TestImage image) {
    List<Member> first = new ArrayList<>(image.layers().getFirst().members());
    first.add(image.layers().getLast().members().getFirst());
    return image.withLayers(
        List.of(
            new Layer(image.layers().getFirst().instruction(), first), image.layers().getLast()));
  }

  static Stream<Planted> all() {
    return Stream.of(files(), configs(), histories()).flatMap(one -> one);
  }

  @Test
  void moreThanThirtyKindsArePlanted() {
    assertThat(all().map(Planted::told).distinct().count()).isGreaterThanOrEqualTo(40);
  }

  @ParameterizedTest
  @MethodSource("all")
  void plantedDifferenceIsFound(Planted planted) throws IOException {
    TestImage image = TestImage.rich();
    TestImage changed = planted.change().apply(image);
    assertThat(differences(image, changed))
        .extracting(ImageComparisonTest::told)
        .contains(planted.told());
    assertThat(differences(changed, image))
        .extracting(ImageComparisonTest::told)
        .contains(planted.told());
  }

  @ParameterizedTest
  @MethodSource({"configs"})
  void nothingButTheFieldIsToldOfAConfig(Planted planted) throws IOException {
    TestImage image = TestImage.rich();
    assertThat(differences(image, planted.change().apply(image)))
        .extracting(ImageComparisonTest::told)
        .allMatch(told -> told.startsWith("CONFIG "));
  }

  @Test
  void imageIsEqualToItself() throws IOException {
    assertThat(differences(TestImage.rich(), TestImage.rich())).isEmpty();
  }

  @Test
  void packingIsOfNoAccountUnlessAskedFor() throws IOException {
    TestImage plain = TestImage.rich();
    assertThat(differences(plain, plain.compressed())).isEmpty();
    assertThat(
            ImageComparison.of(IgnoreRules.none())
                .withBytes()
                .compare(plain.index(), plain.compressed().index())
                .found())
        .extracting(ImageComparisonTest::told)
        .contains("LAYER 1 digest", "LAYER 2 media-type")
        .doesNotContain("LAYER 1 diff-id");
  }

  /** The same files in another order of the archive, with names written otherwise. */
  @Test
  void orderAndSpellingOfEntriesAreOfNoAccount() throws IOException {
    for (long seed = 1; seed <= 20; seed++) {
      Random random = new Random(seed);
      List<Layer> layers = new ArrayList<>();
      for (Layer layer : TestImage.rich().layers()) {
        List<Member> files = new ArrayList<>();
        List<Member> links = new ArrayList<>();
        for (Member member : layer.members()) {
          Member spelled = spelled(member, random);
          (member.entry().type() == EntryType.HARD_LINK ? links : files).add(spelled);
        }
        Collections.shuffle(files, random);
        Collections.shuffle(links, random);
        files.addAll(links);
        layers.add(new Layer(layer.instruction(), files));
      }
      TestImage shuffled = TestImage.rich().withLayers(layers);
      assertThat(differences(TestImage.rich(), shuffled)).as("seed " + seed).isEmpty();
    }
  }

  private static Member spelled(Member member, Random random) {
    TarEntry e = member.entry();
    String prefix = random.nextBoolean() ? "./" : random.nextBoolean() ? "/" : "";
    String link = e.type() == EntryType.HARD_LINK ? prefix + e.linkName() : e.linkName();
    return new Member(
        new TarEntry(
            prefix + e.name(),
            e.type(),
            e.mode(),
            e.uid(),
            e.gid(),
            e.size(),
            e.mtime(),
            link,
            e.devMajor(),
            e.devMinor(),
            e.xattrs()),
        member.content());
  }

  @Test
  void repeatedDirectoriesAndOtherWaysToDeleteAreOfNoAccount() throws IOException {
    TestImage image = TestImage.rich();
    Layer made = image.layers().getLast();
    List<Member> members = new ArrayList<>(made.members());
    members.removeIf(member -> member.entry().name().equals("cache/.wh.one"));
    members.add(member(TarEntry.file("cache/.wh..wh..opq", 0)));
    members.add(file("cache/two", "22"));
    members.add(member(TarEntry.directory("etc/")));
    TestImage other =
        image.withLayers(
            List.of(image.layers().getFirst(), new Layer(made.instruction(), members)));
    assertThat(differences(image, other)).isEmpty();
  }

  @Test
  void originNamesTheLayerAndItsInstruction() throws IOException {
    TestImage image = TestImage.rich();
    Difference found =
        differences(image, image.changing("app/server", m -> m.with(e -> e.withMode(0700))))
            .getFirst();
    assertThat(found.leftOrigin()).contains(new Difference.Origin(2, "RUN make"));
    assertThat(found.left()).contains("0644");
    assertThat(found.right()).contains("0700");
  }

  @Test
  void rulesSayWhatDoesNotCount() throws IOException {
    TestImage image = TestImage.rich();
    TestImage other =
        image
            .changing("etc/passwd", m -> m.with(e -> e.withModified(Timestamp.EPOCH)))
            .changing("cache/two", m -> m.with(e -> e.withMode(0600)))
            .withConfig(config -> config.withCreated(Instant.EPOCH).withAuthor("x"));
    assertThat(ignoring(image, other, "times"))
        .containsExactly("FILE /cache/two mode", "CONFIG author value");
    assertThat(ignoring(image, other, "times", "file=cache", "config=auth*")).isEmpty();
    assertThat(ignoring(image, other, "file.mtime=etc/**", "file.mode=**/two", "config")).isEmpty();
    assertThat(ignoring(image, other, "times", "file.mode=etc", "config=created")).hasSize(2);
  }

  private static List<String> ignoring(TestImage left, TestImage right, String... rules)
      throws IOException {
    return ImageComparison.of(IgnoreRules.of(List.of(rules)))
        .compare(left.index(), right.index())
        .found()
        .stream()
        .map(ImageComparisonTest::told)
        .toList();
  }

  @Test
  void whatIsNoRuleIsRefused() {
    for (String wrong : List.of("time", "file=", "config.", "files.mode", "file=[")) {
      assertThatThrownBy(() -> IgnoreRules.of(List.of(wrong)))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("--ignore " + wrong);
    }
  }
}
