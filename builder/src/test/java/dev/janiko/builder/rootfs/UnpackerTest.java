package dev.janiko.builder.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.tar.EntryType;
import dev.janiko.builder.tar.TarEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnpackerTest {
  private static final byte[] CAPABILITY = {
    1, 0, 0, 2, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  @TempDir Path temp;
  private Path lower;
  private Path upper;

  @BeforeEach
  void makeLayers() throws Exception {
    lower = Files.createDirectory(temp.resolve("lower"));
    upper = Files.createDirectory(temp.resolve("upper"));
  }

  private void unpackLower(Archive archive) throws IOException {
    Unpacker.unpack(archive.open(), lower, UnpackOptions.overlay(List.of()));
  }

  private UnpackStatistics unpackUpper(Archive archive) throws IOException {
    return Unpacker.unpack(archive.open(), upper, UnpackOptions.overlay(List.of(lower)));
  }

  @Test
  void everythingATarSaysIsOnDisk() throws Exception {
    Timestamp time = Timestamp.ofSeconds(1_600_000_000L);
    Unpacker.unpack(
        new Archive()
            .add(TarEntry.directory("d").withMode(03500).withOwner(4, 5).withModified(time))
            .add(
                TarEntry.file("d/f", 3)
                    .withMode(06755)
                    .withOwner(3_000_000_000L, 7)
                    .withModified(time)
                    .withXattrs(
                        Map.of(
                            "security.capability",
                            CAPABILITY,
                            "trusted.overlay.opaque",
                            CAPABILITY)),
                "abc")
            .hardLink("d/h", "d/f")
            .add(TarEntry.symlink("d/l", "/x").withOwner(8, 9).withModified(time))
            .add(TarEntry.of("d/p", EntryType.FIFO, 0622).withModified(time))
            .add(
                TarEntry.of("d/b", EntryType.BLOCK_DEVICE, 0660)
                    .withDevice(259, 70_000)
                    .withOwner(1, 2))
            .open(),
        upper,
        UnpackOptions.apply());
    try (Dir root = Dir.open(upper);
        Dir dir = root.openDir("d")) {
      assertThat(dir.stat()).matches(s -> s.mode() == 03500 && s.uid() == 4 && s.gid() == 5);
      assertThat(dir.stat().mtime()).isEqualTo(time);
      Stat file = dir.stat("f");
      assertThat(file.mode()).isEqualTo(06755);
      assertThat(file.uid()).isEqualTo(3_000_000_000L);
      assertThat(file.mtime()).isEqualTo(time);
      assertThat(dir.xattrs("f")).containsOnlyKeys("security.capability");
      assertThat(dir.xattr("f", "security.capability")).contains(CAPABILITY);
      assertThat(dir.stat("h").inode()).isEqualTo(file.inode());
      assertThat(dir.stat("l")).matches(s -> s.uid() == 8 && s.mtime().equals(time));
      assertThat(dir.stat("p")).matches(s -> s.mode() == 0622 && s.mtime().equals(time));
      assertThat(dir.stat("b")).matches(s -> s.rdevMajor() == 259 && s.rdevMinor() == 70_000);
      assertThat(dir.stat("b").mode()).isEqualTo(0660);
    }
  }

  @Test
  void directoriesThatOnlyLowerLayersHaveKeepTheirLook() throws Exception {
    Timestamp time = new Timestamp(1_500_000_000L, 0);
    unpackLower(
        new Archive()
            .add(TarEntry.directory(".").withMode(0711).withModified(time))
            .add(TarEntry.directory("a").withMode(0700).withOwner(3, 4).withModified(time))
            .add(TarEntry.directory("a/b").withMode(02770).withOwner(5, 6).withModified(time)));
    unpackUpper(new Archive().file("a/b/f", "x").file("new/f", "y"));
    try (Dir root = Dir.open(upper);
        Dir a = root.openDir("a")) {
      assertThat(root.stat().mode()).isEqualTo(0711);
      assertThat(root.stat().mtime()).isEqualTo(time);
      assertThat(a.stat()).matches(s -> s.mode() == 0700 && s.uid() == 3 && s.gid() == 4);
      assertThat(a.stat("b")).matches(s -> s.mode() == 02770 && s.mtime().equals(time));
      assertThat(root.stat("new").mode()).isEqualTo(0755);
    }
  }

  @Test
  void linksOfLowerLayersAreFollowed() throws Exception {
    unpackLower(new Archive().dir("run").dir("var").link("var/run", "/run"));
    unpackUpper(new Archive().file("var/run/x", "1"));
    assertThat(Files.readString(upper.resolve("run/x"))).isEqualTo("1");
    assertThat(upper.resolve("var/run")).doesNotExist();
  }

  @Test
  void hardLinksReachLowerLayers() throws Exception {
    unpackLower(
        new Archive().dir("a").add(TarEntry.file("a/f", 3).withMode(04711).withOwner(9, 8), "abc"));
    unpackUpper(new Archive().hardLink("g", "a/f"));
    try (Dir root = Dir.open(upper);
        Dir a = root.openDir("a")) {
      assertThat(a.stat("f").inode()).isEqualTo(root.stat("g").inode());
      assertThat(root.stat("g")).matches(s -> s.mode() == 04711 && s.uid() == 9);
    }
    assertThat(Files.readString(upper.resolve("g"))).isEqualTo("abc");
  }

  @Test
  void whiteoutsAreMadeOnlyForWhatIsThere() throws Exception {
    unpackLower(new Archive().file("a/f", "x").file("b", "y"));
    UnpackStatistics statistics =
        unpackUpper(
            new Archive()
                .whiteout(".wh.b")
                .whiteout("a/.wh.f")
                .whiteout(".wh.nothing")
                .whiteout("no/.wh.where"));
    assertThat(statistics.whiteouts()).isEqualTo(4);
    try (Dir root = Dir.open(upper);
        Dir a = root.openDir("a")) {
      assertThat(root.names()).containsExactlyInAnyOrder("a", "b");
      assertThat(root.stat("b").isOverlayWhiteout()).isTrue();
      assertThat(a.stat("f").isOverlayWhiteout()).isTrue();
    }
  }

  @Test
  void opaqueDirectoriesHideWhatIsBelow() throws Exception {
    unpackLower(new Archive().file("a/b/f", "x").file("c/f", "y"));
    unpackUpper(
        new Archive()
            .dir("a")
            .whiteout("a/.wh..wh..opq")
            .file("a/b/g", "z")
            .hardLink("a/h", "a/b/g")
            .whiteout(".wh.c")
            .file("c/new", "w"));
    try (Dir root = Dir.open(upper);
        Dir a = root.openDir("a")) {
      assertThat(root.xattr("a", "trusted.overlay.opaque")).isPresent();
      assertThat(root.xattr("c", "trusted.overlay.opaque")).isPresent();
      assertThat(a.stat("b").mode()).isEqualTo(0755);
    }
    assertThatThrownBy(
            () -> unpackUpper(new Archive().whiteout("a/.wh..wh..opq").hardLink("x", "a/b/f")))
        .hasMessageContaining("No such file");
  }

  @Test
  void appliedWhiteoutsRemoveAndOpaqueMarksKeepTheLayersOwn() throws Exception {
    UnpackOptions apply = UnpackOptions.apply();
    Unpacker.unpack(new Archive().file("a/old", "x").file("b/f", "y").open(), upper, apply);
    Unpacker.unpack(
        new Archive()
            .file("a/new", "z")
            .whiteout("a/.wh..wh..opq")
            .whiteout(".wh.b")
            .whiteout("no/.wh.thing")
            .file(".wh..wh.plnk/12.34", "aufs")
            .open(),
        upper,
        apply);
    assertThat(upper.toFile().list()).containsExactly("a");
    assertThat(upper.resolve("a").toFile().list()).containsExactly("new");
  }

  @Test
  void laterEntriesReplaceEarlierOnesOfAnyKind() throws Exception {
    Unpacker.unpack(
        new Archive()
            .file("x", "1")
            .dir("x")
            .file("x/f", "2")
            .file("x", "3")
            .dir("y")
            .file("y/f", "1")
            .link("y", "x")
            .file("y", "4")
            .file("z", "5")
            .hardLink("z", "z")
            .hardLink("z2", "z")
            .hardLink("z2", "z")
            .open(),
        upper,
        UnpackOptions.apply());
    assertThat(Files.readString(upper.resolve("x"))).isEqualTo("3");
    assertThat(Files.readString(upper.resolve("y"))).isEqualTo("4");
    assertThat(Files.readString(upper.resolve("z2"))).isEqualTo("5");
  }
}
