package dev.janiko.builder.compare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.tar.TarEntry;
import dev.janiko.builder.tar.TarWriter;
import dev.janiko.registry.archive.DockerArchive;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Image;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Docker archives as streams. */
final class ArchiveIndexingTest {
  @TempDir private Path work;

  private static IndexedImage read(byte[] archive) throws IOException {
    return new ImageIndexer().index("archive", new ByteArrayInputStream(archive));
  }

  private static void equal(IndexedImage left, IndexedImage right) throws IOException {
    assertThat(ImageComparison.of(IgnoreRules.none()).compare(left, right).found()).isEmpty();
  }

  @Test
  void ownArchivesAreRead() throws IOException {
    for (TestImage image : List.of(TestImage.rich(), TestImage.rich().compressed())) {
      Path file = work.resolve("image.tar");
      DockerArchive.write(file, image.image(), List.of());
      try (InputStream in = Files.newInputStream(file)) {
        IndexedImage read = new ImageIndexer().index("archive", in);
        equal(TestImage.rich().index(), read);
        assertThat(read.layers().getFirst().blob().digest())
            .isEqualTo(image.image().layers().getFirst().descriptor().digest());
      }
    }
  }

  /** As engines write: the manifest last, a layer that appears twice once as a link. */
  @Test
  void archivesOfEnginesAreRead() throws IOException {
    TestImage twice = TestImage.rich().withLayers(List.of(layer(), layer()));
    equal(twice.index(), read(engineArchive(twice.image(), true)));
  }

  private static TestImage.Layer layer() {
    return new TestImage.Layer("RUN same", List.of(TestImage.file("a", "1")));
  }

  private static byte[] engineArchive(Image image, boolean config) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(bytes);
    List<String> names = new ArrayList<>();
    String first = "";
    for (BlobSource layer : image.layers()) {
      String name = names.size() + "/layer.tar";
      tar.put(TarEntry.directory(names.size() + "/"));
      put(tar, names.size() + "/VERSION", "1.0".getBytes(UTF_8));
      put(tar, names.size() + "/json", "{}".getBytes(UTF_8));
      if (first.isEmpty()) {
        put(tar, name, layer.open().readAllBytes());
        first = name;
      } else {
        tar.put(TarEntry.symlink(name, "../" + first));
      }
      names.add("\"" + name + "\"");
    }
    if (config) {
      put(tar, "abc.json", image.config().bytes());
    }
    String manifest = "[{\"Config\":\"abc.json\",\"RepoTags\":null,\"Layers\":" + names + "}]\n";
    put(tar, "manifest.json", manifest.getBytes(UTF_8));
    put(tar, "repositories", "{}".getBytes(UTF_8));
    tar.finish();
    return bytes.toByteArray();
  }

  private static void put(TarWriter tar, String name, byte[] content) throws IOException {
    tar.put(TarEntry.file(name, content.length));
    tar.write(content, 0, content.length);
  }

  @Test
  void whatIsNoImageIsRefused() throws IOException {
    assertThatThrownBy(() -> read(engineArchive(TestImage.rich().image(), false)))
        .hasMessageContaining("lacks its config");
    assertThatThrownBy(() -> read(new byte[1024])).hasMessageContaining("lacks manifest.json");
    byte[] whole = engineArchive(TestImage.rich().withLayers(List.of(layer())).image(), true);
    assertThatThrownBy(() -> read(java.util.Arrays.copyOf(whole, whole.length / 2)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void layerThatTheConfigDoesNotNameIsRefused() throws IOException {
    Image one = TestImage.rich().withLayers(List.of(layer())).image();
    byte[] archive = engineArchive(one, true);
    String text = new String(archive, java.nio.charset.StandardCharsets.ISO_8859_1);
    String diffId = one.config().diffIds().getFirst().hex();
    String wrong = text.replace(diffId, "0".repeat(diffId.length()));
    assertThatThrownBy(() -> read(wrong.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)))
        .hasMessageContaining("but the config names");
  }
}
