package dev.janiko.builder.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirTest {
  private static final String ODD_NAME = "caf\u00e9 \u00ff\n";

  @TempDir Path temp;

  @Test
  void keepsNamesThatAreNoUtf8ToTheByte() throws Exception {
    try (Dir dir = Dir.open(temp)) {
      dir.makeDirectory(ODD_NAME, 0755);
      assertThat(dir.names()).containsExactly(ODD_NAME);
      dir.removeTree(ODD_NAME);
      assertThat(dir.names()).isEmpty();
    }
  }

  @Test
  void writesReadsAndDescribesAFile() throws Exception {
    byte[] content = "hello".getBytes(StandardCharsets.US_ASCII);
    try (Dir dir = Dir.open(temp)) {
      try (OpenFile file = dir.createFile("f", 0600)) {
        file.write(content, 0, content.length, 3);
        file.truncate(10);
        file.chown(3_000_000_000L, 5);
        file.chmod(04751);
        file.setXattr("security.capability", capability());
        file.setModified(new Timestamp(-5, 123_456_789));
      }
      Stat stat = dir.stat("f");
      assertThat(stat.type()).isEqualTo(FileType.REGULAR);
      assertThat(stat.mode()).isEqualTo(04751);
      assertThat(stat.uid()).isEqualTo(3_000_000_000L);
      assertThat(stat.gid()).isEqualTo(5);
      assertThat(stat.size()).isEqualTo(10);
      assertThat(stat.mtime()).isEqualTo(new Timestamp(-5, 123_456_789));
      assertThat(dir.xattr("f", "security.capability")).contains(capability());
      assertThat(dir.xattrs("f")).containsOnlyKeys("security.capability");
    }
    assertThat(Files.readAllBytes(temp.resolve("f")))
        .isEqualTo("\0\0\0hello\0\0".getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] capability() {
    return new byte[] {1, 0, 0, 2, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  }

  @Test
  void doesNotFollowLinks() throws Exception {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    try (Dir dir = Dir.open(Files.createDirectory(temp.resolve("inside")))) {
      dir.makeSymlink("../outside", "link");
      assertThat(dir.stat("link").isSymlink()).isTrue();
      assertThat(dir.readLink("link")).isEqualTo("../outside");
      assertThat(dir.findDir("link")).isEmpty();
      assertThatThrownBy(() -> dir.openDir("link")).isInstanceOf(LinuxException.class);
      assertThatThrownBy(() -> dir.openFile("link"))
          .isInstanceOfSatisfying(
              LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
      dir.chown("link", 7, 8);
      dir.setModified("link", Timestamp.ofSeconds(77));
      assertThatThrownBy(() -> dir.chmod("link", 0777))
          .isInstanceOfSatisfying(
              LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP));
      assertThat(dir.stat("link").uid()).isEqualTo(7);
      dir.removeTree("link");
    }
    try (Dir dir = Dir.open(outside)) {
      assertThat(dir.stat().uid()).isZero();
      assertThat(dir.stat().mtime()).isNotEqualTo(Timestamp.ofSeconds(77));
    }
  }

  @Test
  void refusesWhatIsNotASingleName() throws Exception {
    try (Dir dir = Dir.open(temp)) {
      for (String name : new String[] {"", ".", "..", "a/b", "/"}) {
        assertThatThrownBy(() -> dir.find(name)).isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> dir.find("x".repeat(5000)))
          .isInstanceOfSatisfying(
              LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG));
    }
  }

  @Test
  void makesDevicesPipesAndHardLinks() throws Exception {
    try (Dir dir = Dir.open(temp)) {
      dir.makeNode("dev", new Dir.Node(FileType.BLOCK_DEVICE, 0600, 259, 1_048_575));
      dir.makeNode("fifo", new Dir.Node(FileType.FIFO, 0600, 0, 0));
      dir.makeNode("whiteout", Dir.Node.WHITEOUT);
      dir.makeLink(dir, "fifo", "fifo2");
      Stat device = dir.stat("dev");
      assertThat(device.rdevMajor()).isEqualTo(259);
      assertThat(device.rdevMinor()).isEqualTo(1_048_575);
      assertThat(dir.stat("fifo2").inode()).isEqualTo(dir.stat("fifo").inode());
      assertThat(dir.stat("fifo").links()).isEqualTo(2);
      assertThat(dir.stat("whiteout").isOverlayWhiteout()).isTrue();
      assertThat(device.isOverlayWhiteout()).isFalse();
    }
  }

  @Test
  void refusesDeviceNumbersThatTheKernelWouldCut() throws Exception {
    try (Dir dir = Dir.open(temp)) {
      for (int[] number : new int[][] {{4096, 0}, {0, 1 << 20}, {-1, 0}, {0, -1}}) {
        assertThatThrownBy(() ->
                dir.makeNode(
                    "dev", new Dir.Node(FileType.CHARACTER_DEVICE, 0600, number[0], number[1])))
            .isInstanceOfSatisfying(
                LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
      }
      assertThat(dir.names()).isEmpty();
    }
  }

  @Test
  void removesATreeButWhatIsKept() throws Exception {
    Files.createDirectories(temp.resolve("top/a/b"));
    Files.createDirectories(temp.resolve("top/c/d"));
    Files.writeString(temp.resolve("top/a/kept"), "");
    Files.writeString(temp.resolve("top/a/b/f"), "");
    try (Dir dir = Dir.open(temp)) {
      assertThat(dir.removeTree("top", path -> path.raw().equals("top/a/kept"))).isFalse();
      assertThat(temp.resolve("top/a/kept")).exists();
      assertThat(temp.resolve("top/a/b")).doesNotExist();
      assertThat(temp.resolve("top/c")).doesNotExist();
      dir.removeTree("top");
      dir.removeTree("top");
      assertThat(dir.names()).isEmpty();
    }
  }

  @Test
  void renamesOntoAFreeNameOnly() throws Exception {
    Files.writeString(temp.resolve("a"), "a");
    Files.writeString(temp.resolve("b"), "b");
    try (Dir dir = Dir.open(temp)) {
      assertThatThrownBy(() -> dir.renameToFree("a", dir, "b"))
          .isInstanceOfSatisfying(
              LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
      dir.renameToFree("a", dir, "c");
      dir.rename("c", dir, "b");
      assertThat(dir.names()).containsExactly("b");
    }
    assertThat(temp.resolve("b")).hasContent("a");
  }

  @Test
  void pinsWhatMustNotBeOpened() throws Exception {
    try (Dir dir = Dir.open(temp)) {
      dir.makeNode("fifo", new Dir.Node(FileType.FIFO, 0600, 0, 0));
      dir.makeSymlink("fifo", "link");
      try (Pin pipe = dir.pin("fifo");
          Pin link = dir.pin("link")) {
        dir.rename("fifo", dir, "other");
        assertThat(pipe.stat().type()).isEqualTo(FileType.FIFO);
        assertThat(link.stat().type()).isEqualTo(FileType.SYMLINK);
        assertThat(Files.readSymbolicLink(Path.of(pipe.path().toString())))
            .isEqualTo(temp.toRealPath().resolve("other"));
      }
    }
  }

  @Test
  void isNothingOnceClosed() throws Exception {
    Dir dir = Dir.open(temp);
    dir.close();
    dir.close();
    assertThatThrownBy(dir::stat)
        .isInstanceOfSatisfying(
            LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
  }

  @Test
  void takesOnTheAttributesOfAnother() throws Exception {
    try (Dir dir = Dir.open(temp)) {
      dir.makeDirectory("like", 0700);
      dir.makeDirectory("same", 0700);
      dir.chown("like", 12, 13);
      dir.chmod("like", 02750);
      dir.setModified("like", new Timestamp(99, 7));
      try (Dir same = dir.openDir("same")) {
        same.setAttributes(dir.stat("like"));
        same.setXattr("trusted.a", new byte[] {1});
        assertThat(same.xattrs()).containsOnlyKeys("trusted.a");
        assertThat(dir.xattr("same", "trusted.a")).contains(new byte[] {1});
      }
      Stat stat = dir.stat("same");
      assertThat(stat.uid()).isEqualTo(12);
      assertThat(stat.gid()).isEqualTo(13);
      assertThat(stat.mode()).isEqualTo(02750);
      assertThat(stat.mtime()).isEqualTo(new Timestamp(99, 7));
    }
  }

  @Test
  void namesThePathAndTheReasonOfAFailure() throws Exception {
    try (Dir dir = Dir.open(temp)) {
      assertThatThrownBy(() -> dir.stat("nothing"))
          .hasMessage("statx(" + temp + "/nothing): No such file or directory (errno 2)");
    }
  }

  @Test
  void listsLargeDirectories() throws Exception {
    try (Dir dir = Dir.open(temp)) {
      for (int i = 0; i < 12_000; i++) {
        dir.makeNode("a-rather-long-name-" + i, new Dir.Node(FileType.FIFO, 0600, 0, 0));
      }
      assertThat(dir.names()).doesNotHaveDuplicates().hasSize(12_000);
      assertThat(dir.entries()).hasSize(12_000);
    }
  }

  @Test
  void theCoarseClockIsAboutNow() throws Exception {
    assertThat(Timestamp.coarseNow().seconds())
        .isBetween(System.currentTimeMillis() / 1000 - 5, System.currentTimeMillis() / 1000 + 5);
  }

  @Test
  void spreadDirectoryStillTakesDirectories() throws Exception {
    try (Dir dir = Dir.open(Files.createDirectory(temp.resolve("spread")))) {
      boolean first = dir.spread();
      assertThat(dir.spread()).isEqualTo(first);
      dir.makeDirectory("made", 0755);
      assertThat(dir.names()).contains("made");
    }
  }
}
