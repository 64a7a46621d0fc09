package dev.janiko.builder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.linux.Mounts;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.sandbox.BuildThread;
import dev.janiko.registry.Digest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class LayerStoreTest {
  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void name() {
    folder = temp.resolve("store");
  }

  private static ChainId chain(String text) {
    return ChainId.of(Digest.sha256Of(text.getBytes(StandardCharsets.UTF_8)));
  }

  private List<Path> builds() throws IOException {
    try (Stream<Path> entries = Files.list(folder.resolve("builds"))) {
      return entries.toList();
    }
  }

  @Test
  void chainIdsAreThoseOfTheImageSpecification() {
    List<Digest> diffIds = new ArrayList<>();
    for (String text : List.of("a", "b", "c")) {
      diffIds.add(Digest.sha256Of(text.getBytes(StandardCharsets.UTF_8)));
    }
    List<ChainId> chains = ChainId.chain(diffIds);
    assertThat(chains.get(0).digest()).isEqualTo(diffIds.get(0));
    String two = diffIds.get(0) + " " + diffIds.get(1);
    assertThat(chains.get(1).digest())
        .isEqualTo(Digest.sha256Of(two.getBytes(StandardCharsets.UTF_8)));
    String three = chains.get(1).digest() + " " + diffIds.get(2);
    assertThat(chains.get(2).digest())
        .isEqualTo(Digest.sha256Of(three.getBytes(StandardCharsets.UTF_8)));
    assertThat(ChainId.chain(List.of())).isEmpty();
  }

  @Test
  void aLayerThatIsKeptIsFoundByLaterBuilds() throws Exception {
    try (LayerStore store = LayerStore.open(folder)) {
      assertThat(store.find(chain("a"))).isEmpty();
      Path unpacked = Files.createDirectory(store.work().resolve("unpacked"));
      Files.writeString(unpacked.resolve("file"), "text");
      Path kept = store.keep(chain("a"), unpacked, 1, 1);
      assertThat(store.find(chain("a"))).contains(kept);
      assertThat(unpacked).doesNotExist();
    }
    try (LayerStore store = LayerStore.open(folder)) {
      assertThat(store.find(chain("a")).orElseThrow().resolve("file")).hasContent("text");
      assertThat(store.find(chain("b"))).isEmpty();
    }
  }

  @Test
  void ofTwoBuildsThatKeepTheSameLayerTheFirstWins() throws Exception {
    try (LayerStore one = LayerStore.open(folder);
        LayerStore two = LayerStore.open(folder)) {
      Path first = Files.createDirectory(one.work().resolve("unpacked"));
      Files.writeString(first.resolve("file"), "first");
      Path second = Files.createDirectory(two.work().resolve("unpacked"));
      Files.writeString(second.resolve("file"), "second");
      Path kept = one.keep(chain("a"), first, 1, 1);
      assertThat(two.keep(chain("a"), second, 1, 1)).isEqualTo(kept);
      assertThat(kept.resolve("file")).hasContent("first");
      assertThat(second).exists();
    }
  }

  @Test
  void anEmptyLayerCanBeKeptTwiceToo() throws Exception {
    try (LayerStore store = LayerStore.open(folder)) {
      Path kept = store.keep(chain("e"), Files.createDirectory(store.work().resolve("1")), 1, 1);
      assertThat(store.keep(chain("e"), Files.createDirectory(store.work().resolve("2")), 1, 1))
          .isEqualTo(kept)
          .isDirectory();
    }
  }

  @Test
  void theWorkFolderGoesWithItsBuild() throws Exception {
    Path work;
    try (LayerStore store = LayerStore.open(folder)) {
      work = store.work();
      Files.writeString(Files.createDirectories(work.resolve("a/b")).resolve("file"), "text");
      assertThat(work).isDirectory();
    }
    assertThat(builds()).isEmpty();
  }

  @Test
  void whatIsKeptIsForItsOwnerOnly() throws Exception {
    LayerStore.open(folder).close();
    assertThat(Files.getPosixFilePermissions(folder)).hasSize(3);
  }

  @Test
  void aBuildOfThisProcessIsLeftAlone() throws Exception {
    try (LayerStore store = LayerStore.open(folder)) {
      Files.writeString(store.work().resolve("file"), "text");
      LayerStore.open(folder).close();
      assertThat(store.work().resolve("file")).exists();
      try (Holder other = new Holder(folder)) {
        assertThat(other.work()).exists();
        assertThat(store.work().resolve("file"))
            .as("the lock must hold against other processes after a second build of this one")
            .exists();
      }
    }
  }

  @Test
  void aBuildOfAnotherProcessIsLeftAloneUntilItIsKilled() throws Exception {
    try (Holder other = new Holder(folder)) {
      LayerStore.open(folder).close();
      assertThat(other.work().resolve("half")).exists();
      other.kill();
      LayerStore.open(folder).close();
      assertThat(other.work()).doesNotExist();
      assertThat(builds()).isEmpty();
    }
  }

  @Test
  void manyBuildsCanOpenAndCloseAtOnce() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(
            threads.submit(() -> {
              for (int round = 0; round < 20; round++) {
                try (LayerStore store = LayerStore.open(folder)) {
                  Files.writeString(store.work().resolve("file"), "text");
                }
              }
              return true;
            }));
      }
      for (Future<?> one : all) {
        assertThat(one.get()).isEqualTo(true);
      }
    }
    assertThat(builds()).isEmpty();
  }

  @Test
  void aLockFileWithoutAWorkFolderIsCleared() throws Exception {
    LayerStore.open(folder).close();
    Files.createFile(folder.resolve("builds/12345678-abcdef01.lock"));
    LayerStore.open(folder).close();
    assertThat(builds()).isEmpty();
  }

  @Test
  void aHeldLockOfAnUnknownBuildIsRespected() throws Exception {
    try (Holder other = new Holder(folder)) {
      assertThat(builds()).hasSize(2);
      LayerStore.open(folder).close();
      assertThat(builds()).hasSize(2);
      assertThat(other.work()).exists();
    }
  }

  @Test
  void aWorkFolderThatCannotBeRemovedIsClearedByTheNextBuild() throws Exception {
    Path work =
        BuildThread.call(() -> {
          LayerStore store = LayerStore.open(folder);
          Path busy = Files.createDirectory(store.work().resolve("mounted"));
          UnixPath mounted = UnixPath.of(busy.toString());
          Mounts.mount("tmpfs", mounted, Set.of(), "");
          try {
            assertThatThrownBy(store::close).isInstanceOf(IOException.class);
            assertThat(builds()).anyMatch(path -> path.toString().endsWith(".lock"));
            LayerStore.open(folder).close();
            assertThat(busy).as("still mounted, and no reason to fail").exists();
          } finally {
            Mounts.detach(mounted);
          }
          return store.work();
        });
    assertThat(work).exists();
    LayerStore.open(folder).close();
    assertThat(work).doesNotExist();
    assertThat(builds()).isEmpty();
  }

  /** Another process with the store open. */
  private static final class Holder implements AutoCloseable {
    private final Process process;
    private final Path work;

    private Holder(Path folder) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  StoreHolder.class.getName(),
                  folder.toString())
              .redirectErrorStream(true)
              .start();
      BufferedReader output = process.inputReader();
      work = Path.of(output.readLine());
    }

    private Path work() {
      return work;
    }

    private void kill() {
      process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
      kill();
    }
  }
}
