package dev.janiko.builder.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.plan.ImageChoice;
import dev.janiko.builder.store.LayerStore;
import dev.janiko.builder.support.MemoryRegistry;
import dev.janiko.builder.support.TestImage;
import dev.janiko.builder.tar.EntryType;
import dev.janiko.builder.tar.TarEntry;
import dev.janiko.registry.Digest;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class BaseImagesTest {
  @TempDir Path temp;
  private MemoryRegistry registry;
  private RegistryClient client;
  private LayerStore store;
  private ExecutorService executor;

  @BeforeEach
  void open() throws Exception {
    registry = MemoryRegistry.open();
    client = registry.client();
    store = LayerStore.open(temp.resolve("store"));
    executor = Executors.newCachedThreadPool();
  }

  @AfterEach
  void close() throws Exception {
    registry.close();
    executor.shutdownNow();
    client.close();
    store.close();
  }

  private BaseImages images(boolean blobsNeeded) {
    return new BaseImages(
        new BaseImages.Pulling(client, image -> blobsNeeded, Optional.empty()), store, executor);
  }

  private static ImageChoice choice(ImageReference reference) {
    return ImageChoice.of(reference, Platform.host());
  }

  private static Digest digest(Image image, int layer) {
    return image.layers().get(layer).descriptor().digest();
  }

  private List<Path> inStore() throws IOException {
    try (Stream<Path> entries = Files.list(temp.resolve("store/layers"))) {
      return entries.toList();
    }
  }

  private long filesInWork(String prefix) throws IOException {
    try (Stream<Path> entries = Files.list(store.work())) {
      return entries.filter(path -> path.getFileName().toString().startsWith(prefix)).count();
    }
  }

  @Test
  void layersLieInTheStoreLowestFirst() throws Exception {
    Image image = new TestImage().layer("a", "1").layer("b", "2").layer("c", "3").image();
    ImageChoice name = choice(registry.put("image", image));
    List<Path> folders = BaseImages.await(images(false).unpack(name));
    assertThat(folders).hasSize(3).allMatch(path -> path.startsWith(temp.resolve("store/layers")));
    assertThat(folders.get(0).resolve("a")).hasContent("1");
    assertThat(folders.get(1).resolve("b")).hasContent("2");
    assertThat(folders.get(2).resolve("c")).hasContent("3");
    assertThat(folders.get(2).resolve("a")).doesNotExist();
    assertThat(filesInWork("blob-")).isZero();
  }

  @Test
  void removalsBecomeWhiteoutsOverTheLayersBelow() throws Exception {
    Image image =
        new TestImage()
            .layer(tar -> {
              tar.put(TarEntry.directory("etc"));
              TestImage.add(tar, "etc/gone", "x");
              TestImage.add(tar, "etc/stays", "y");
            })
            .layer(tar -> tar.put(TarEntry.of("etc/.wh.gone", EntryType.REGULAR, 0)))
            .image();
    List<Path> folders =
        BaseImages.await(images(false).unpack(choice(registry.put("image", image))));
    try (Dir etc = Dir.open(folders.get(1).resolve("etc"))) {
      assertThat(etc.stat("gone").isOverlayWhiteout()).isTrue();
    }
    assertThat(folders.get(0).resolve("etc/gone")).exists();
  }

  @Test
  void twoStagesShareOneDownload() throws Exception {
    Image image = new TestImage().layer("a", "1").layer("b", "2").image();
    ImageChoice name = choice(registry.put("image", image));
    BaseImages images = images(false);
    CompletableFuture<List<Path>> one = images.unpack(name);
    CompletableFuture<List<Path>> two = images.unpack(name);
    assertThat(BaseImages.await(one)).isEqualTo(BaseImages.await(two));
    assertThat(registry.downloads(digest(image, 0))).isEqualTo(1);
    assertThat(registry.downloads(digest(image, 1))).isEqualTo(1);
  }

  @Test
  void whatTheStoreHasIsNotDownloadedAgain() throws Exception {
    Image lower = new TestImage().layer("a", "1").layer("b", "2").image();
    Image upper = new TestImage().layer("a", "1").layer("b", "2").layer("c", "3").image();
    BaseImages.await(images(false).unpack(choice(registry.put("lower", lower))));
    List<Path> folders =
        BaseImages.await(images(false).unpack(choice(registry.put("upper", upper))));
    assertThat(folders).hasSize(3);
    assertThat(registry.downloads(digest(upper, 0))).isEqualTo(1);
    assertThat(registry.downloads(digest(upper, 2))).isEqualTo(1);
  }

  @Test
  void theConfigOfAnImageAloneCostsNoLayers() throws Exception {
    Image image = new TestImage().layer("a", "1").image();
    BaseImages images = images(false);
    BaseImage resolved = BaseImages.await(images.resolve(choice(registry.put("image", image))));
    assertThat(resolved.config().diffIds()).hasSize(1);
    assertThat(images.layers(resolved)).hasSize(1);
    assertThat(registry.downloads(digest(image, 0))).isZero();
  }

  @Test
  void aWrongDiffIdIsRefusedAndNothingIsKept() throws Exception {
    byte[] tar = TestImage.tar(out -> TestImage.add(out, "a", "1"));
    Image image = new TestImage().layer(tar, Digest.sha256Of(new byte[1])).image();
    ImageChoice name = choice(registry.put("image", image));
    assertThatThrownBy(() -> BaseImages.await(images(false).unpack(name)))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining(digest(image, 0).toString())
        .hasMessageContaining("but its config says " + Digest.sha256Of(new byte[1]));
    assertThat(inStore()).isEmpty();
  }

  @Test
  void aWrongDiffIdOfAnUpperLayerKeepsOnlyTheLowerOnes() throws Exception {
    byte[] tar = TestImage.tar(out -> TestImage.add(out, "b", "2"));
    Image image =
        new TestImage()
            .layer("a", "1")
            .layer(tar, Digest.sha256Of(new byte[1]))
            .layer("c", "3")
            .image();
    ImageChoice name = choice(registry.put("image", image));
    assertThatThrownBy(() -> BaseImages.await(images(true).unpack(name)))
        .isInstanceOf(BuildException.class)
        .hasMessageContaining(digest(image, 1).toString());
    assertThat(inStore()).hasSize(1);
  }

  @Test
  void aBlobThatIsNotWhatItsDigestSaysIsRefused() throws Exception {
    Image image = new TestImage().layer("a", "1").layer("b", "2").layer("c", "3").image();
    for (int spoilt = 0; spoilt < 3; spoilt++) {
      ImageChoice name = choice(registry.put("image" + spoilt, image));
      BlobSource blob = image.layers().get(spoilt);
      byte[] bytes;
      try (InputStream in = blob.open()) {
        bytes = in.readAllBytes();
      }
      byte[] wrong = bytes.clone();
      wrong[wrong.length - 9] ^= 1;
      registry.spoil(blob.descriptor().digest(), wrong);
      assertThatThrownBy(() -> BaseImages.await(images(false).unpack(name)))
          .isInstanceOf(BuildException.class)
          .hasMessageContaining("127.0.0.1");
      assertThat(inStore()).hasSize(spoilt);
      registry.spoil(blob.descriptor().digest(), bytes);
      if (spoilt < 2) {
        BaseImages.await(images(false).unpack(choice(registry.put("part" + spoilt, part(spoilt)))));
      }
    }
  }

  private static Image part(int last) throws IOException {
    TestImage image = new TestImage().layer("a", "1");
    return (last == 0 ? image : image.layer("b", "2")).image();
  }

  @Test
  void aFailedDownloadLeavesNothingThatLooksWhole() throws Exception {
    Image image = new TestImage().layer("a", "1").layer("b", "2").image();
    ImageChoice name = choice(registry.put("image", image));
    registry.hold(digest(image, 0));
    registry.hold(digest(image, 1));
    CompletableFuture<List<Path>> unpacked = images(true).unpack(name);
    assertThat(registry.awaitAsked(digest(image, 0))).isTrue();
    registry.close();
    assertThatThrownBy(() -> BaseImages.await(unpacked)).isInstanceOf(BuildException.class);
    assertThat(inStore()).isEmpty();
    assertThat(filesInWork("blob-")).isZero();
  }

  @Test
  void anImageThatIsNotThereIsNamedAsItWasWritten() {
    ImageChoice name = choice(registry.name("nothing:v1"));
    assertThatThrownBy(() -> BaseImages.await(images(false).resolve(name)))
        .isInstanceOfSatisfying(
            BuildException.class,
            e -> assertThat(e.kind()).isEqualTo(BuildException.Kind.BASE_IMAGE))
        .hasMessageContaining("nothing:v1");
  }

  @Test
  void theNextTwoLayersAreDownloadedWhileOneIsUnpacked() throws Exception {
    Image image =
        new TestImage()
            .layer("a", "1")
            .layer("b", "2")
            .layer("c", "3")
            .layer("d", "4")
            .layer("e", "5")
            .image();
    ImageChoice name = choice(registry.put("image", image));
    registry.hold(digest(image, 0));
    CompletableFuture<List<Path>> unpacked = images(false).unpack(name);
    assertThat(registry.awaitAsked(digest(image, 1))).isTrue();
    assertThat(registry.awaitAsked(digest(image, 2))).isTrue();
    assertThat(unpacked).isNotDone();
    assertThat(registry.downloads(digest(image, 3))).as("three at a time at most").isZero();
    assertThat(filesInWork("blob-")).isEqualTo(2);
    registry.release(digest(image, 0));
    assertThat(BaseImages.await(unpacked)).hasSize(5);
    assertThat(filesInWork("blob-")).isZero();
  }

  @Test
  void aLayerIsUnpackedWhileItsDownloadAheadStillComesIn() throws Exception {
    Random random = new Random(7);
    byte[] content = new byte[300_000];
    random.nextBytes(content);
    Image image =
        new TestImage()
            .layer("a", "1")
            .layer(tar -> {
              tar.put(TarEntry.file("big", content.length));
              tar.write(content, 0, content.length);
              TestImage.add(tar, "last", "z");
            })
            .image();
    ImageChoice name = choice(registry.put("image", image));
    registry.hold(digest(image, 1));
    CompletableFuture<List<Path>> unpacked = images(false).unpack(name);
    assertThat(registry.awaitAsked(digest(image, 1))).isTrue();
    for (int i = 0; i < 1000 && filesInWork("layer-") == 0; i++) {
      Thread.sleep(10);
    }
    assertThat(unpacked).isNotDone();
    registry.release(digest(image, 1));
    List<Path> folders = BaseImages.await(unpacked);
    assertThat(folders.get(1).resolve("big")).hasBinaryContent(content);
  }

  @Test
  void blobsThatAreNeededAgainAreDownloadedOnce() throws Exception {
    Image image = new TestImage().layer("a", "1").layer("b", "2").layer("c", "3").image();
    ImageChoice name = choice(registry.put("image", image));
    BaseImages images = images(true);
    List<BlobSource> before = images.layers(BaseImages.await(images.resolve(name)));
    BaseImages.await(images.unpack(name));
    for (int i = 0; i < 3; i++) {
      assertThat(before.get(i).origin()).contains(name.reference());
      try (InputStream in = before.get(i).open();
          InputStream expected = image.layers().get(i).open()) {
        assertThat(in.readAllBytes()).isEqualTo(expected.readAllBytes());
      }
      assertThat(registry.downloads(digest(image, i))).isEqualTo(1);
    }
  }

  @Test
  void blobsAreKeptAlsoByWhoeverReadsThemWithoutTheStore() throws Exception {
    Image image = new TestImage().layer("a", "1").image();
    BaseImages images = images(true);
    BaseImage resolved = BaseImages.await(images.resolve(choice(registry.put("image", image))));
    BlobSource layer = images.layers(resolved).getFirst();
    for (int i = 0; i < 3; i++) {
      try (InputStream in = layer.open()) {
        assertThat(in.readAllBytes()).hasSize((int) layer.descriptor().size());
      }
    }
    assertThat(registry.downloads(digest(image, 0))).isEqualTo(1);
    assertThat(filesInWork("blob-")).isEqualTo(1);
  }

  @Test
  void aBlobThatWasReadInPartIsNotKept() throws Exception {
    Image image = new TestImage().layer("a", "1").image();
    BaseImages images = images(true);
    BaseImage resolved = BaseImages.await(images.resolve(choice(registry.put("image", image))));
    BlobSource layer = images.layers(resolved).getFirst();
    try (InputStream in = layer.open()) {
      assertThat(in.read()).isEqualTo(0x1f);
      assertThat(in.skip(3)).isEqualTo(3);
    }
    assertThat(filesInWork("blob-")).isZero();
    try (InputStream in = layer.open()) {
      assertThat(in.readAllBytes()).hasSize((int) layer.descriptor().size());
    }
    assertThat(registry.downloads(digest(image, 0))).isEqualTo(2);
  }

  @Test
  void blobsThatAreNotNeededAgainLeaveNoFiles() throws Exception {
    Image image = new TestImage().layer("a", "1").image();
    BaseImages images = images(false);
    BaseImage resolved = BaseImages.await(images.resolve(choice(registry.put("image", image))));
    BaseImages.await(images.unpack(resolved.choice()));
    try (InputStream in = images.layers(resolved).getFirst().open()) {
      assertThat(in.readAllBytes()).isNotEmpty();
    }
    assertThat(filesInWork("blob-")).isZero();
  }
}
