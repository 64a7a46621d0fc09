package dev.janiko.builder.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class PruningTest {
  private static final long SEED = 20261121;
  private static final Pruning ALL = new Pruning(Optional.empty(), OptionalLong.empty(), false);

  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void name() {
    folder = temp.resolve("store");
  }

  /** Keeps layers of a megabyte, each used an hour after the one before it, the last one now. */
  private void fill(int count) throws IOException {
    try (LayerStore store = LayerStore.open(folder)) {
      for (int i = 0; i < count; i++) {
        Path unpacked = Files.createDirectory(store.work().resolve("layer" + i));
        Files.writeString(unpacked.resolve("file"), "text");
        assertThat(store.keep(StoreHammer.chain(i), unpacked, 0, 1 << 20)).isDirectory();
        Instant used = Instant.now().minus(Duration.ofHours(count - 1L - i));
        Files.setLastModifiedTime(folder.resolve("notes").resolve(name(i)), FileTime.from(used));
      }
    }
  }

  private static String name(int layer) {
    return StoreHammer.chain(layer).digest().hex();
  }

  private List<String> kept() throws IOException {
    try (Stream<Path> layers = Files.list(folder.resolve("layers"))) {
      return layers.map(layer -> String.valueOf(layer.getFileName())).toList();
    }
  }

  private Pruning.Report prune(Pruning pruning) throws IOException {
    try (LayerStore store = LayerStore.open(folder)) {
      return pruning.run(store);
    }
  }

  @Test
  void theLayersUsedLongestAgoGoUntilTheRestIsSmallEnough() throws Exception {
    fill(5);
    Pruning.Report report = prune(Pruning.downTo((2 << 20) + 5));
    assertThat(report.removed())
        .extracting(StoredLayer::chain)
        .containsExactly(StoreHammer.chain(0), StoreHammer.chain(1), StoreHammer.chain(2));
    assertThat(report.leftBytes()).isEqualTo(2 << 20);
    assertThat(report.left()).isEqualTo(2);
    assertThat(kept()).containsExactlyInAnyOrder(name(3), name(4));
    assertThat(folder.resolve("builds")).isEmptyDirectory();
    assertThat(prune(Pruning.downTo((2 << 20) + 5)).removed()).isEmpty();
  }

  @Test
  void beingFoundCountsAsUse() throws Exception {
    fill(3);
    try (LayerStore store = LayerStore.open(folder)) {
      assertThat(store.find(StoreHammer.chain(0))).isPresent();
    }
    assertThat(prune(Pruning.downTo(1 << 20)).left()).isEqualTo(1);
    assertThat(kept()).containsExactly(name(0));
  }

  @Test
  void onlyLayersOfAnAgeCanBeChosen() throws Exception {
    fill(5);
    Instant limit = Instant.now().minus(Duration.ofMinutes(90));
    prune(new Pruning(Optional.of(limit), OptionalLong.empty(), false));
    assertThat(kept()).containsExactlyInAnyOrder(name(3), name(4));
  }

  @Test
  void aDryRunTellsTheSameAndDoesNothing() throws Exception {
    fill(4);
    Pruning.Report dry = prune(new Pruning(Optional.empty(), OptionalLong.of(1 << 20), true));
    assertThat(kept()).hasSize(4);
    assertThat(prune(Pruning.downTo(1 << 20))).isEqualTo(dry);
  }

  @Test
  void layersInUseStayWhateverTheSize() throws Exception {
    fill(3);
    try (LayerStore store = LayerStore.open(folder)) {
      assertThat(store.find(StoreHammer.chain(1))).isPresent();
      assertThat(prune(ALL).removed()).hasSize(2);
      assertThat(ALL.run(store).removed()).isEmpty();
      assertThat(kept()).containsExactly(name(1));
    }
    assertThat(prune(ALL).removed()).hasSize(1);
    assertThat(kept()).isEmpty();
  }

  @Test
  void whatHasNoNoteIsMeasured() throws Exception {
    fill(1);
    Files.delete(folder.resolve("notes").resolve(name(0)));
    Files.createDirectory(folder.resolve("layers/something else"));
    Pruning.Report report = prune(ALL);
    assertThat(report.removed()).singleElement().extracting(StoredLayer::size).isEqualTo(2052L);
    assertThat(folder.resolve("notes")).isEmptyDirectory();
  }

  @Test
  void buildsAndPrunersOfManyProcessesNeverTakeALayerFromEachOther() throws Exception {
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(hammer("build", SEED + i, 40));
    }
    all.add(hammer("prune", SEED, 80));
    for (Process one : all) {
      String output = output(one);
      assertThat(one.waitFor()).as("seed %d: %s", SEED, output).isZero();
      assertThat(output).contains("ends");
    }
    assertThat(prune(ALL).left()).isZero();
    assertThat(folder.resolve("builds")).isEmptyDirectory();
  }

  @Test
  void killedBuildsAndPrunersLeaveOnlyWholeLayersAndNoMarks() throws Exception {
    Random random = new Random(SEED);
    LayerStore.open(folder).close();
    for (int round = 0; round < 6; round++) {
      List<Process> all =
          List.of(
              hammer("build", random.nextLong(), 100_000),
              hammer("build", random.nextLong(), 100_000),
              hammer("prune", random.nextLong(), 100_000));
      for (Process one : all) {
        assertThat(one.inputReader().readLine()).isEqualTo("begins");
      }
      Thread.sleep(100 + random.nextInt(300));
      for (Process one : all) {
        one.destroyForcibly().onExit().orTimeout(60, TimeUnit.SECONDS).join();
      }
      for (String layer : kept()) {
        StoreHammer.requireWhole(folder.resolve("layers").resolve(layer));
      }
    }
    prune(ALL);
    assertThat(kept()).isEmpty();
    assertThat(folder.resolve("builds")).isEmptyDirectory();
  }

  private static String output(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private Process hammer(String role, long seed, int rounds) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            StoreHammer.class.getName(),
            folder.toString(),
            role,
            Long.toString(seed),
            Integer.toString(rounds))
        .redirectErrorStream(true)
        .start();
  }
}
