package dev.janiko.builder.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.linux.Credentials;
import dev.janiko.builder.linux.Descendants;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.linux.WarmUp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a folder in the part of the container's root; commands run in the machine's. */
@Timeout(60)
class InPlaceSandboxTest {
  private static final FileTime OLD = FileTime.from(Instant.ofEpochSecond(1_234_567));

  @TempDir Path root;

  @BeforeEach
  void container() throws IOException {
    Busybox.requireRoot();
    WarmUp.await();
    Files.createDirectories(root.resolve("kaniko/jre"));
    Files.createDirectories(root.resolve("etc/deep"));
    Files.createDirectories(root.resolve("proc"));
    Files.writeString(root.resolve("kaniko/jre/java"), "java");
    Files.writeString(root.resolve("etc/hosts"), "mounted");
    Files.writeString(root.resolve("etc/deep/original"), "original");
    Files.createSymbolicLink(root.resolve("link"), Path.of("/nowhere"));
    Files.setPosixFilePermissions(
        root.resolve("etc"), PosixFilePermissions.fromString("rwxr-x--x"));
    Files.setLastModifiedTime(root.resolve("etc"), OLD);
  }

  private InPlaceSandbox open() throws IOException {
    String mounts = "1 0 0:1 / / rw - overlay o rw\n2 1 0:2 /h /etc/hosts rw - ext4 /dev/x rw\n";
    return InPlaceSandbox.open(
        InPlaceRoot.of(
            root,
            root.resolve("kaniko/stages"),
            List.of(UnixPath.of("/kaniko")),
            mounts.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private List<String> tree(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths
          .map(path -> folder.relativize(path).toString())
          .filter(path -> !path.isEmpty() && !path.startsWith("kaniko"))
          .sorted()
          .toList();
    }
  }

  @Test
  void stagesBeginEmptyAndTheOriginalComesBack() throws IOException {
    List<String> before = tree(root);
    try (InPlaceSandbox sandbox = open()) {
      StageRoot first = sandbox.openStage("first", List.of());
      assertThat(tree(root)).containsExactly("etc", "etc/hosts", "proc");
      assertThat(root.resolve("kaniko/jre/java")).hasContent("java");
      Files.createDirectories(root.resolve("usr/bin"));
      Files.writeString(root.resolve("usr/bin/tool"), "tool");
      Files.writeString(root.resolve("etc/made"), "made");
      StageRoot second = sandbox.openStage("second", List.of());
      assertThat(tree(root)).containsExactly("etc", "etc/hosts", "proc");
      assertThat(first.path().resolve("usr/bin/tool")).hasContent("tool");
      assertThat(first.path().resolve("etc/made")).hasContent("made");
      assertThat(second.path()).isEqualTo(root);
      Files.writeString(root.resolve("second"), "second");
    }
    assertThat(tree(root)).isEqualTo(before);
    assertThat(root.resolve("etc/deep/original")).hasContent("original");
    assertThat(root.resolve("kaniko/stages")).doesNotExist();
  }

  @Test
  void theLatestStageMayStay() throws IOException {
    try (InPlaceSandbox sandbox = open()) {
      sandbox.openStage("first", List.of());
      Files.writeString(root.resolve("first"), "first");
      sandbox.openStage("second", List.of());
      Files.writeString(root.resolve("second"), "second");
      sandbox.leave();
    }
    List<String> made = List.of("etc", "etc/hosts", "proc", "second");
    assertThat(tree(root)).containsExactlyElementsOf(made);
    assertThat(root.resolve("kaniko/jre/java")).hasContent("java");
    assertThat(root.resolve("kaniko/stages")).doesNotExist();
    try (InPlaceSandbox sandbox = open()) {
      sandbox.openStage("next", List.of());
      assertThat(root.resolve("second")).doesNotExist();
    }
    assertThat(tree(root)).containsExactlyElementsOf(made);
  }

  @Test
  void directoriesThatCouldNotBeMovedWholeKeepTheirAttributesAside() throws IOException {
    try (InPlaceSandbox sandbox = open()) {
      sandbox.openStage("first", List.of());
      Path etc = root.resolve("kaniko/stages/original/etc");
      assertThat(Files.getLastModifiedTime(etc)).isEqualTo(OLD);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(etc)))
          .isEqualTo("rwxr-x--x");
    }
  }

  @Test
  void aStageThatWasGivenUpLeavesNothing() throws IOException {
    try (InPlaceSandbox sandbox = open()) {
      StageRoot first = sandbox.openStage("first", List.of());
      Files.createDirectories(root.resolve("a/b"));
      first.close();
      assertThat(tree(root)).containsExactly("etc", "etc/hosts", "proc");
      sandbox.openStage("second", List.of());
      assertThat(root.resolve("kaniko/stages/0")).doesNotExist();
    }
  }

  @Test
  void keptPathsAreTold() throws IOException {
    try (InPlaceSandbox sandbox = open()) {
      assertThat(sandbox.kept().test(UnixPath.of("kaniko/jre"))).isTrue();
      assertThat(sandbox.kept().test(UnixPath.of("etc/hosts"))).isTrue();
      assertThat(sandbox.kept().test(UnixPath.of("proc/1"))).isTrue();
      assertThat(sandbox.kept().test(UnixPath.of("etc"))).isFalse();
      assertThat(sandbox.kept().test(UnixPath.of("kanikos"))).isFalse();
    }
  }

  @Test
  void commandsRunAsTheirUserInTheirDirectory() throws Exception {
    try (InPlaceSandbox sandbox = open()) {
      StageRoot stage = sandbox.openStage("first", List.of());
      Command command =
          Busybox.shell("pwd; id -u; id -G; umask; grep Sig[BI] /proc/self/status; cat")
              .in(UnixPath.of("/usr"))
              .as(new Credentials(1234, 5678, List.of(5678L, 9L)));
      Busybox.Result result =
          Busybox.run(
              stage,
              Command.of(
                      List.of("/bin/busybox", "sh", "-c", command.arguments().getLast()),
                      List.of("PATH=/bin:/usr/bin"))
                  .in(command.directory())
                  .as(command.user()));
      assertThat(result.output())
          .startsWith("/usr\n1234\n5678 9\n0022\nSigBlk:\t0000000000000000\n");
      assertThat(result.code()).isZero();
    }
  }

  @Test
  void whatAStepLeavesRunningIsKilledAndDoesNotHoldUpTheBuild() throws Exception {
    Descendants.adopt();
    try (InPlaceSandbox sandbox = open()) {
      StageRoot stage = sandbox.openStage("first", List.of());
      long start = System.nanoTime();
      Busybox.Result result =
          Busybox.run(
              stage,
              Command.of(
                  List.of("/bin/sh", "-c", "setsid sh -c 'sleep 4321 & sleep 4321' & echo $!"),
                  List.of("PATH=/bin:/usr/bin")));
      assertThat(result.code()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
      assertThat(Processes.withArgument("4321")).isEmpty();
    }
  }

  @Test
  void whatNeedsNamespacesIsRefused() throws Exception {
    try (InPlaceSandbox sandbox = open()) {
      StageRoot stage = sandbox.openStage("first", List.of());
      assertThatThrownBy(() -> Busybox.run(stage, Busybox.shell("true").with(Command.Network.NONE)))
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("needs isolation \"namespace\"");
    }
  }
}
