package dev.janiko.builder.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.linux.Credentials;
import dev.janiko.builder.linux.FileType;
import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.linux.WarmUp;
import dev.janiko.builder.rootfs.RootFs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands of the machine with root played, on a folder: what they did must not have happened. */
@Timeout(120)
class FakerootTest {
  @TempDir Path folder;

  private final Ledger ledger = Ledger.create();
  private InPlaceSandbox sandbox;
  private StageRoot stage;
  private Path work;

  @BeforeEach
  void open() throws IOException {
    Busybox.requireRoot();
    WarmUp.await();
    InPlaceRoot root =
        InPlaceRoot.of(
            folder,
            folder.resolve("aside"),
            List.of(),
            "1 0 0:1 / / rw - overlay o rw\n".getBytes(StandardCharsets.ISO_8859_1));
    sandbox = InPlaceSandbox.open(root.recordedIn(ledger));
    stage = sandbox.openStage("stage", List.of());
    work = Files.createDirectory(folder.resolve("work"));
  }

  @AfterEach
  void close() throws IOException {
    sandbox.close();
  }

  private String output(String text) throws IOException, InterruptedException {
    return output(text, Credentials.ROOT);
  }

  private String output(String text, Credentials user) throws IOException, InterruptedException {
    Command command = Busybox.shell("exec 2>&1; cd " + work + "; " + text).as(user);
    return Busybox.run(stage, command).output();
  }

  private Stat shown(String name) throws IOException {
    try (RootFs root = RootFs.open(work, ledger)) {
      return root.stat(UnixPath.of(name), false).orElseThrow();
    }
  }

  private Object onDisk(String attribute, String name) throws IOException {
    return Files.getAttribute(work.resolve(name), "unix:" + attribute);
  }

  @Test
  void ownersAreRecordedAndShown() throws Exception {
    assertThat(output("touch a b; chown 5:6 a; chgrp 7 b; stat -c '%u:%g' a b"))
        .isEqualTo("5:6\n0:7\n");
    assertThat(output("ln -s a link; chown -h 8:9 link; stat -c '%u:%g' link; stat -Lc %u link"))
        .isEqualTo("8:9\n5\n");
    assertThat(shown("a")).extracting(Stat::uid, Stat::gid).containsExactly(5L, 6L);
    assertThat(shown("link").uid()).isEqualTo(8);
    assertThat(onDisk("uid", "a")).isEqualTo(0);
    assertThat(
            output(
                "mkdir d; chown 4 d; cp -a a d/; tar cf t d; rm -r d; tar xpf t; "
                    + "stat -c '%u:%g' d d/a"))
        .isEqualTo("4:0\n5:6\n");
  }

  @Test
  void processesAreWhoTheyBecame() throws Exception {
    String become = "setpriv --reuid 33 --regid 34 --groups 35 ";
    assertThat(output(become + "id -u; " + become + "id -g; " + become + "id -G"))
        .isEqualTo("33\n34\n34 35\n");
    output(become + "sh -c 'touch made; mkdir dir; ln -s x link; mkfifo fifo; chown 0 made'");
    for (String name : List.of("made", "dir", "link", "fifo")) {
      assertThat(shown(name)).as(name).extracting(Stat::uid, Stat::gid).containsExactly(33L, 34L);
    }
    assertThat(onDisk("uid", "made")).isEqualTo(0);
    assertThat(output("id -u; " + become + "setpriv --reuid 0 id -u")).startsWith("0\nsetpriv:");
  }

  @Test
  void whoIsStartedByAnotherUserStaysThatUserAlsoAsAnOrphan() throws Exception {
    output(
        "setpriv --reuid 33 --clear-groups --regid 33 sh -c 'sh -c \"sleep 0.2; id -u >late\" &';"
            + " until [ -s late ]; do sleep 0.05; done");
    assertThat(work.resolve("late")).hasContent("33\n");
    assertThat(shown("late").uid()).isEqualTo(33);
  }

  @Test
  void aStepStartsAsItsUser() throws Exception {
    Credentials user = new Credentials(1000, 1001, List.of(1001L, 2000L));
    assertThat(output("id -u; id -G; touch f; stat -c %u:%g f; chown 5 f", user))
        .startsWith("1000\n1001 2000\n1000:1001\n")
        .contains("not permitted");
    assertThat(output("stat -c %u:%g f")).isEqualTo("1000:1001\n");
  }

  @Test
  void setuidFilesMakeTheirOwner() throws Exception {
    assertThat(
            output(
                "cp $(command -v id) id; chmod 4755 id; stat -c %a id;"
                    + " setpriv --reuid 33 --clear-groups --regid 33 ./id -u; chown 0 id;"
                    + " setpriv --reuid 33 --clear-groups --regid 33 ./id -u; stat -c %a id"))
        .isEqualTo("4755\n0\n33\n755\n");
  }

  @Test
  void devicesAreRecordedAndPipesMade() throws Exception {
    assertThat(output("mknod n c 1 3; mkfifo p; stat -c '%F %t %T' n; stat -c %F p"))
        .isEqualTo("character special file 1 3\nfifo\n");
    assertThat(shown("n").type()).isEqualTo(FileType.CHARACTER_DEVICE);
    assertThat(Files.isRegularFile(work.resolve("n"))).isTrue();
  }

  @Test
  void modesThatWouldLockOutAreRecorded() throws Exception {
    assertThat(
            output(
                "mkdir d; echo x >d/f; chmod 0 d/f; chmod 555 d; touch d/g; "
                    + "stat -c %a d d/f; cat d/f; (umask 777; echo y >h; mkdir e); stat -c %a h e"))
        .isEqualTo("555\n0\nx\n0\n0\n");
    assertThat(shown("d").mode()).isEqualTo(0555);
    assertThat(shown("d/f").mode()).isZero();
    assertThat((int) onDisk("mode", "d") & 0700).isEqualTo(0700);
    assertThat((int) onDisk("mode", "d/f") & 0600).isEqualTo(0600);
    assertThat(output("chmod 700 d; chmod 644 d/f; stat -c %a d d/f")).isEqualTo("700\n644\n");
  }

  @Test
  void directoriesHandTheirGroupOn() throws Exception {
    assertThat(
            output(
                "mkdir d; chgrp 50 d; chmod g+s d; touch d/f; mkdir d/e; touch d/e/g; "
                    + "stat -c '%g %a' d/f d/e d/e/g"))
        .isEqualTo("50 644\n50 2755\n50 644\n");
  }

  @Test
  void aNewFileIsNobodysHeir() throws Exception {
    assertThat(
            output(
                "i=0; while [ $i -lt 300 ]; do : >a; chown 33 a; rm a; : >b; "
                    + "o=$(stat -c %u b); [ $o = 0 ] || echo $i $o; rm b; i=$((i+1)); done"))
        .isEmpty();
  }

  @Test
  void limitsOfThePlayAreAsInAContainer() throws Exception {
    assertThat(output("unshare -U true")).contains("Operation not permitted");
    assertThat(
            output("grep -c . /proc/self/status >/dev/null && grep NoNewPrivs /proc/self/status"))
        .contains("1");
  }
}
