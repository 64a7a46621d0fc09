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
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against git's own server programs. */
final class GitRepositoriesTest {
  private static final GitOptions PLAIN = new GitOptions(false, true, Optional.empty());

  @TempDir private Path temp;
  private Path served = Path.of("");
  private final Http http = Http.create(TransportOptions.of(Map.of()));
  private GitServer server = unstarted();

  private static GitServer unstarted() {
    try {
      return GitServer.start(Path.of("/nonexistent"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void serve() throws IOException {
    server.close();
    served = Files.createDirectory(temp.resolve("served"));
    server = GitServer.start(served);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    http.close();
  }

  private Path checkOut(String reference, GitOptions options) throws IOException {
    Path folder = Files.createTempDirectory(temp, "checkout");
    new GitRepositories(http)
        .checkOut(GitReference.parse(reference).orElseThrow(), options, folder);
    return folder;
  }

  private static List<String> tree(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .map(path -> folder.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void theDefaultBranchIsCheckedOutWithoutItsHistory() throws IOException {
    Path tree = server.repository("a.git", "one", "1", "bin/run", "#!/bin/sh\n");
    assertThat(tree.resolve("bin/run").toFile().setExecutable(true)).isTrue();
    Files.createSymbolicLink(tree.resolve("link"), Path.of("one"));
    server.commit("a.git", "second");
    Path folder = checkOut(server.address() + "a.git", PLAIN);
    assertThat(tree(folder)).containsExactly("bin/run", "link", "one");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("one"))))
        .isEqualTo("rw-r--r--");
    assertThat(Files.getPosixFilePermissions(folder.resolve("bin/run")))
        .isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(Files.readSymbolicLink(folder.resolve("link"))).hasToString("one");
  }

  @Test
  void branchesTagsFullNamesAndPullRequestsAreFound() throws IOException {
    Path tree = server.repository("a.git", "file", "main");
    GitServer.git(tree, "checkout", "-q", "-b", "feature/x");
    server.commit("a.git", "branch", "file", "branch");
    GitServer.git(tree, "tag", "-a", "v1", "-m", "annotated");
    GitServer.publish(tree);
    GitServer.git(tree, "push", "-q", "origin", "HEAD:refs/pull/7/head");
    String address = server.address() + "a.git";
    for (String ref :
        List.of("feature/x", "v1", "refs/tags/v1", "refs/heads/feature/x", "pull/7/head")) {
      Path folder = checkOut(address + "#" + ref, PLAIN);
      assertThat(folder.resolve("file")).as(ref).hasContent("branch");
    }
    assertThat(checkOut(address + "?branch=main", PLAIN).resolve("file")).hasContent("main");
    assertThat(checkOut(address + "?tag=v1", PLAIN).resolve("file")).hasContent("branch");
  }

  @Test
  void aCommitIsFetchedByItsHashAlsoWhereTheServerGivesOnlyBranches() throws IOException {
    Path tree = server.repository("a.git", "file", "old");
    String old = GitServer.git(tree, "rev-parse", "HEAD").strip();
    server.commit("a.git", "new", "file", "new");
    Path folder = checkOut(server.address() + "a.git#" + old, PLAIN);
    assertThat(folder.resolve("file")).hasContent("old");
    assertThatThrownBy(() -> checkOut(server.address() + "a.git#" + "1".repeat(40), PLAIN))
        .hasMessageContaining("has no commit 1111");
  }

  @Test
  void theGitFolderIsKeptIfWantedAndTellsNoSecret() throws IOException {
    server.repository("a.git", "file", "x");
    server.require("user", "s3cret");
    String address = "http://user:s3cret@" + server.authority() + "/a.git";
    Path folder = checkOut(address, new GitOptions(true, true, Optional.empty()));
    assertThat(GitServer.git(folder, "log", "--format=%s")).isEqualTo("first\n");
    assertThat(GitServer.git(folder, "status", "--porcelain")).isEmpty();
    assertThat(GitServer.git(folder, "remote", "get-url", "origin"))
        .isEqualTo(server.address() + "a.git\n");
    for (String file : tree(folder)) {
      assertThat(Files.readAllBytes(folder.resolve(file)))
          .as(file)
          .asString(java.nio.charset.StandardCharsets.ISO_8859_1)
          .doesNotContain("s3cret");
    }
  }

  @Test
  void aLoginOpensPrivateRepositoriesAndItsLackIsToldWithoutIt() throws IOException {
    server.repository("a.git", "file", "x");
    server.require("token", "");
    GitOptions login = new GitOptions(false, true, Optional.of(new GitOptions.Login("token", "")));
    assertThat(checkOut(server.address() + "a.git", login).resolve("file")).hasContent("x");
    String wrong = "http://user:wr0ng@" + server.authority() + "/a.git";
    assertThatThrownBy(() -> checkOut(wrong, PLAIN))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining(server.address() + "a.git")
        .hasMessageContaining("not authorized")
        .hasMessageNotContaining("wr0ng");
    assertThatThrownBy(() -> checkOut(server.address() + "a.git", PLAIN))
        .hasMessageContaining("GIT_TOKEN");
  }

  @Test
  void submodulesComeAtTheirCommits() throws IOException {
    server.repository("inner.git", "deep", "old");
    Path tree = server.repository("sub.git", "file", "sub");
    GitServer.git(tree, "submodule", "-q", "add", "../inner.git", "inner");
    server.commit("sub.git", "with inner");
    server.commit("inner.git", "newer", "deep", "new");
    Path top = server.repository("top.git", "file", "top");
    GitServer.git(
        top, "submodule", "-q", "add", served.resolve("sub.git").toString(), "modules/sub");
    Files.writeString(
        top.resolve(".gitmodules"),
        Files.readString(top.resolve(".gitmodules")).replace(served.toString(), ".."));
    server.commit("top.git", "with sub");
    Path folder = checkOut(server.address() + "top.git", PLAIN);
    assertThat(tree(folder))
        .containsExactly(
            ".gitmodules",
            "file",
            "modules/sub/.gitmodules",
            "modules/sub/file",
            "modules/sub/inner/deep");
    assertThat(folder.resolve("modules/sub/inner/deep")).hasContent("old");
    Path without =
        checkOut(server.address() + "top.git", new GitOptions(false, false, Optional.empty()));
    assertThat(tree(without)).containsExactly(".gitmodules", "file");
  }

  @Test
  void submodulesOfThisMachinesFilesAreRefused() throws IOException {
    server.repository("sub.git", "file", "sub");
    Path top = server.repository("top.git", "file", "top");
    GitServer.git(top, "submodule", "-q", "add", served.resolve("sub.git").toString(), "sub");
    server.commit("top.git", "with sub");
    assertThatThrownBy(() -> checkOut(server.address() + "top.git", PLAIN))
        .isInstanceOf(FetchException.class);
  }

  @Test
  void aLoginGoesToNoOtherServer() throws IOException {
    Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    try (GitServer other = GitServer.start(elsewhere)) {
      other.repository("sub.git", "file", "sub");
      Path top = server.repository("top.git", "file", "top");
      GitServer.git(top, "submodule", "-q", "add", elsewhere + "/sub.git", "sub");
      Files.writeString(
          top.resolve(".gitmodules"),
          Files.readString(top.resolve(".gitmodules")).replace(elsewhere + "/", other.address()));
      server.commit("top.git", "with sub");
      server.require("user", "s3cret");
      GitOptions login =
          new GitOptions(false, true, Optional.of(new GitOptions.Login("user", "s3cret")));
      Path folder = checkOut(server.address() + "top.git", login);
      assertThat(folder.resolve("sub/file")).hasContent("sub");
      assertThat(server.authorizations()).isNotEmpty();
      assertThat(other.authorizations()).isEmpty();
    }
  }

  @Test
  void theCommitCanBeChecked() throws IOException {
    Path tree = server.repository("a.git", "file", "x");
    String commit = GitServer.git(tree, "rev-parse", "HEAD").strip();
    String address = server.address() + "a.git?checksum=";
    assertThat(checkOut(address + commit.substring(0, 8), PLAIN).resolve("file")).exists();
    assertThatThrownBy(() -> checkOut(address + "abcdef01", PLAIN))
        .hasMessage("expected checksum to match abcdef01, got " + commit);
  }

  @Test
  void filesCanHaveTheTimeOfTheCommit() throws IOException {
    server.repository("a.git", "dir/file", "x");
    Path folder = checkOut(server.address() + "a.git?mtime=commit", PLAIN);
    assertThat(Files.getLastModifiedTime(folder.resolve("dir/file")).toInstant())
        .isEqualTo(Instant.parse("2020-02-03T04:05:06Z"));
  }

  @Test
  void whatIsNotThereIsTold() throws IOException {
    server.repository("a.git", "file", "x");
    assertThatThrownBy(() -> checkOut(server.address() + "a.git#nope", PLAIN))
        .hasMessageContaining("has no branch or tag \"nope\"");
    assertThatThrownBy(() -> checkOut(server.address() + "b.git", PLAIN))
        .isInstanceOf(FetchException.class)
        .hasMessageContaining(server.address() + "b.git");
    assertThatThrownBy(() -> checkOut("git@example.org:a/b.git", PLAIN))
        .hasMessageContaining("there is no agent of ssh");
  }

  @Test
  void gitsOwnProtocolIsSpoken() throws Exception {
    server.repository("a.git", "file", "x");
    int port = freePort();
    Process daemon =
        new ProcessBuilder(
                "git",
                "daemon",
                "--listen=127.0.0.1",
                "--port=" + port,
                "--base-path=" + served,
                "--export-all",
                "--reuseaddr")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      awaitListener(port);
      Path folder = checkOut("git://127.0.0.1:" + port + "/a.git#main", PLAIN);
      assertThat(folder.resolve("file")).hasContent("x");
    } finally {
      daemon.descendants().forEach(ProcessHandle::destroy);
      daemon.destroy();
      assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitListener(int port) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(socket.isConnected()).isTrue();
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        Thread.sleep(20);
      }
    }
  }
}
