package dev.janiko.builder.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.FileType;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What copies are: owners, modes, times, links, capabilities, kinds, names of any bytes. */
final class CopyMetadataTest {
  private static final Instant PAST = Instant.parse("2020-02-03T04:05:06.789Z");

  /** VFS_CAP_REVISION_2 with the effective bit and CAP_NET_RAW (capabilities(7)). */
  private static final byte[] NET_RAW = {
    1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  @TempDir Path temp;
  private CopyPlace place;

  @BeforeEach
  void open() throws Exception {
    place = new CopyPlace(temp);
  }

  @AfterEach
  void close() {
    place.close();
  }

  private void change(String path, long uid, long gid, int mode) throws IOException {
    Path file = place.context.resolve(path);
    try (Dir dir = Dir.open(file.getParent())) {
      String name = file.getFileName().toString();
      dir.chown(name, uid, gid);
      dir.chmod(name, mode);
    }
    Files.setLastModifiedTime(file, FileTime.from(PAST));
  }

  @Test
  void modesAndTimesAreKeptAndOwnersAreRoot() throws Exception {
    place.file("d/e/a", "1");
    change("d/e/a", 1000, 1001, 04751);
    change("d/e", 1000, 1001, 01770);
    place.copy("d", "/x").copy("d/e/a", "/b");
    assertThat(place.look("x/e/a")).isEqualTo("0:0 4751");
    assertThat(place.look("x/e")).isEqualTo("0:0 1770");
    assertThat(place.look("b")).isEqualTo("0:0 4751");
    for (String path : new String[] {"x/e/a", "x/e", "b"}) {
      assertThat(Files.getLastModifiedTime(place.image.resolve(path)).toInstant()).isEqualTo(PAST);
    }
  }

  @Test
  void theModeOfTheSourceFolderItselfDoesNotCount() throws Exception {
    place.file("d/a", "1");
    change("d", 7, 8, 0700);
    place.copy("d", "/new");
    assertThat(place.look("new")).isEqualTo("0:0 755");
  }

  @Test
  void aDestinationFolderThatIsThereStaysAsItIs() throws Exception {
    place.file("d/a", "1").there("x/old", "0");
    try (Dir top = Dir.open(place.image)) {
      top.chown("x", 12, 13);
      top.chmod("x", 0711);
    }
    place.owner(5, 6).mode(0600).copy("d", "/x");
    assertThat(place.look("x")).isEqualTo("12:13 711");
    assertThat(place.look("x/a")).isEqualTo("5:6 600");
    assertThat(place.look("x/old")).startsWith("0:0");
  }

  @Test
  void chownAppliesToContentsAndToFoldersMadeOnTheWay() throws Exception {
    place.file("d/e/a", "1").link(place.context, "d/l", "e").owner(1000, 1001);
    place.copy("d", "/p/x").copy("d/e/a", "/q/r/b");
    for (String path :
        new String[] {"p", "p/x", "p/x/e", "p/x/e/a", "p/x/l", "q", "q/r", "q/r/b"}) {
      assertThat(place.look(path)).as(path).startsWith("1000:1001 ");
    }
  }

  @Test
  void ownersBeyondTheSignedRangeWork() throws Exception {
    place.file("a", "1").owner(4294967294L, 3000000000L).copy("a", "/x");
    assertThat(place.look("x")).startsWith("4294967294:3000000000 ");
  }

  @Test
  void octalModesApplyToFoldersToo() throws Exception {
    place.file("d/e/a", "1").link(place.context, "d/l", "e").mode(0644);
    place.copy("d", "/p/x");
    for (String path : new String[] {"p", "p/x", "p/x/e", "p/x/e/a"}) {
      assertThat(place.look(path)).as(path).isEqualTo("0:0 644");
    }
    assertThat(place.look("p/x/l")).isEqualTo("0:0 777");
  }

  @Test
  void specialModeBitsCanBeGiven() throws Exception {
    place.file("a", "1").mode(06755).copy("a", "/x");
    assertThat(place.look("x")).isEqualTo("0:0 6755");
  }

  @Test
  void ownersAreKeptFromStages() throws Exception {
    place.file("d/e/a", "1").link(place.context, "d/l", "e").keepOwners();
    change("d/e/a", 1000, 1001, 02755);
    change("d/e", 1002, 1003, 0750);
    place.copy("d", "/made/x");
    assertThat(place.look("made/x/e/a")).isEqualTo("1000:1001 2755");
    assertThat(place.look("made/x/e")).isEqualTo("1002:1003 750");
    assertThat(place.look("made")).isEqualTo("0:0 755");
    assertThat(place.look("made/x")).isEqualTo("0:0 755");
  }

  @Test
  void hardLinksWithinOneTreeAreKept() throws Exception {
    place.file("d/a", "1").file("d/e/other", "2");
    Files.createLink(place.context.resolve("d/e/b"), place.context.resolve("d/a"));
    place.copy("d", "/x");
    assertThat(place.stat("x/e/b").inode()).isEqualTo(place.stat("x/a").inode());
    assertThat(place.stat("x/a").links()).isEqualTo(2);
    assertThat(place.stat("x/e/other").links()).isEqualTo(1);
    assertThat(place.stat("x/a").inode())
        .isNotEqualTo(Files.getAttribute(place.context.resolve("d/a"), "unix:ino"));
  }

  @Test
  void hardLinksBetweenSourcesAreNot() throws Exception {
    place.file("a", "1");
    Files.createLink(place.context.resolve("b"), place.context.resolve("a"));
    place.copy("a", "b", "/x/");
    assertThat(place.stat("x/a").links()).isEqualTo(1);
    assertThat(place.tree()).containsEntry("x/b", "1");
  }

  @Test
  void capabilitiesAreKeptAlsoWithAnotherOwner() throws Exception {
    place.file("d/a", "1");
    try (Dir dir = Dir.open(place.context.resolve("d"))) {
      dir.setXattr("a", "security.capability", NET_RAW);
      dir.setXattr("a", "user.note", new byte[] {1});
    }
    place.owner(1000, 1000).copy("d", "/x");
    try (Dir dir = Dir.open(place.image.resolve("x"))) {
      assertThat(dir.xattr("a", "security.capability")).contains(NET_RAW);
    }
  }

  @Test
  void pipesAndDevicesAreKeptAndSocketsAreLeftOut() throws Exception {
    Path folder = Files.createDirectory(place.context.resolve("d"));
    try (Dir dir = Dir.open(folder);
        ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dir.makeNode("fifo", new Dir.Node(FileType.FIFO, 0640, 0, 0));
      dir.makeNode("null", new Dir.Node(FileType.CHARACTER_DEVICE, 0666, 1, 3));
      socket.bind(UnixDomainSocketAddress.of(folder.resolve("s")));
      place.copy("d", "/x").copy("d/s", "/y/");
    }
    assertThat(place.tree())
        .containsEntry("x/fifo", "FIFO")
        .containsEntry("x/null", "CHARACTER_DEVICE")
        .doesNotContainKey("x/s")
        .doesNotContainKey("y/s");
    assertThat(place.look("x/fifo")).isEqualTo("0:0 640");
    assertThat(place.stat("x/null").rdevMajor()).isEqualTo(1);
    assertThat(place.stat("x/null").rdevMinor()).isEqualTo(3);
  }

  @Test
  void namesOfAnyBytesAreKept() throws Exception {
    place.file("d/plain", "1");
    String name = "caf\u00e9 \u0001\n\u00ff";
    try (Dir dir = Dir.open(place.context.resolve("d"))) {
      dir.createFile(name, 0600).close();
      dir.makeSymlink("to\u00fe", "link");
    }
    place.ignore("*.none").copy("d", "/x").copy("d/caf*", "/y/");
    place.target().forget();
    assertThat(place.target().stat(UnixPath.ofRaw("x/" + name), false)).isPresent();
    assertThat(place.target().stat(UnixPath.ofRaw("y/" + name), false)).isPresent();
    try (Dir dir = Dir.open(place.image.resolve("x"))) {
      assertThat(dir.readLink("link")).isEqualTo("to\u00fe");
    }
    try (Dir dir = Dir.open(place.context.resolve("d"))) {
      dir.removeTree(name);
    }
    try (Dir dir = Dir.open(place.image)) {
      dir.removeTree("x");
      dir.removeTree("y");
    }
  }

  @Test
  void largeAndEmptyFilesAreCopiedToTheByte() throws Exception {
    byte[] large = new byte[3 << 20];
    new java.util.Random(11).nextBytes(large);
    Files.write(place.context.resolve("large"), large);
    place.file("empty", "").copy("large", "empty", "/x/");
    assertThat(place.image.resolve("x/large")).hasBinaryContent(large);
    assertThat(place.image.resolve("x/empty")).isEmptyFile();
  }
}
