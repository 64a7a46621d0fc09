package dev.janiko.builder.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileTreeTest {
  @TempDir Path root;

  private interface Step {
    void run() throws IOException;
  }

  /** The changes of a step as short words. */
  private List<String> changes(Step step) throws IOException {
    FileTree before = FileTree.walk(root);
    step.run();
    return before.changesTo(FileTree.walk(root)).all().stream().map(FileTreeTest::word).toList();
  }

  private static String word(Change change) {
    return switch (change) {
      case Change.Entry entry -> "+" + entry.path();
      case Change.Whiteout whiteout -> "-" + whiteout.path();
      case Change.OpaqueDirectory opaque -> "!" + opaque.path();
    };
  }

  private void write(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  @Test
  void nothingChangedIsNothing() throws Exception {
    write("a/b/c", "x");
    assertThat(changes(() -> Files.readString(root.resolve("a/b/c")))).isEmpty();
  }

  @Test
  void contentIsSeenEvenWithSizeAndTimePutBack() throws Exception {
    write("a/b/c", "x");
    write("a/d", "y");
    FileTime time = Files.getLastModifiedTime(root.resolve("a/b/c"));
    assertThat(
            changes(() -> {
              write("a/b/c", "z");
              Files.setLastModifiedTime(root.resolve("a/b/c"), time);
            }))
        .containsExactly("+a", "+a/b", "+a/b/c");
  }

  @Test
  void aChangeRightAfterTheWalkIsNeverMissed() throws Exception {
    for (int i = 0; i < 100; i++) {
      write("f", "a");
      FileTime time = Files.getLastModifiedTime(root.resolve("f"));
      assertThat(
              changes(() -> {
                write("f", "b");
                Files.setLastModifiedTime(root.resolve("f"), time);
              }))
          .as("round %d", i)
          .containsExactly("+f");
    }
  }

  @Test
  void removalsHaveTheirParentsAndOneWhiteoutForAWholeTree() throws Exception {
    write("a/b/c", "x");
    write("a/e", "y");
    assertThat(
            changes(() -> {
              Files.delete(root.resolve("a/b/c"));
              Files.delete(root.resolve("a/b"));
            }))
        .containsExactly("+a", "-a/b");
  }

  @Test
  void thereIsNoWhiteoutBelowAReplacedDirectory() throws Exception {
    write("a/b", "x");
    assertThat(
            changes(() -> {
              Files.delete(root.resolve("a/b"));
              Files.delete(root.resolve("a"));
              Files.createSymbolicLink(root.resolve("a"), Path.of("elsewhere"));
            }))
        .containsExactly("+a");
  }

  @Test
  void aDirectoryMadeAnewSaysWhatVanished() throws Exception {
    write("a/old", "x");
    assertThat(
            changes(() -> {
              Files.delete(root.resolve("a/old"));
              Files.delete(root.resolve("a"));
              write("a/new", "y");
            }))
        .containsExactly("+a", "+a/new", "-a/old");
  }

  @Test
  void theRootIsNotDescribed() throws Exception {
    assertThat(changes(() -> write("f", "x"))).containsExactly("+f");
  }

  @Test
  void contentComesRightAfterItsDirectory() throws Exception {
    assertThat(
            changes(() -> {
              write("a/x", "1");
              write("a-b", "2");
              write("a.c/y", "3");
            }))
        .containsExactly("+a", "+a/x", "+a-b", "+a.c", "+a.c/y");
  }

  @Test
  void socketsAndExcludedPathsAreLeftOut() throws Exception {
    write("kept/f", "x");
    FileTree before = FileTree.walk(root, FileTreeTest::isKept);
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(root.resolve("socket")));
      write("kept/f", "y");
      write("kept/g", "z");
      assertThat(before.changesTo(FileTree.walk(root, FileTreeTest::isKept)).all()).isEmpty();
    }
  }

  private static boolean isKept(UnixPath path) {
    return path.raw().equals("kept");
  }

  @Test
  void pathsAreFoundAndCounted() throws Exception {
    write("a/b/c", "x");
    write("a/d", "xy");
    FileTree tree = FileTree.walk(root);
    assertThat(tree.size()).isEqualTo(4);
    assertThat(tree.find(UnixPath.of("/a/d")).orElseThrow().size()).isEqualTo(2);
    assertThat(tree.find(UnixPath.of("/a/x"))).isEmpty();
  }
}
