package dev.janiko.builder.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.linux.Mounts;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.sandbox.BuildThread;
import dev.janiko.registry.Digest;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SmallFilesTest {
  private static final Digest DIGEST = Digest.sha256Of(new byte[] {1});

  @TempDir Path temp;

  private static void write(Path file) throws IOException {
    SmallFiles.write(
        new Outputs.DigestFiles(Optional.of(file), Optional.empty(), Optional.empty()),
        List.of(),
        DIGEST);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void eachFileSaysWhatItIsFor() throws Exception {
    SmallFiles.write(
        new Outputs.DigestFiles(
            Optional.of(temp.resolve("a")),
            Optional.of(temp.resolve("b")),
            Optional.of(temp.resolve("c"))),
        List.of(ImageReference.parse("r.example/x:1"), ImageReference.parse("r.example/y")),
        DIGEST);
    assertThat(temp.resolve("a")).content().isEqualTo(DIGEST.toString());
    assertThat(temp.resolve("b"))
        .content()
        .isEqualTo("r.example/x@" + DIGEST + "\nr.example/y@" + DIGEST + "\n");
    assertThat(temp.resolve("c"))
        .content()
        .isEqualTo("r.example/x:1@" + DIGEST + "\nr.example/y:latest@" + DIGEST + "\n");
    assertThat(names()).containsExactly("a", "b", "c");
  }

  @Test
  void nothingIsWrittenUnlessAskedFor() throws Exception {
    SmallFiles.write(
        new Outputs.DigestFiles(Optional.empty(), Optional.empty(), Optional.empty()),
        List.of(),
        DIGEST);
    assertThat(names()).isEmpty();
  }

  @Test
  void foldersAboveAreMade() throws Exception {
    write(temp.resolve("p/q/digest"));
    assertThat(temp.resolve("p/q/digest")).content().isEqualTo(DIGEST.toString());
  }

  @Test
  void anOldFileIsReplacedWhole() throws Exception {
    Path file = Files.writeString(temp.resolve("digest"), "old ".repeat(100));
    Path link = Files.createLink(temp.resolve("held"), file);
    write(file);
    assertThat(file).content().isEqualTo(DIGEST.toString());
    assertThat(link).as("replaced, not overwritten").content().startsWith("old");
  }

  @Test
  void aFileThatIsMountedIsWrittenInPlace() throws Exception {
    Path outside = Files.writeString(temp.resolve("outside"), "old ".repeat(100));
    Path file = Files.createFile(temp.resolve("termination-log"));
    BuildThread.call(() -> {
      UnixPath target = UnixPath.of(file.toString());
      Mounts.bind(UnixPath.of(outside.toString()), target);
      try {
        write(file);
      } finally {
        Mounts.detach(target);
      }
      return true;
    });
    assertThat(outside).content().isEqualTo(DIGEST.toString());
    assertThat(names()).containsExactly("outside", "termination-log");
  }

  @Test
  void aDeviceIsWrittenTo() throws Exception {
    write(Path.of("/dev/null"));
    assertThat(Path.of("/dev/null.partial")).doesNotExist();
  }

  @Test
  void aFolderInTheWayIsAnError() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("digest"));
    assertThatThrownBy(() -> write(folder)).isInstanceOf(IOException.class);
    assertThat(names()).containsExactly("digest");
  }
}
