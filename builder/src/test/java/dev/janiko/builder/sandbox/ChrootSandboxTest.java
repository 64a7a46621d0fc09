package dev.janiko.builder.sandbox;

import static dev.janiko.builder.sandbox.Busybox.output;
import static dev.janiko.builder.sandbox.Busybox.run;
import static dev.janiko.builder.sandbox.Busybox.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.linux.Credentials;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.sandbox.Busybox.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChrootSandboxTest {
  @TempDir private Path temporary;
  private ChrootSandbox sandbox;
  private StageRoot root;

  @BeforeEach
  void open() throws IOException {
    Busybox.requireRoot();
    sandbox = ChrootSandbox.open(temporary.resolve("work"));
    root = sandbox.openStage("test", List.of());
    Busybox.unpack(root.path());
  }

  @AfterEach
  void close() throws IOException {
    sandbox.close();
    assertThat(temporary.resolve("work")).isEmptyDirectory();
  }

  @Test
  void theCommandsRootIsTheFolderAndThisProgramsIsWhatItWas() throws Exception {
    Path mine = Path.of("/proc/self/root").toRealPath();
    assertThat(output(root, "ls /; echo here >/file; pwd"))
        .isEqualTo("bin\ndev\netc\nproc\nsys\n/\n");
    assertThat(root.path().resolve("file")).hasContent("here");
    assertThat(Path.of("/proc/self/root").toRealPath()).isEqualTo(mine);
    assertThat(Path.of("/file")).doesNotExist();
  }

  @Test
  void usersAndDirectoriesAreTakenOn() throws Exception {
    Files.createDirectory(root.path().resolve("home"));
    Command command =
        shell("id -u; id -g; pwd; ls /proc/1 2>/dev/null || echo none")
            .as(new Credentials(1000, 1001, List.of(1001L)))
            .in(UnixPath.of("/home"));
    assertThat(run(root, command).output()).isEqualTo("1000\n1001\n/home\nnone\n");
    assertThat(run(root, shell("echo x >/etc/passwd").as(new Credentials(1000, 1001, List.of()))))
        .extracting(Result::code)
        .isEqualTo(1);
  }

  @Test
  void devicesWorkAndNoneOfThemIsTheImages() throws Exception {
    assertThat(output(root, "echo x >/dev/null; head -c 3 /dev/zero | wc -c; test -c /dev/tty"))
        .isEqualTo("3\n");
    assertThat(sandbox.kept().test(UnixPath.of("dev/null"))).isTrue();
    assertThat(sandbox.kept().test(UnixPath.of("etc/hosts"))).isTrue();
    assertThat(sandbox.kept().test(UnixPath.of("etc/passwd"))).isFalse();
  }

  @Test
  void furtherHostsAreForTheirStepAlone() throws Exception {
    Command command =
        shell("cat /etc/hosts").withHosts(List.of(new Command.HostEntry("db", "10.0.0.9")));
    assertThat(run(root, command).output()).contains("10.0.0.9\tdb");
    assertThat(output(root, "cat /etc/hosts")).contains("localhost").doesNotContain("10.0.0.9");
  }

  @Test
  void whatIsLeftRunningIsEnded() throws Exception {
    output(root, "setsid sleep 1000 >/dev/null 2>&1 & echo $! >/pid");
    String pid = Files.readString(root.path().resolve("pid")).strip();
    assertThat(Path.of("/proc", pid)).doesNotExist();
  }

  @Test
  void linksOfTheImageDoNotLeadToThisMachinesPrograms() throws Exception {
    Files.createSymbolicLink(root.path().resolve("tool"), Path.of("/usr/bin/env"));
    Result result = run(root, Command.of(List.of("/tool"), List.of("PATH=/bin")));
    assertThat(result.code()).isEqualTo(127);
    Files.createSymbolicLink(root.path().resolve("sh"), Path.of("/bin/sh"));
    Command linked = Command.of(List.of("/sh", "-c", "echo ok"), List.of("PATH=/bin"));
    assertThat(run(root, linked).output()).isEqualTo("ok\n");
  }

  @Test
  void aStepWithoutNetworkIsRefused() {
    assertThatThrownBy(() -> run(root, shell("true").with(Command.Network.NONE)))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("namespace");
  }
}
