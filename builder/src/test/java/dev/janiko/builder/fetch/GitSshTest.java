package dev.janiko.builder.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.support.GitServer;
import dev.janiko.dockerfile.text.GitReference;
import dev.janiko.registry.transport.Http;
import dev.janiko.registry.transport.TransportOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against OpenSSH's server and git's programs behind it. */
final class GitSshTest {
  @TempDir private Path temp;
  private final Http http = Http.create(TransportOptions.of(Map.of()));
  private Path home = Path.of("");
  private Path served = Path.of("");
  private Process daemon = none();
  private int port;

  private static Process none() {
    try {
      return new ProcessBuilder("true").start();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(String.join(" ", command)).isZero();
  }

  @BeforeEach
  void serve() throws Exception {
    home = Files.createDirectories(temp.resolve("home"));
    Path keys = Files.createDirectory(home.resolve(".ssh"));
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys.resolve("id_ed25519").toString());
    Path server = Files.createDirectory(temp.resolve("server"));
    run("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", server.resolve("host").toString());
    Files.copy(keys.resolve("id_ed25519.pub"), server.resolve("authorized"));
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = socket.getLocalPort();
    }
    Files.write(
        server.resolve("config"),
        List.of(
            "ListenAddress 127.0.0.1:" + port,
            "HostKey " + server.resolve("host"),
            "AuthorizedKeysFile " + server.resolve("authorized"),
            "PidFile none",
            "StrictModes no",
            "PermitRootLogin yes",
            "UsePAM no"));
    // sshd gives up its privileges into this folder, which its service makes elsewhere.
    Files.createDirectories(Path.of("/run/sshd"));
    daemon =
        new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", server.resolve("config").toString())
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("sshd.log").toFile())
            .start();
    awaitListener();
    String host = Files.readString(server.resolve("host.pub")).strip();
    Files.writeString(keys.resolve("known_hosts"), "[127.0.0.1]:%d %s%n".formatted(port, host));
    served = Files.createDirectory(temp.resolve("served"));
    try (GitServer git = GitServer.start(served)) {
      git.repository("a.git", "file", "x");
    }
  }

  private void awaitListener() throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
        assertThat(socket.isConnected()).isTrue();
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end || !daemon.isAlive()) {
          throw new IllegalStateException(Files.readString(temp.resolve("sshd.log")), e);
        }
        Thread.sleep(20);
      }
    }
  }

  @AfterEach
  void stop() throws Exception {
    http.close();
    daemon.descendants().forEach(ProcessHandle::destroy);
    daemon.destroy();
    assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  private Path checkOut(Optional<Path> agent) throws IOException {
    Path folder = Files.createTempDirectory(temp, "checkout");
    String user = System.getProperty("user.name");
    String address = "ssh://%s@127.0.0.1:%d%s/a.git#main".formatted(user, port, served);
    new GitRepositories(http)
        .checkOut(
            GitReference.parse(address).orElseThrow(),
            new GitOptions(
                true, true, Optional.empty(), Optional.of(new GitOptions.Ssh(home, agent))),
            folder);
    return folder;
  }

  @Test
  void aKeyOfTheHomeFolderOpensARepository() throws Exception {
    Path folder = checkOut(Optional.empty());
    assertThat(folder.resolve("file")).hasContent("x");
    assertThat(folder.resolve(".git/shallow")).isNotEmptyFile();
  }

  @Test
  void anAgentsKeyDoesToo() throws Exception {
    Path key = home.resolve(".ssh/id_ed25519");
    Path socket = temp.resolve("agent");
    Process agent =
        new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (!Files.exists(socket) && System.nanoTime() < end) {
        Thread.sleep(20);
      }
      run("env", "SSH_AUTH_SOCK=" + socket, "ssh-add", "-q", key.toString());
      Files.delete(key);
      Files.delete(home.resolve(".ssh/id_ed25519.pub"));
      assertThat(checkOut(Optional.of(socket)).resolve("file")).hasContent("x");
      assertThatThrownBy(() -> checkOut(Optional.of(temp.resolve("no-agent"))))
          .hasMessageContaining("keys are looked for in " + home.resolve(".ssh"));
    } finally {
      agent.destroy();
      assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aHostThatIsNotKnownIsRefused() throws Exception {
    Files.delete(home.resolve(".ssh/known_hosts"));
    assertThatThrownBy(() -> checkOut(Optional.empty()))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("ssh-keyscan 127.0.0.1");
    assertThat(Files.exists(home.resolve(".ssh/known_hosts"))).isFalse();
    assertThat(Files.getPosixFilePermissions(home.resolve(".ssh/id_ed25519")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }
}
