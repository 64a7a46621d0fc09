package dev.janiko.builder.rootfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.tar.EntryType;
import dev.janiko.builder.tar.TarEntry;
import dev.janiko.builder.tar.TarException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What no layer may do: touch anything outside its root, or take the unpacker down. */
final class HostileLayerTest {
  @TempDir Path temp;
  private Path outside;
  private Path root;
  private String before = "";

  @BeforeEach
  void plantAVictim() throws Exception {
    outside = Files.createDirectory(temp.resolve("outside"));
    root = Files.createDirectory(temp.resolve("root"));
    Files.writeString(outside.resolve("secret"), "secret");
    before = fingerprint();
  }

  @AfterEach
  void nothingOutsideWasTouched() throws Exception {
    assertThat(fingerprint()).isEqualTo(before);
    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("outside", "root");
    assertThat(Files.isDirectory(root, java.nio.file.LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  private String fingerprint() throws Exception {
    try (Dir dir = Dir.open(outside)) {
      var entries = new TreeMap<String, Stat>();
      dir.entries().forEach(entry -> entries.put(entry.name(), entry.stat()));
      return dir.stat() + entries.toString() + Files.readString(outside.resolve("secret"));
    }
  }

  private void unpack(Archive archive) throws IOException {
    Unpacker.unpack(archive.open(), root, UnpackOptions.apply());
  }

  static Stream<String> climbingNames() {
    return Stream.of(
        "../x", "/../x", "a/../../x", "../outside/secret", "./../x", "a/b/../../../x", "..", "../");
  }

  @ParameterizedTest
  @MethodSource("climbingNames")
  void namesThatClimbOutAreRefused(String name) {
    assertThatThrownBy(() -> unpack(new Archive().file(name, "evil")))
        .isInstanceOf(TarException.class)
        .hasMessageContaining("leads out of the root");
    assertThatThrownBy(() -> unpack(new Archive().file("f", "x").hardLink("g", name)))
        .isInstanceOf(TarException.class);
    assertThatThrownBy(() -> unpack(new Archive().dir(name))).isInstanceOf(TarException.class);
    assertThatThrownBy(() -> unpack(new Archive().whiteout(name + "/.wh.secret")))
        .isInstanceOf(TarException.class);
  }

  static Stream<String> targetsOutside() {
    return Stream.of(
        "ABS", "../outside", "../../../../../../../../../../../../ABS", "x/../../outside");
  }

  @ParameterizedTest
  @MethodSource("targetsOutside")
  void linksToOutsideLeadNowhereButInside(String pattern) throws Exception {
    String target = pattern.replace("ABS", outside.toString());
    unpack(new Archive().dir("x").link("evil", target).file("evil/secret", "evil"));
    unpack(
        new Archive()
            .link("evil2", target)
            .whiteout("evil2/.wh.secret")
            .whiteout("evil2/.wh..wh..opq")
            .add(TarEntry.directory("evil2/d").withMode(0777)));
    try (RootFs fs = RootFs.open(root)) {
      assertThat(fs.stat(UnixPath.of("evil"), false)).get().matches(Stat::isSymlink);
    }
  }

  @Test
  void hardLinksToOutsideAreNotMade() throws Exception {
    for (String target : List.of(outside + "/secret", "outside/secret", "nothing")) {
      assertThatThrownBy(() -> unpack(new Archive().hardLink("x", target)))
          .isInstanceOf(LinuxException.class);
    }
    unpack(new Archive().link("l", "../outside"));
    assertThatThrownBy(() -> unpack(new Archive().hardLink("x", "l/secret")))
        .isInstanceOf(LinuxException.class);
  }

  @Test
  void modesAndOwnersDoNotGoThroughLinks() throws Exception {
    String secret = outside.resolve("secret").toString();
    unpack(
        new Archive()
            .link("l", secret)
            .add(TarEntry.hardLink("h", "l").withMode(0777).withOwner(7, 7))
            .add(TarEntry.directory("d").withMode(0))
            .add(TarEntry.symlink("d", outside.toString()).withMode(0777).withOwner(5, 5)));
    try (Dir dir = Dir.open(root)) {
      assertThat(dir.stat("h").isSymlink()).isTrue();
      assertThat(dir.stat("h").uid()).isZero();
      assertThat(dir.stat("d").uid()).isEqualTo(5);
    }
  }

  @Test
  void filesReplaceLinksInsteadOfWritingThroughThem() throws Exception {
    String secret = outside.resolve("secret").toString();
    unpack(new Archive().link("a", secret).file("a", "own").link("b/c", secret).dir("b/c"));
    assertThat(Files.readString(root.resolve("a"))).isEqualTo("own");
    assertThat(root.resolve("b/c")).isDirectory();
  }

  @Test
  void theRootStaysADirectory() throws Exception {
    for (String name : List.of(".", "/", "/.", "./.", "./")) {
      for (TarEntry entry :
          List.of(
              TarEntry.symlink(name, outside.toString()),
              TarEntry.file(name, 0),
              TarEntry.hardLink(name, "f"),
              TarEntry.of(name, EntryType.FIFO, 0))) {
        assertThatThrownBy(() -> unpack(new Archive().file("f", "").add(entry)))
            .isInstanceOf(TarException.class)
            .hasMessageContaining("the root of the layer");
      }
      unpack(new Archive().add(TarEntry.directory(name).withMode(0750)));
      try (Dir dir = Dir.open(root)) {
        assertThat(dir.stat().mode()).isEqualTo(0750);
      }
    }
  }

  @Test
  void whiteoutsNeedAName() throws Exception {
    for (String name : List.of(".wh.", ".wh..", ".wh...", "d/.wh.", "d/.wh..", "d/.wh...")) {
      assertThatThrownBy(() -> unpack(new Archive().file("d/f", "x").whiteout(name)))
          .isInstanceOf(TarException.class);
      assertThat(root.resolve("d/f")).exists();
    }
    assertThatThrownBy(() -> unpack(new Archive().file(".wh.etc/somefile", "x")))
        .isInstanceOf(TarException.class);
  }

  @Test
  void whiteoutsRemoveLinksNotTheirTargets() throws Exception {
    unpack(
        new Archive().link("l", outside.toString()).file("d/f", "x").link("d/l", "../../outside"));
    unpack(new Archive().whiteout(".wh.l").whiteout("d/.wh.l"));
    assertThat(root.toFile().list()).containsExactly("d");
    assertThat(root.resolve("d").toFile().list()).containsExactly("f");
  }

  @Test
  void entriesBelowAFileAreRefused() {
    assertThatThrownBy(() -> unpack(new Archive().file("nondir", "x").file("nondir/foo", "y")))
        .isInstanceOf(LinuxException.class)
        .hasMessageContaining("/nondir")
        .hasMessageContaining("Not a directory");
  }

  @Test
  void linkLoopsEnd() {
    assertThatThrownBy(() -> unpack(new Archive().link("a", "b").link("b", "a").file("a/x", "y")))
        .isInstanceOf(LinuxException.class)
        .hasMessageContaining("Too many levels of symbolic links");
  }

  @Test
  void sizesAndNumbersAreLimited() throws Exception {
    UnpackOptions small = UnpackOptions.apply().limitedTo(100, 3);
    assertThatThrownBy(
            () -> Unpacker.unpack(new Archive().file("a", "x".repeat(101)).open(), root, small))
        .hasMessageContaining("over the limit of 100 bytes");
    assertThatThrownBy(() ->
            Unpacker.unpack(new Archive().dir("a").dir("b").dir("c").dir("d").open(), root, small))
        .hasMessageContaining("more than 3 entries");
  }

  @Test
  void whatLooksOddButIsFineUnpacksToTheByte() throws Exception {
    String cacerts = "../../../../../../../../../../etc/pki/java/cacerts";
    unpack(
        new Archive()
            .dir("./usr/")
            .link("usr/lib/jvm/cacerts", cacerts)
            .link("bin/dash", "dash")
            .dir("run")
            .link("var/run", "/run")
            .file("var/run/pid", "1")
            .file("/abs//name/../f", "2")
            .link("up", "../../../run")
            .file("up/two", "3"));
    assertThat(Files.readSymbolicLink(root.resolve("usr/lib/jvm/cacerts"))).hasToString(cacerts);
    assertThat(Files.readSymbolicLink(root.resolve("bin/dash"))).hasToString("dash");
    assertThat(Files.readString(root.resolve("run/pid"))).isEqualTo("1");
    assertThat(Files.readString(root.resolve("abs/f"))).isEqualTo("2");
    assertThat(Files.readString(root.resolve("run/two"))).isEqualTo("3");
  }

  @Test
  void excludedPathsAreNeitherWrittenNorRemoved() throws Exception {
    unpack(new Archive().file("kaniko/tool", "ours").file("proc/1", "p"));
    UnpackOptions options =
        UnpackOptions.apply()
            .excluding(path -> List.of("kaniko", "proc").contains(path.rawNames().getFirst()));
    Archive evil =
        new Archive()
            .file("kaniko/tool", "evil")
            .file("kaniko/new/deep/file", "evil")
            .link("k", "kaniko")
            .file("k/tool", "evil")
            .whiteout("kaniko/.wh.tool")
            .whiteout(".wh.proc")
            .whiteout(".wh..wh..opq");
    UnpackStatistics statistics = Unpacker.unpack(evil.open(), root, options);
    assertThat(statistics.excluded()).isEqualTo(3);
    assertThat(Files.readString(root.resolve("kaniko/tool"))).isEqualTo("ours");
    assertThatThrownBy(
            () -> Unpacker.unpack(new Archive().hardLink("mine", "k/tool").open(), root, options))
        .hasMessageContaining("Permission denied");
    assertThat(root.resolve("kaniko").toFile().list()).containsExactly("tool");
    assertThat(root.resolve("proc/1")).exists();
  }

  @Test
  void aSwappedDirectoryNeverLeadsOutside() throws Exception {
    Path real = Files.createDirectory(root.resolve("d"));
    Path link = Files.createSymbolicLink(root.resolve("l"), outside);
    Thread swapper =
        new Thread(() -> {
          Path aside = root.resolve("aside");
          while (!Thread.currentThread().isInterrupted()) {
            try {
              Files.move(real, aside);
              Files.move(link, real);
              Files.move(real, link);
              Files.move(aside, real);
            } catch (IOException _) {
              Thread.onSpinWait();
            }
          }
        });
    swapper.start();
    String[] names = new String[500];
    Arrays.setAll(names, i -> "d/x" + i + "/y");
    for (String name : names) {
      try {
        unpack(new Archive().file(name, "x"));
      } catch (IOException expected) {
        assertThat(expected).isInstanceOf(LinuxException.class);
      }
    }
    swapper.interrupt();
    swapper.join();
  }
}
