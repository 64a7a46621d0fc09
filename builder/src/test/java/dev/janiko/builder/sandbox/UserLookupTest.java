package dev.janiko.builder.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.linux.Credentials;
import dev.janiko.builder.sandbox.UserLookup.Owner;
import dev.janiko.builder.sandbox.UserLookup.RunUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class UserLookupTest {
  @TempDir Path root;

  @BeforeEach
  void etc() throws IOException {
    Files.createDirectories(root.resolve("etc"));
    Files.writeString(
        root.resolve("etc/passwd"),
        """
        # comment
        root:x:0:0:root:/root:/bin/sh
        app:x:1000:1001:App:/home/app:/bin/sh
        bad:x:many:0::/:
        homeless:x:1002:1002:::
        """);
    Files.writeString(
        root.resolve("etc/group"),
        "root:x:0:\napp:x:1001:\nextra:x:2000:other,app\nmore:x:3:app\n");
  }

  private RunUser run(String user) throws IOException {
    return UserLookup.in(root).forRun(user);
  }

  private Owner chown(String spec) throws IOException {
    return UserLookup.in(root).forChown(spec);
  }

  private static RunUser user(long uid, long gid, List<Long> groups, String home) {
    return new RunUser(new Credentials(uid, gid, groups), home);
  }

  @Test
  void aNameHasItsPrimaryAndSupplementaryGroups() throws IOException {
    assertThat(run("app")).isEqualTo(user(1000, 1001, List.of(1001L, 2000L, 3L), "/home/app"));
    assertThat(run("1000")).isEqualTo(run("app"));
    assertThat(run("")).isEqualTo(user(0, 0, List.of(0L), "/root"));
    assertThat(run("homeless").home()).isEqualTo("/");
  }

  @Test
  void aGroupGivenReplacesAllOthers() throws IOException {
    assertThat(run("app:extra")).isEqualTo(user(1000, 2000, List.of(2000L), "/home/app"));
    assertThat(run("app:77")).isEqualTo(user(1000, 77, List.of(77L), "/home/app"));
  }

  @Test
  void anUnknownNumberIsInGroupZero() throws IOException {
    assertThat(run("4321")).isEqualTo(user(4321, 0, List.of(0L), "/"));
    assertThat(run("4321:8")).isEqualTo(user(4321, 8, List.of(8L), "/"));
  }

  @Test
  void unknownNamesAreRefusedInDockersWords() {
    assertThatThrownBy(() -> run("nosuch"))
        .hasMessage("unable to find user nosuch: no matching entries in passwd file");
    assertThatThrownBy(() -> run("bad"))
        .hasMessage("unable to find user bad: no matching entries in passwd file");
    assertThatThrownBy(() -> run("app:nosuch"))
        .hasMessage("unable to find group nosuch: no matching entries in group file");
    assertThatThrownBy(() -> run("4294967295")).hasMessageContaining("range");
  }

  @Test
  void ownersFollowTheLooserRules() throws IOException {
    assertThat(chown("app")).isEqualTo(new Owner(1000, 1001));
    assertThat(chown("1000")).isEqualTo(new Owner(1000, 1000));
    assertThat(chown("root")).isEqualTo(new Owner(0, 0));
    assertThat(chown("app:extra")).isEqualTo(new Owner(1000, 2000));
    assertThat(chown("5:6")).isEqualTo(new Owner(5, 6));
    assertThat(chown(":extra")).isEqualTo(new Owner(0, 2000));
    assertThat(chown("nosuch")).isEqualTo(new Owner(0, 0));
    assertThat(chown("app:nosuch")).isEqualTo(new Owner(1000, 0));
  }

  @Test
  void anImageWithoutTheFilesKnowsNobody() throws IOException {
    Files.delete(root.resolve("etc/passwd"));
    Files.delete(root.resolve("etc/group"));
    assertThat(chown("app")).isEqualTo(new Owner(0, 0));
    assertThat(run("")).isEqualTo(user(0, 0, List.of(0L), "/"));
    assertThatThrownBy(() -> run("app")).isInstanceOf(SandboxException.class);
  }

  @Test
  void linksStayInsideTheRoot() throws IOException {
    Files.delete(root.resolve("etc/passwd"));
    Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("../../../../usr/users"));
    assertThatThrownBy(() -> run("app")).hasMessageContaining("no matching entries");
    Files.createDirectory(root.resolve("usr"));
    Files.writeString(root.resolve("usr/users"), "app:x:7:7::/x:\n");
    assertThat(run("app").credentials().uid()).isEqualTo(7);
  }

  @Test
  void filesThatWaitOrNeverEndAreRefusedAtOnce() throws Exception {
    Path passwd = root.resolve("etc/passwd");
    Files.delete(passwd);
    assertThat(new ProcessBuilder("mkfifo", passwd.toString()).start().waitFor()).isZero();
    long start = System.nanoTime();
    assertThatThrownBy(() -> chown("app")).hasMessageContaining("not a regular file");
    Files.delete(passwd);
    assertThat(new ProcessBuilder("mknod", passwd.toString(), "c", "1", "5").start().waitFor())
        .as("run these tests as root")
        .isZero();
    assertThatThrownBy(() -> run("app")).hasMessageContaining("not a regular file");
    Files.delete(passwd);
    Files.write(passwd, new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> run("app")).hasMessageContaining("allowed are 1048576");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }
}
