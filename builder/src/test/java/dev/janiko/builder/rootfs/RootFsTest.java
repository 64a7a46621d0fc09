package dev.janiko.builder.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.FileType;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RootFsTest {
  @TempDir Path temp;
  private Path top;
  private RootFs root;

  @BeforeEach
  void makeTree() throws Exception {
    Files.writeString(temp.resolve("passwd"), "outside");
    top = Files.createDirectory(temp.resolve("top"));
    Files.createDirectories(top.resolve("etc"));
    Files.writeString(top.resolve("etc/passwd"), "inside");
    link("abs", "/etc");
    link("up", "../../../../etc");
    link("etc/out", "../../passwd");
    link("loop", "loop");
    link("dangling", "/nothing/there");
    root = RootFs.open(top);
  }

  private void link(String name, String target) throws IOException {
    Files.createSymbolicLink(top.resolve(name), Path.of(target));
  }

  @AfterEach
  void close() {
    root.close();
  }

  private String read(String path) throws IOException {
    return new String(root.readFile(UnixPath.of(path), 100), StandardCharsets.UTF_8);
  }

  @Test
  void linksAreFollowedInsideTheRoot() throws Exception {
    for (String path :
        new String[] {
          "etc/passwd",
          "/etc/passwd",
          "abs/passwd",
          "up/passwd",
          "/../../etc/./passwd",
          "abs/../etc//passwd",
          "up/../up/passwd"
        }) {
      assertThat(read(path)).as(path).isEqualTo("inside");
    }
    assertThatThrownBy(() -> read("etc/out")).isInstanceOf(LinuxException.class);
    assertThatThrownBy(() -> read("loop")).hasMessageContaining("Too many levels");
    assertThat(root.stat(UnixPath.of("dangling"), true)).isEmpty();
    assertThat(root.stat(UnixPath.of("dangling"), false)).get().matches(Stat::isSymlink);
    assertThat(root.stat(UnixPath.of("etc/passwd/x"), true)).isEmpty();
    assertThat(root.resolve(UnixPath.of("up/passwd"), true).path()).isEqualTo("etc/passwd");
  }

  @Test
  void onlySmallRegularFilesAreRead() throws Exception {
    try (Dir dir = Dir.open(top)) {
      dir.makeNode("zero", new Dir.Node(FileType.CHARACTER_DEVICE, 0666, 1, 5));
      dir.makeNode("fifo", new Dir.Node(FileType.FIFO, 0666, 0, 0));
    }
    assertThatThrownBy(() -> read("zero")).hasMessageContaining("not a regular file");
    assertThatThrownBy(() -> read("fifo")).hasMessageContaining("not a regular file");
    assertThatThrownBy(() -> read("etc")).isInstanceOf(LinuxException.class);
    Files.write(top.resolve("big"), new byte[101]);
    assertThatThrownBy(() -> read("big")).hasMessageContaining("allowed are 100");
  }

  @Test
  void directoriesAreMadeThroughLinksWithModeAndOwner() throws Exception {
    RootFs.Location made = root.makeDirectories(UnixPath.of("/abs/a/b"), 01777, 12, 34);
    assertThat(made.path()).isEqualTo("etc/a/b");
    Stat stat = root.stat(UnixPath.of("etc/a"), false).orElseThrow();
    assertThat(stat).matches(s -> s.mode() == 01777 && s.uid() == 12 && s.gid() == 34);
    assertThat(root.makeDirectories(UnixPath.of("dangling/x"), 0755, 0, 0).path())
        .isEqualTo("nothing/there/x");
    assertThatThrownBy(() -> root.makeDirectories(UnixPath.of("etc/passwd/x"), 0755, 0, 0))
        .hasMessageContaining("Not a directory");
  }

  @Test
  void whatIsRemovedIsNotRemembered() throws Exception {
    assertThat(read("abs/passwd")).isEqualTo("inside");
    root.remove(UnixPath.of("abs"));
    assertThat(root.stat(UnixPath.of("abs/passwd"), true)).isEmpty();
    root.remove(UnixPath.of("etc"));
    assertThat(root.list(UnixPath.of("/")).stream().map(DirEntry::name))
        .containsExactly("dangling", "loop", "up");
    assertThat(temp.resolve("passwd")).hasContent("outside");
  }
}
