package dev.janiko.builder.sandbox;

import static dev.janiko.builder.sandbox.Busybox.output;
import static dev.janiko.builder.sandbox.Busybox.run;
import static dev.janiko.builder.sandbox.Busybox.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.linux.Credentials;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.sandbox.StageDiff.OverlayDiff;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamespaceSandboxTest {
  @TempDir Path temporary;

  @BeforeAll
  static void root() throws IOException {
    Busybox.requireRoot();
  }

  /** What a test does with a stage over busybox. */
  private interface Work {
    void with(StageRoot root) throws Exception;
  }

  private void inStage(Work work) throws Exception {
    Path layer = temporary.resolve("layer");
    if (!Files.exists(layer)) {
      Busybox.unpack(layer);
    }
    inStage(List.of(layer), work);
  }

  private void inStage(List<Path> layers, Work work) throws Exception {
    BuildThread.call(() -> {
      try (NamespaceSandbox sandbox = NamespaceSandbox.open(temporary.resolve("work"));
          StageRoot root = sandbox.openStage("test", layers)) {
        work.with(root);
      }
      return true;
    });
  }

  private static Path upper(StageRoot root) throws IOException {
    return ((OverlayDiff) root.commit()).upper();
  }

  private static List<String> tree(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(path -> !path.equals(root))
          .map(path -> root.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void commandsSeeTheImageAndTheirOutputComesInLines() throws Exception {
    inStage(root -> {
      assertThat(output(root, "echo one; echo two >&2; printf three"))
          .isEqualTo("one\ntwo\nthree\n");
      assertThat(output(root, "ls /")).isEqualTo("bin\ndev\netc\nproc\nsys\n");
    });
  }

  @Test
  void exitCodesAndSignalsAreTold() throws Exception {
    inStage(root -> {
      assertThat(run(root, shell("exit 42")).code()).isEqualTo(42);
      assertThat(run(root, shell("sh -c 'kill -9 $$'; exit $?")).code()).isEqualTo(137);
    });
  }

  @Test
  void aCommandIsTheFirstProcessOfItsNamespaceAndSeesNoOthers() throws Exception {
    inStage(root -> {
      assertThat(output(root, "echo $$; ls /proc | grep '^[0-9]'; true"))
          .matches("1\n1\n([1-9]\n)*");
      assertThat(output(root, "hostname")).isEqualTo("buildkitsandbox\n");
    });
  }

  @Test
  void rootHasTheCapabilitiesOfAContainerAndNothingInheritable() throws Exception {
    inStage(root ->
        assertThat(
                run(
                        root,
                        Command.of(
                            List.of(
                                "grep", "-E", "Cap|NoNewPrivs|Sig(Blk|Ign)", "/proc/self/status"),
                            Busybox.ENVIRONMENT))
                    .output()
                    .lines())
            .containsExactly(
                "SigBlk:\t0000000000000000",
                "SigIgn:\t0000000000000000",
                "CapInh:\t0000000000000000",
                "CapPrm:\t00000000a80425fb",
                "CapEff:\t00000000a80425fb",
                "CapBnd:\t00000000a80425fb",
                "CapAmb:\t0000000000000000",
                "NoNewPrivs:\t0"));
  }

  @Test
  void anotherUserHasItsGroupsAndNoCapabilities() throws Exception {
    Credentials app = new Credentials(1000, 1001, List.of(1001L, 2000L));
    inStage(root -> {
      assertThat(run(root, shell("id; grep CapEff /proc/self/status").as(app)).output())
          .isEqualTo(
              """
              uid=1000(app) gid=1001(app) groups=1001(app),2000(extra)
              CapEff:\t0000000000000000
              """);
      assertThat(output(root, "id -u")).isEqualTo("0\n");
    });
  }

  @Test
  void onlyTheStandardStreamsAreOpen() throws Exception {
    inStage(root -> {
      String open =
          output(
              root,
              "i=0; while [ $i -lt 600 ]; do [ -e /proc/self/fd/$i ] && echo $i; i=$((i+1)); done; cat");
      assertThat(open).isEqualTo("0\n1\n2\n");
    });
  }

  @Test
  void environmentDirectoryAndUmaskAreExactlyTheGivenOnes() throws Exception {
    inStage(root -> {
      Command command = Command.of(List.of("env"), List.of("PATH=/nowhere:/bin", "A=b c", "Ü=ö"));
      assertThat(run(root, command).output()).isEqualTo("PATH=/nowhere:/bin\nA=b c\nÜ=ö\n");
      assertThat(run(root, shell("pwd; umask").in(UnixPath.of("/etc"))).output())
          .isEqualTo("/etc\n0022\n");
    });
  }

  @Test
  void missingExecutablesAreToldInDockersWords() throws Exception {
    inStage(root -> {
      assertThat(run(root, Command.of(List.of("nosuch"), Busybox.ENVIRONMENT)))
          .isEqualTo(
              new Busybox.Result(127, "exec: \"nosuch\": executable file not found in $PATH\n"));
      assertThat(run(root, Command.of(List.of("/no/such"), List.of())))
          .isEqualTo(
              new Busybox.Result(
                  127, "exec: \"/no/such\": stat /no/such: no such file or directory\n"));
      assertThat(run(root, Command.of(List.of("/etc/passwd"), List.of())))
          .isEqualTo(new Busybox.Result(126, "exec: \"/etc/passwd\": permission denied\n"));
      assertThat(run(root, Command.of(List.of("/etc"), List.of())))
          .isEqualTo(new Busybox.Result(126, "exec: \"/etc\": is a directory\n"));
      output(root, "echo text > /x; chmod 755 /x");
      assertThat(run(root, Command.of(List.of("/x"), List.of())))
          .isEqualTo(new Busybox.Result(255, "exec /x: exec format error\n"));
    });
  }

  @Test
  void aMissingWorkingDirectoryAndOneOutsideTheRootAreRefused() throws Exception {
    inStage(root -> {
      assertThatThrownBy(() -> run(root, shell("pwd").in(UnixPath.of("/no"))))
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("working directory /no");
      for (int fd = 3; fd < 40; fd++) {
        UnixPath directory = UnixPath.of("/proc/self/fd/" + fd);
        assertThatThrownBy(() -> run(root, shell("pwd").in(directory)))
            .isInstanceOf(SandboxException.class);
      }
    });
  }

  @Test
  void theUpperDirectoryOfACommitIsTheDifferenceOfItsStep() throws Exception {
    inStage(root -> {
      output(root, "mkdir /a; echo 1 > /a/one");
      Path first = upper(root);
      output(root, "echo 2 > /a/two; rm /a/one");
      Path second = upper(root);
      assertThat(tree(first)).contains("a", "a/one").doesNotContain("a/two");
      assertThat(tree(second)).contains("a", "a/one", "a/two");
      assertThat(Files.getAttribute(second.resolve("a/one"), "unix:rdev")).isEqualTo(0L);
      assertThat(output(root, "ls /a")).isEqualTo("two\n");
      assertThat(Files.readString(root.path().resolve("a/two"))).isEqualTo("2\n");
    });
  }

  @Test
  void aDifferenceKnowsWhatItLiesOver() throws Exception {
    inStage(root -> {
      output(root, "touch /a");
      Path first = upper(root);
      output(root, "touch /b");
      OverlayDiff second = (OverlayDiff) root.commit();
      assertThat(second.lowers()).containsExactly(first, temporary.resolve("layer"));
    });
  }

  @Test
  void furtherHostsAreAdded() throws Exception {
    inStage(root -> {
      Command command =
          shell("cat /etc/hosts").withHosts(List.of(new Command.HostEntry("db", "10.0.0.7")));
      assertThat(run(root, command).output()).endsWith("\n10.0.0.7\tdb\n");
    });
  }

  @Test
  void mountPointsLeaveNothingBehindButProcAndSys() throws Exception {
    inStage(root -> {
      FileTime before = FileTime.from(Instant.ofEpochSecond(1_000_000));
      Files.setLastModifiedTime(root.path().resolve("etc"), before);
      upper(root);
      output(root, "cat /etc/resolv.conf /etc/hosts > /dev/null; ls /dev/pts /dev/shm");
      Path upper = upper(root);
      assertThat(tree(upper)).containsExactly("etc", "proc", "sys");
      assertThat(Files.getLastModifiedTime(upper.resolve("etc"))).isEqualTo(before);
    });
  }

  @Test
  void aStepsOwnChangeKeepsItsDirectorysTime() throws Exception {
    inStage(root -> {
      Path etc = root.path().resolve("etc");
      Files.setLastModifiedTime(etc, FileTime.from(Instant.ofEpochSecond(1_000_000)));
      output(root, "touch /etc/new");
      assertThat(Files.getLastModifiedTime(etc).toInstant())
          .isAfter(Instant.now().minus(Duration.ofMinutes(1)));
      assertThat(tree(upper(root))).containsExactly("etc", "etc/new", "proc", "sys");
    });
  }

  @Test
  void devicesAndHiddenPathsAreAsInAContainer() throws Exception {
    inStage(root -> {
      assertThat(output(root, "ls /dev").lines())
          .containsExactly(
              "core", "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr",
              "stdin", "stdout", "tty", "urandom", "zero");
      assertThat(
              output(
                  root,
                  "head -c 3 /dev/zero | wc -c; echo x > /dev/null; wc -c < /proc/interrupts"))
          .isEqualTo("3\n0\n");
      assertThat(run(root, shell("echo 1 > /proc/sys/kernel/panic")).code()).isNotZero();
      assertThat(run(root, shell("echo h > /proc/sysrq-trigger")).code()).isNotZero();
      assertThat(run(root, shell("mkdir /sys/x")).code()).isNotZero();
      assertThat(run(root, shell("echo x >> /etc/hosts")).code()).isNotZero();
      assertThat(output(root, "cat /etc/hosts"))
          .isEqualTo(
              """
              127.0.0.1\tlocalhost buildkitsandbox
              ::1\tlocalhost ip6-localhost ip6-loopback
              """);
    });
  }

  @Test
  void aDeviceFileMadeByAStepReachesNoDevice() throws Exception {
    inStage(root -> {
      assertThat(run(root, shell("mknod /disk c 1 5 && cat /disk")).code()).isNotZero();
      assertThat(Files.exists(upper(root).resolve("disk"))).isTrue();
    });
  }

  @Test
  void linksOutOfTheImageLeadNowhere() throws Exception {
    Path layer = Busybox.unpack(temporary.resolve("layer"));
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Files.createSymbolicLink(layer.resolve("etc/hosts"), outside.resolve("made"));
    Files.createSymbolicLink(layer.resolve("etc/resolv.conf"), Path.of("../../../run/x/resolv"));
    inStage(root -> {
      assertThat(output(root, "cat /etc/hosts")).startsWith("127.0.0.1");
      assertThat(tree(outside)).isEmpty();
      assertThat(tree(upper(root))).containsExactly("proc", "sys");
    });
  }

  @Test
  void aReplacedParentOfAMountPointProtectsWhatTheLinkPointsTo() throws Exception {
    Path layer = Busybox.unpack(temporary.resolve("layer"));
    Files.createSymbolicLink(layer.resolve("etc/hosts"), Path.of("/made/here/hosts"));
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Files.createFile(outside.resolve("hosts"));
    inStage(root -> {
      run(root, shell("mv /made/here /made/there; ln -s " + outside + " /made/here"));
      assertThat(outside.resolve("hosts")).exists();
    });
  }

  @Test
  void aLinkInPlaceOfProcIsRefused() throws Exception {
    Path layer = Busybox.unpack(temporary.resolve("layer"));
    Files.createSymbolicLink(layer.resolve("proc"), Path.of("/etc"));
    inStage(root ->
        assertThatThrownBy(() -> output(root, "true"))
            .isInstanceOf(SandboxException.class)
            .hasMessageContaining("/proc of the image is not a directory"));
  }

  @Test
  void aStepWithoutNetworkHasLoopbackOnly() throws Exception {
    inStage(root -> {
      Busybox.Result result =
          run(
              root,
              shell("ls /sys/class/net; ip addr show lo | grep -c UP").with(Command.Network.NONE));
      assertThat(result.output()).isEqualTo("lo\n1\n");
    });
  }

  @Test
  void whatAStepLeavesRunningDiesWithIt() throws Exception {
    inStage(root -> {
      long start = System.nanoTime();
      output(root, "setsid sh -c 'sleep 60' & sleep 0; echo done");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    });
  }

  @Test
  void anInterruptionKillsTheCommand() throws Exception {
    inStage(root -> {
      Thread runner = Thread.currentThread();
      Thread.ofPlatform()
          .start(() -> {
            try {
              Thread.sleep(300);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            runner.interrupt();
          });
      assertThatThrownBy(() -> run(root, shell("trap '' TERM INT; sleep 60")))
          .isInstanceOf(InterruptedException.class);
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    });
  }

  @Test
  void manyLayersFit() throws Exception {
    List<Path> layers = new ArrayList<>();
    layers.add(Busybox.unpack(temporary.resolve("layer")));
    for (int i = 0; i < 119; i++) {
      Path layer = Files.createDirectories(temporary.resolve("a-rather-long-name-of-layer-" + i));
      Files.writeString(layer.resolve("top"), "layer " + i);
      Files.writeString(layer.resolve("file" + i), "");
      layers.add(layer);
    }
    inStage(
        layers,
        root -> {
          assertThat(output(root, "cat /top; echo; ls / | grep -c file"))
              .isEqualTo("layer 118\n119\n");
          output(root, "echo x > /y");
          upper(root);
          assertThat(output(root, "cat /y")).isEqualTo("x\n");
        });
  }

  @Test
  void aStageWithoutLayersIsEmpty() throws Exception {
    inStage(
        List.of(),
        root -> {
          assertThat(tree(root.path())).isEmpty();
          assertThat(run(root, shell("true")).output())
              .isEqualTo("exec: \"/bin/sh\": stat /bin/sh: no such file or directory\n");
        });
  }

  @Test
  void theBuildsMountsAreNotTheProcesssAndNothingIsLeft() throws Exception {
    Path work = temporary.resolve("work");
    inStage(root -> {
      assertThat(Files.readString(Path.of("/proc/thread-self/mountinfo")))
          .contains(work.toString());
      assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(work.toString());
    });
    assertThat(tree(work)).isEmpty();
    assertThat(Files.exists(work, LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @Test
  void manyCommandsLeaveNoDescriptorsOpen() throws Exception {
    inStage(root -> {
      output(root, "true");
      long before = descriptors();
      for (int i = 0; i < 20; i++) {
        output(root, "true");
      }
      assertThat(descriptors()).isLessThanOrEqualTo(before + 2);
    });
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  @Test
  void aStepThatChangedNothingHasNoDirectoryThatLaterOnesWriteTo() throws Exception {
    inStage(root -> {
      run(root, shell("echo x > /x"));
      assertThat(tree(upper(root))).contains("x");
      assertThat(root.commit()).isEqualTo(new StageDiff.Unchanged());
      run(root, shell("echo y > /y"));
      assertThat(tree(upper(root))).contains("y").doesNotContain("x");
    });
  }
}
