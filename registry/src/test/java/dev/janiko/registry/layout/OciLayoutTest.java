package dev.janiko.registry.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.archive.DockerArchive;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.support.TestImages;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OciLayoutTest {
  private static final Platform AMD64 = Platform.parse("linux/amd64");

  @TempDir Path temp;

  /** The image, but its layer's bytes are others than it says. */
  private static Image broken(Image image, int size) {
    Descriptor layer = image.layers().getFirst().descriptor();
    BlobSource wrong = BlobSource.of(layer, () -> new ByteArrayInputStream(new byte[size]));
    return new Image(image.manifest(), image.config(), List.of(wrong));
  }

  @Test
  void imagesWithoutANameAreReadAsTheOnlyOne() throws Exception {
    Image image = TestImages.random(1, 2, 100);
    OciLayout layout = OciLayout.at(temp.resolve("a/b"));
    layout.write(image, "");
    layout.write(image, "");
    assertThat(layout.index().manifests()).hasSize(1);
    Image read = layout.read("", AMD64);
    assertThat(read.manifest()).isEqualTo(image.manifest());
    assertThat(read.layers().getLast().open().readAllBytes())
        .isEqualTo(image.layers().getLast().open().readAllBytes());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5000})
  void wrongBlobsLeaveEverythingAsItWas(int size) throws Exception {
    Image image = TestImages.random(2, 1, 100);
    OciLayout layout = OciLayout.at(temp.resolve("layout"));
    layout.write(TestImages.random(3, 1, 100), "x");
    byte[] index = Files.readAllBytes(temp.resolve("layout/index.json"));
    assertThatThrownBy(() -> layout.write(broken(image, size), "x"))
        .isInstanceOf(RegistryException.class);
    assertThat(temp.resolve("layout/index.json")).hasBinaryContent(index);
    assertThatThrownBy(
            () -> DockerArchive.write(temp.resolve("a.tar"), broken(image, size), List.of()))
        .isInstanceOf(RegistryException.class);
    try (var files = Files.walk(temp)) {
      assertThat(files.filter(file -> file.toString().contains(".tar") || isHidden(file)))
          .isEmpty();
    }
  }

  private static boolean isHidden(Path file) {
    return file.toString().contains("/.");
  }

  @Test
  void foldersThatAreNoLayoutsAreNamed() {
    assertThatThrownBy(() -> OciLayout.at(temp).read("x", AMD64))
        .hasMessageContaining(temp + " is not a whole OCI layout")
        .hasMessageContaining("index.json");
  }

  @Test
  void changedBlobsAreNoticed() throws Exception {
    Image image = TestImages.random(4, 1, 100);
    OciLayout layout = OciLayout.at(temp);
    layout.write(image, "x");
    Files.write(temp.resolve("blobs/sha256/" + image.id().hex()), new byte[] {'{', '}'});
    assertThatThrownBy(() -> layout.read("x", AMD64)).hasMessageContaining("another digest");
    assertThatThrownBy(() -> layout.read("y", AMD64)).hasMessageContaining("no such image");
  }
}
