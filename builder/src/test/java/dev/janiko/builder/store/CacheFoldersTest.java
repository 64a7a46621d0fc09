package dev.janiko.builder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.store.CacheFolders.Filler;
import dev.janiko.builder.store.CacheFolders.Sharing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CacheFoldersTest {
  private static final Filler EMPTY = _ -> {};

  @TempDir Path temp;
  private CacheFolders folders = new CacheFolders(Path.of(""));

  @BeforeEach
  void open() {
    folders = new CacheFolders(temp.resolve("caches"));
  }

  private CacheFolder take(Sharing sharing) throws IOException, InterruptedException {
    return folders.take("c", sharing, EMPTY);
  }

  @Test
  void whatIsPutInStaysAndIsFilledOnce() throws Exception {
    Filler filler = folder -> Files.writeString(folder.resolve("seed"), "seed");
    try (CacheFolder cache = folders.take("c", Sharing.SHARED, filler)) {
      assertThat(cache.path().resolve("seed")).hasContent("seed");
      Files.writeString(cache.path().resolve("more"), "more");
      Files.delete(cache.path().resolve("seed"));
    }
    try (CacheFolder cache = folders.take("c", Sharing.LOCKED, filler)) {
      assertThat(cache.path()).isDirectoryContaining("glob:**/more");
      assertThat(cache.path().resolve("seed")).doesNotExist();
    }
    try (CacheFolder other = folders.take("d", Sharing.SHARED, EMPTY)) {
      assertThat(other.path()).isEmptyDirectory();
    }
  }

  @Test
  void aCacheThatCouldNotBeFilledIsNotThere() throws Exception {
    Filler failing =
        folder -> {
          Files.writeString(folder.resolve("half"), "half");
          throw new IOException("no space");
        };
    assertThatThrownBy(() -> folders.take("c", Sharing.SHARED, failing)).hasMessage("no space");
    try (CacheFolder cache = take(Sharing.SHARED)) {
      assertThat(cache.path()).isEmptyDirectory();
      assertThat(cache.path().getParent()).isDirectoryNotContaining("glob:**/new-*");
    }
  }

  @Test
  void sharersUseOneAtTheSameTime() throws Exception {
    try (CacheFolder one = take(Sharing.SHARED);
        CacheFolder other = take(Sharing.SHARED)) {
      assertThat(other.path()).isEqualTo(one.path());
    }
  }

  @Test
  void whoWantsItPrivateGetsAnotherWhileItIsUsed() throws Exception {
    Path first;
    try (CacheFolder one = take(Sharing.PRIVATE);
        CacheFolder other = take(Sharing.PRIVATE)) {
      first = one.path();
      assertThat(other.path()).isNotEqualTo(one.path());
    }
    try (CacheFolder again = take(Sharing.PRIVATE)) {
      assertThat(again.path()).isEqualTo(first);
    }
  }

  @Test
  void whoWantsItLockedWaits() throws Exception {
    CacheFolder held = take(Sharing.SHARED);
    CompletableFuture<Path> waiting =
        CompletableFuture.supplyAsync(() -> {
          try (CacheFolder cache = take(Sharing.LOCKED)) {
            return cache.path();
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(waiting.completeOnTimeout(temp, 200, TimeUnit.MILLISECONDS).get()).isEqualTo(temp);
    held.close();
    try (CacheFolder cache = take(Sharing.LOCKED)) {
      assertThat(cache.path()).isEqualTo(held.path());
    }
  }

  @Test
  void oneStepTakesACacheOnce() throws Exception {
    try (CacheFolders.Taken taken = new CacheFolders.Taken(folders)) {
      CacheFolder cache = taken.take("c", Sharing.LOCKED, EMPTY);
      assertThat(taken.has("c")).isTrue();
      assertThat(taken.take("c", Sharing.LOCKED, EMPTY)).isSameAs(cache);
    }
    take(Sharing.LOCKED).close();
  }

  @Test
  void aSuccessorTakesItsPlace() throws Exception {
    try (CacheFolder cache = take(Sharing.LOCKED)) {
      Files.writeString(cache.path().resolve("old"), "old");
      Path successor = cache.successor();
      Files.writeString(successor.resolve("fresh"), "fresh");
      cache.replace(successor);
      assertThat(cache.path().resolve("old")).doesNotExist();
      assertThat(cache.path().resolve("fresh")).hasContent("fresh");
    }
  }

  @Test
  void namesAreNoPaths() {
    assertThatThrownBy(() -> folders.take("../c", Sharing.SHARED, EMPTY))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
