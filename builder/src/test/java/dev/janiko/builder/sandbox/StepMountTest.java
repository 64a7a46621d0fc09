package dev.janiko.builder.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.linux.WarmUp;
import dev.janiko.builder.sandbox.StepMount.Access;
import dev.janiko.builder.sandbox.StepMount.Permissions;
import dev.janiko.builder.snapshot.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a command finds beside its stage's files, in both sandboxes. In place a folder plays the
 * container's root: commands run in the machine's, with that folder's path before theirs.
 */
@Timeout(60)
class StepMountTest {
  private static final FileTime OLD = FileTime.from(Instant.ofEpochSecond(1_234_567));

  @TempDir Path temp;

  @BeforeEach
  void requireRoot() throws IOException {
    Busybox.requireRoot();
    WarmUp.await();
  }

  /** A stage, and the path of its root for commands. */
  private record Stage(StageRoot root, String prefix) {
    String output(String text, StepMount... mounts) throws Exception {
      Busybox.Result result = run(text, mounts);
      assertThat(result.code()).as(result.output()).isZero();
      return result.output();
    }

    Busybox.Result run(String text, StepMount... mounts) throws Exception {
      Command command =
          Command.of(
                  List.of("/bin/busybox", "sh", "-c", text.replace("@", prefix)),
                  List.of("PATH=/bin:/usr/bin"))
              .withMounts(List.of(mounts));
      return Busybox.run(root, command);
    }
  }

  private interface Check {
    void on(Stage stage) throws Exception;
  }

  private void inBoth(Check check) throws Exception {
    inNamespace(check);
    inPlace(check);
  }

  private void inNamespace(Check check) throws Exception {
    Path layer = Busybox.unpack(Files.createDirectories(temp.resolve("layer")));
    furnish(layer);
    BuildThread.call(() -> {
      try (NamespaceSandbox sandbox = NamespaceSandbox.open(temp.resolve("work"))) {
        check.on(new Stage(sandbox.openStage("stage", List.of(layer)), ""));
      }
      return true;
    });
  }

  private void inPlace(Check check) throws Exception {
    try (InPlaceSandbox sandbox = openInPlace()) {
      Stage stage = new Stage(sandbox.openStage("stage", List.of()), root().toString());
      furnish(root());
      check.on(stage);
    }
  }

  private Path root() {
    return temp.resolve("root");
  }

  private InPlaceSandbox openInPlace() throws IOException {
    Files.createDirectories(root().resolve("kaniko"));
    return InPlaceSandbox.open(
        InPlaceRoot.of(
            root(),
            root().resolve("kaniko/stages"),
            List.of(UnixPath.of("/kaniko"), UnixPath.of("/mounted"), UnixPath.of("/run/secrets")),
            new byte[0]));
  }

  private static void furnish(Path root) throws IOException {
    for (String path : List.of("data/below", "proc", "sys")) {
      Files.createDirectories(root.resolve(path));
    }
    Files.writeString(root.resolve("data/file"), "image's");
    Files.writeString(root.resolve("data/below/file"), "below");
    Files.createSymbolicLink(root.resolve("link"), Path.of("/data/below"));
    for (String path : List.of("data/below", "data")) {
      Files.setLastModifiedTime(root.resolve(path), OLD);
    }
  }

  private StepMount.Files folder(Stage stage, String target, Access access) throws IOException {
    Path source = Files.createDirectory(stage.root().scratch().resolve("source"));
    Files.writeString(source.resolve("file"), "mounted");
    return new StepMount.Files(source, UnixPath.of(target), access);
  }

  private static StepMount.Secret secret(String target) {
    return new StepMount.Secret(
        UnixPath.of(target), SecretValue.of("hush"), new Permissions(12, 34, 0440));
  }

  private static StepMount.Memory memory(String target) {
    return new StepMount.Memory(UnixPath.of(target), OptionalLong.empty(), false);
  }

  private static List<String> tree(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .map(path -> root.relativize(path).toString())
          .filter(path -> !path.startsWith("kaniko") && !path.startsWith("bin/"))
          .sorted()
          .toList();
    }
  }

  /** Fails unless the stage's files are as they were: names, and the times of folders. */
  private static void unchanged(Stage stage, Check check) throws Exception {
    List<String> before = tree(stage.root().path());
    FileTree tree = FileTree.walk(stage.root().path(), path -> path.raw().startsWith("kaniko"));
    check.on(stage);
    assertThat(tree(stage.root().path())).isEqualTo(before);
    assertThat(Files.getLastModifiedTime(stage.root().path().resolve("data"))).isEqualTo(OLD);
    switch (stage.root().commit()) {
      case StageDiff.OverlayDiff diff ->
          assertThat(tree(diff.upper()))
              .isSubsetOf("", "data", "data/below", "etc", "proc", "run", "sys");
      case StageDiff.WalkDiff diff -> {
        FileTree after =
            FileTree.walk(stage.root().path(), path -> path.raw().startsWith("kaniko"));
        assertThat(tree.changesTo(after, diff.moved()).all()).isEmpty();
      }
      case StageDiff.Unchanged _ -> {
        // Nothing at all was written.
      }
    }
  }

  @Test
  void aFolderHidesWhatIsThereAndIsGoneAfterwards() throws Exception {
    inBoth(each ->
        unchanged(
            each,
            stage -> {
              String text = "cat @/data/file; ls -A @/data";
              assertThat(stage.output(text, folder(stage, "/data", Access.READ_ONLY)))
                  .isEqualTo("mounted\nfile\n".replaceFirst("\n", ""));
            }));
  }

  @Test
  void foldersThatWereMadeForItGoWithIt() throws Exception {
    inBoth(each ->
        unchanged(
            each,
            stage -> {
              stage.output("test -s @/new/deep/file", folder(stage, "/new/deep", Access.WRITABLE));
              stage.output("test -d @/data/below/new", memory("/data/below/new"));
              stage.output("test -s @/data/below/a/name", secret("/data/below/a/name"));
            }));
  }

  @Test
  void whatWasMadeForItStaysIfTheCommandPutSomethingThere() throws Exception {
    inBoth(stage -> {
      stage.output("echo x > @/new/kept", memory("/new/deep"));
      assertThat(stage.root().path().resolve("new/kept")).hasContent("x");
      assertThat(stage.root().path().resolve("new/deep")).doesNotExist();
    });
  }

  @Test
  void writesGoToTheSource() throws Exception {
    inBoth(stage -> {
      StepMount.Files cache = folder(stage, "/cache", Access.WRITABLE);
      stage.output("echo more > @/cache/more; rm @/cache/file", cache);
      assertThat(cache.source().resolve("more")).hasContent("more");
      assertThat(cache.source().resolve("file")).doesNotExist();
      assertThat(stage.root().path().resolve("cache")).doesNotExist();
    });
  }

  @Test
  void writesAreDiscarded() throws Exception {
    inNamespace(stage -> {
      StepMount.Files files = folder(stage, "/files", Access.DISCARDED);
      String text = "echo more > /files/more; rm /files/file; ls /files";
      assertThat(stage.output(text, files)).isEqualTo("more\n");
      assertThat(files.source().resolve("more")).doesNotExist();
      assertThat(files.source().resolve("file")).hasContent("mounted");
    });
  }

  @Test
  void writesAreRefused() throws Exception {
    inNamespace(stage -> {
      Busybox.Result result =
          stage.run("echo more > /files/more", folder(stage, "/files", Access.READ_ONLY));
      assertThat(result.code()).isNotZero();
      assertThat(result.output()).contains("Read-only file system");
    });
  }

  @Test
  void aSecretIsAFileOfItsOwnersThatLeavesNoTrace() throws Exception {
    inBoth(each ->
        unchanged(
            each,
            stage -> {
              String text = "cat @/run/secrets/token; stat -L -c ' %u %g %a' @/run/secrets/token";
              assertThat(stage.output(text, secret("/run/secrets/token")))
                  .isEqualTo("hush 12 34 440\n");
              assertThat(stage.output("cat @/data/file", secret("/data/file"))).isEqualTo("hush\n");
            }));
    assertThat(janikoFoldersInMemory()).isEmpty();
  }

  private static List<Path> janikoFoldersInMemory() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/dev/shm"))) {
      return entries
          .filter(entry -> entry.getFileName().toString().startsWith("janiko-"))
          .filter(entry -> Files.exists(entry.resolve("0")))
          .toList();
    }
  }

  @Test
  void aSecretIsOnNoDisk() throws Exception {
    inNamespace(stage ->
        assertThat(stage.output("mount | grep /token", secret("/token"))).contains("tmpfs"));
    inPlace(stage ->
        assertThat(stage.output("readlink -f @/token", secret("/token"))).startsWith("/dev/shm/"));
  }

  @Test
  void linksToTheTargetAreFollowedInTheRoot() throws Exception {
    inBoth(each ->
        unchanged(
            each,
            stage ->
                assertThat(stage.output("cat @/data/below/token", secret("/link/token")))
                    .isEqualTo("hush\n")));
  }

  @Test
  void mountsLieInEachOther() throws Exception {
    inBoth(each ->
        unchanged(
            each,
            stage ->
                assertThat(
                        stage.output(
                            "find @/data -type d | wc -l",
                            memory("/data/inner/deep"),
                            memory("/data"),
                            memory("/data/inner")))
                    .isEqualTo("3\n")));
  }

  @Test
  void memoryHasTheModeOfWhatItHides() throws Exception {
    inBoth(stage -> {
      String text = "stat -c '%a' @/data; stat -c '%a' @/new";
      assertThat(stage.output(text, memory("/data"), memory("/new"))).isEqualTo("755\n1777\n");
    });
  }

  @Test
  void memoryIsLimited() throws Exception {
    inNamespace(stage -> {
      StepMount.Memory small =
          new StepMount.Memory(UnixPath.of("/small"), OptionalLong.of(8192), false);
      assertThat(stage.run("dd if=/dev/zero of=/small/file bs=1k count=100", small).output())
          .contains("No space left");
    });
  }

  @Test
  void allIsTakenAwayWhenTheCommandFails() throws Exception {
    inBoth(each ->
        unchanged(
            each,
            stage -> {
              Busybox.Result result =
                  stage.run(
                      "echo x > @/data/x; exit 3",
                      memory("/data"),
                      secret("/etc/token"),
                      memory("/n"));
              assertThat(result.code()).isEqualTo(3);
            }));
  }

  @Test
  void aCommandMayTakeThePlaceAway() throws Exception {
    inPlace(stage -> {
      StepMount.Files cache = folder(stage, "/cache", Access.WRITABLE);
      stage.output("rm -r @/cache", cache);
      assertThat(cache.source()).doesNotExist();
      stage.output("rm -r @/data; mkdir @/data; echo > @/data/other", memory("/data"));
      assertThat(stage.root().path().resolve("data/file")).hasContent("image's");
    });
  }

  @Test
  void aWrongKindOfPlaceIsToldByName() throws Exception {
    inBoth(stage -> {
      assertThatThrownBy(() -> stage.run("true", memory("/data/file")))
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("/data/file is not a directory");
      assertThatThrownBy(() -> stage.run("true", secret("/data")))
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("/data is a directory");
    });
  }

  @Test
  void aPlaceOfTheContainersIsRefused() throws Exception {
    inPlace(stage ->
        assertThatThrownBy(() -> stage.run("true", memory("/mounted/below")))
            .isInstanceOf(SandboxException.class)
            .hasMessageContaining("/mounted/below is, or holds, a mount of this container"));
  }

  @Test
  void aSecretMayBeInAFolderThatTheContainersEngineMounted() throws Exception {
    inPlace(stage -> {
      Path mounted = Files.createDirectories(root().resolve("run/secrets"));
      Files.createSymbolicLink(mounted.resolve("token"), Path.of("/dev/shm/janiko-killed/0"));
      assertThat(stage.output("cat @/run/secrets/token", secret("/run/secrets/token")))
          .isEqualTo("hush\n");
      assertThat(mounted).isEmptyDirectory();
    });
  }

  @Test
  void whatAKilledBuildLeftIsPutRightByTheNext() throws Exception {
    Files.createDirectories(root().resolve("kaniko/stages/original/etc"));
    Files.writeString(root().resolve("kaniko/stages/original/etc/own"), "own");
    Files.createDirectories(root().resolve("kaniko/stages/step-1"));
    Files.createDirectories(root().resolve("cache"));
    Files.writeString(root().resolve("cache/secret"), "left");
    try (InPlaceSandbox sandbox = openInPlace()) {
      sandbox.openStage("stage", List.of());
      assertThat(tree(root())).containsExactly("");
    }
    assertThat(tree(root())).containsExactly("", "etc", "etc/own");
    assertThat(root().resolve("kaniko/stages")).doesNotExist();
  }

  @Test
  void whatAKilledBuildHadHalfMovedComesBack() throws Exception {
    Files.createDirectories(root().resolve("kaniko/stages/original-in-parts/etc"));
    Files.writeString(root().resolve("kaniko/stages/original-in-parts/etc/own"), "own");
    Files.createDirectories(root().resolve("usr"));
    openInPlace().close();
    assertThat(tree(root())).containsExactly("", "etc", "etc/own", "usr");
  }

  @Test
  void twoBuildsCannotUseUpOneRoot() throws Exception {
    try (InPlaceSandbox sandbox = openInPlace()) {
      assertThat(sandbox.name()).isEqualTo("inplace");
      assertThatThrownBy(this::openInPlace)
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("another build uses up this container's file system");
    }
  }

  @Test
  void onlyAFileSystemInMemoryCounts() {
    String mounts =
        """
        1 0 0:1 / / rw - overlay overlay rw
        2 1 0:2 / /dev/shm rw,nosuid shared:3 - tmpfs shm rw
        3 1 0:3 / /run rw - tmpfs tmpfs rw
        4 3 0:4 / /run rw - ext4 /dev/sda rw
        """;
    assertThat(MemoryFolder.isInMemory(Path.of("/dev/shm"), mounts)).isTrue();
    assertThat(MemoryFolder.isInMemory(Path.of("/run"), mounts)).isFalse();
    assertThat(MemoryFolder.isInMemory(Path.of("/tmp"), mounts)).isFalse();
    assertThat(SecretValue.of("x".getBytes(StandardCharsets.UTF_8))).hasToString("(secret)");
  }
}
