package dev.janiko.builder.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  @TempDir Path folder;

  private final Ledger ledger = Ledger.create();
  private Dir dir;
  private Dir plain;

  @BeforeEach
  void open() throws IOException {
    UnixPath path = UnixPath.of(folder.toString());
    dir = Dir.open(path, ledger);
    plain = Dir.open(path);
  }

  @AfterEach
  void close() {
    dir.close();
    plain.close();
  }

  @Test
  void ownersAreShownAndNotSet() throws IOException {
    dir.createFile("file", 0644).close();
    long user = plain.stat("file").uid();
    assertThat(dir.stat("file").uid()).isZero();
    dir.chown("file", 33, 44);
    assertThat(dir.stat("file")).extracting(Stat::uid, Stat::gid).containsExactly(33L, 44L);
    assertThat(plain.stat("file").uid()).isEqualTo(user);
    try (OpenFile open = dir.openFile("file")) {
      assertThat(open.stat().uid()).isEqualTo(33);
    }
    dir.chown("file", 0, 0);
    assertThat(ledger.size()).isZero();
  }

  @Test
  void modesThatWouldLockOutAreShownAndTheDiskStaysOpen() throws IOException {
    dir.makeDirectory("closed", 0755);
    dir.chmod("closed", 0555);
    assertThat(dir.stat("closed").mode()).isEqualTo(0555);
    assertThat(plain.stat("closed").mode() & 0777).isEqualTo(0755);
    dir.chmod("closed", 0700);
    assertThat(dir.stat("closed").mode()).isEqualTo(0700);
    dir.createFile("secret", 0).close();
    assertThat(dir.stat("secret").mode()).isZero();
    assertThat(plain.stat("secret").mode() & 0777).isEqualTo(0600);
    // Somebody else's chmod counts.
    plain.chmod("secret", 0640);
    assertThat(dir.stat("secret").mode()).isEqualTo(0640);
  }

  @Test
  void devicesAreEmptyFiles() throws IOException {
    dir.makeNode("null", new Dir.Node(FileType.CHARACTER_DEVICE, 0666, 1, 3));
    dir.chmod("null", 0666);
    Stat shown = dir.stat("null");
    assertThat(shown.type()).isEqualTo(FileType.CHARACTER_DEVICE);
    assertThat(shown.rdevMajor()).isEqualTo(1);
    assertThat(shown.rdevMinor()).isEqualTo(3);
    assertThat(plain.stat("null").isRegular()).isTrue();
  }

  @Test
  void attributesOfRootAreKept() throws IOException {
    byte[] value = {1, 0, 2};
    try (OpenFile file = dir.createFile("file", 0755)) {
      file.setXattr("security.capability", value);
      assertThat(file.xattr("security.capability")).contains(value);
      assertThat(file.xattrs()).containsKey("security.capability");
    }
    assertThat(plain.xattrs("file")).doesNotContainKey("security.capability");
  }

  @Test
  void whatIsKnownGoesWithTheInodeAndEndsWithIt() throws IOException {
    for (int i = 0; i < 200; i++) {
      dir.createFile("old", 0644).close();
      dir.chown("old", 33, 33);
      dir.rename("old", dir, "renamed");
      assertThat(dir.stat("renamed").uid()).isEqualTo(33);
      dir.unlink("renamed");
      dir.createFile("new", 0644).close();
      assertThat(dir.stat("new").uid()).as("round %d", i).isZero();
      Files.delete(folder.resolve("new"));
    }
  }

  @Test
  void aNewInodeCanBeTakenForAnOldOneOnlyWithinATick() throws IOException {
    assertThat(ledger.mayConfuseNew(Timestamp.coarseNow())).isFalse();
    dir.createFile("file", 0644).close();
    dir.chown("file", 33, 33);
    Timestamp later = Timestamp.ofSeconds(Timestamp.coarseNow().seconds() + 2);
    assertThat(ledger.mayConfuseNew(later)).isFalse();
    assertThat(ledger.mayConfuseNew(Timestamp.ofSeconds(1))).isTrue();
  }
}
