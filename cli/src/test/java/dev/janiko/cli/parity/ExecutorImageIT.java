package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The images of the executor and of the warmer, and their folder in other images. */
@Execution(ExecutionMode.CONCURRENT)
class ExecutorImageIT {
  private static final long MOST_BYTES = 80_000_000;
  private static final List<String> IMAGES =
      List.of("janiko-executor", "janiko-executor-debug", "janiko-warmer");

  @TempDir private Path work;
  private final String repository = "images-" + UUID.randomUUID();
  private Parts parts;
  private Engine engine;
  private Path out;

  @BeforeEach
  void findParts() throws IOException {
    parts = Parts.read();
    engine = new Engine(parts, new Shell(work));
    out = Files.createDirectory(work.resolve("out"));
  }

  private static Path built() {
    return Objects.requireNonNull(Parts.executorArchive().getParent());
  }

  private String load(String image) {
    return engine.load(built().resolve(image + ".tar"));
  }

  private Path context(String... lines) throws IOException {
    Path context = Files.createDirectories(work.resolve("context"));
    List<String> all = new ArrayList<>(List.of("FROM " + parts.get("image.busybox")));
    all.addAll(List.of(lines));
    Files.write(context.resolve("Dockerfile"), all);
    return context;
  }

  private Shell.Result docker(String... arguments) {
    List<String> all =
        new ArrayList<>(List.of("run", "--rm", "--network", "host", "-v", out + ":/out", "-v"));
    all.add(work.resolve("context") + ":/workspace");
    all.addAll(List.of(arguments));
    return engine.run(all.toArray(String[]::new));
  }

  private static long size(Path layout) throws IOException {
    try (Stream<Path> files = Files.walk(layout.resolve("blobs"))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Test
  void builtTwiceImagesAreTheSameAndSmall() throws IOException {
    new Shell(work)
        .run(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            Path.of(System.getProperty("janiko.root"))
                .resolve("cli/src/build/java/dev/janiko/tools/ExecutorImage.java")
                .toString(),
            System.getProperty("janiko.version"),
            System.getProperty("janiko.timestamp"),
            built().toString(),
            Path.of(System.getProperty("janiko.root"), "deploy/executor/Dockerfile").toString(),
            out.toString())
        .good();
    for (String image : IMAGES) {
      Path layout = built().resolve(image + "-oci");
      long size = size(layout);
      System.out.printf("%s: %.1f MB compressed%n", image, size / 1e6);
      assertThat(size).as(image).isLessThanOrEqualTo(MOST_BYTES);
      assertThat(out.resolve(image + "-oci/index.json"))
          .as(image)
          .hasSameTextualContentAs(layout.resolve("index.json"));
    }
  }

  @Test
  void aShellRunsBuildsOneAfterTheOtherAlsoAfterOneThatFailed() throws IOException {
    context("RUN echo made > /made && ls -a / > /listing");
    Files.writeString(
        work.resolve("context/Failing"),
        "FROM " + parts.get("image.busybox") + "\nRUN echo wrong > /made\nRUN exit 42\n");
    String script =
        """
        set -e
        echo kept > /left-here
        executor -c /workspace --no-push --tar-path /out/a.tar -d a
        code=0
        /kaniko/executor -c /workspace -f /workspace/Failing --no-push || code=$?
        test $code = 42
        test "$(cat /left-here)" = kept
        executor -c /workspace --no-push --tar-path /out/b.tar -d a
        test -x /busybox/wget && /bin/sh -c 'ls /' > /out/listing
        """;
    docker("--entrypoint", "/busybox/sh", load("janiko-executor-debug"), "-c", script).good();
    for (String archive : List.of("a.tar", "b.tar")) {
      String image = engine.load(out.resolve(archive));
      assertThat(engine.run("run", "--rm", "--network", "none", image, "cat", "/made", "/listing"))
          .extracting(Shell.Result::output)
          .asString()
          .startsWith("made\n")
          .doesNotContain("left-here", "busybox\n");
    }
    assertThat(out.resolve("listing")).content().contains("kaniko", "left-here");
  }

  @Test
  void theFilesOfAnImageMayStay() throws IOException {
    context("RUN echo made > /made", "USER 7");
    String script =
        """
        set -e
        build() {
          /kaniko/executor -c /workspace --no-push --cache --cache-repo=oci:/out/layers "$@" >&2
        }
        build
        test ! -e /made
        build --materialize
        /bin/cat /made > /out/made
        build -f Other
        /bin/cat /made >> /out/made
        test ! -e /busybox -a ! -e /kaniko/stages
        """;
    Files.writeString(work.resolve("context/Other"), "FROM scratch\nCOPY Dockerfile /other\n");
    Shell.Result result =
        docker("--entrypoint", "/busybox/sh", load("janiko-executor-debug"), "-c", script);
    assertThat(result.good().output()).contains("CACHED");
    assertThat(out.resolve("made")).hasContent("made\nmade\n");
  }

  /** Makes an image of a Dockerfile with the engine, whose context is empty. */
  private String image(String name, String... lines) throws IOException {
    Path folder = Files.createTempDirectory(work, "other");
    Files.write(folder.resolve("Dockerfile"), List.of(lines));
    String tag = name + "-" + UUID.randomUUID();
    engine.run("build", "--network", "none", "-t", tag, folder.toString()).good();
    return tag;
  }

  @ParameterizedTest
  @ValueSource(strings = {"alpine", "debian", "distroless", "elsewhere"})
  void theFolderWorksInOtherImages(String kind) throws IOException {
    context("RUN echo made > /made", "CMD [\"cat\", \"/made\"]");
    String executor = load("janiko-executor");
    String copy = "COPY --from=" + executor + " /kaniko ";
    String[] lines =
        switch (kind) {
          // A shell and its commands in one program, and no C library of GNU's.
          case "alpine" -> new String[] {"FROM " + parts.get("image.busybox"), copy + "/kaniko"};
          case "debian" -> new String[] {"FROM " + parts.get("image.debian"), copy + "/kaniko"};
          // Nothing but users, as in images that have no shell and no C library.
          case "distroless" ->
              new String[] {
                "FROM " + parts.get("image.busybox") + " AS users",
                "FROM scratch",
                "COPY --from=users /etc/passwd /etc/group /etc/",
                copy + "/kaniko"
              };
          default ->
              new String[] {
                "FROM " + parts.get("image.debian"),
                copy + "/opt/tools/builder",
                "ENV KANIKO_DIR=/opt/tools/builder"
              };
        };
    String folder = kind.equals("elsewhere") ? "/opt/tools/builder" : "/kaniko";
    Shell.Result result =
        docker(
            "--entrypoint",
            folder + "/executor",
            image(kind, lines),
            "-c",
            "/workspace",
            "--no-push",
            "--tar-path=/out/image.tar",
            "-d",
            kind + ":" + repository);
    result.good();
    String made = engine.load(out.resolve("image.tar"));
    assertThat(engine.run("run", "--rm", "--network", "none", made).good().output())
        .isEqualTo("made\n");
    assertThat(
            engine
                .run("run", "--rm", "--network", "none", made, "sh", "-c", "ls -d " + folder)
                .code())
        .isNotZero();
  }

  @Test
  void whatWasBuiltIsScannedAndThenPushedAsItIs() throws IOException {
    context("RUN echo made > /made");
    String executor = load("janiko-executor");
    docker(
            executor,
            "--no-push",
            "--tar-path=/out/image.tar",
            "--oci-layout-path=/out/layout",
            "--digest-file=/out/digest")
        .good();
    FlatImage scanned = FlatImage.ofDockerArchive(out.resolve("image.tar"), work);
    assertThat(scanned.entries()).containsKey("made");
    for (String artifact : List.of("image.tar", "layout")) {
      String name = parts.registry() + "/" + repository + ":" + artifact;
      docker(executor, "push", "/out/" + artifact, "-d", name, "--digest-file=/out/pushed").good();
      if (artifact.equals("layout")) {
        assertThat(out.resolve("pushed")).hasSameTextualContentAs(out.resolve("digest"));
      }
      Path pulled = work.resolve("pulled-" + artifact + ".tar");
      new Shell(work)
          .run(
              "skopeo",
              "copy",
              "-q",
              "--src-tls-verify=false",
              "docker://" + name,
              "docker-archive:" + pulled)
          .good();
      FlatImage again = FlatImage.ofDockerArchive(pulled, work);
      assertThat(again.entries()).isEqualTo(scanned.entries());
      assertThat(again.config()).isEqualTo(scanned.config());
    }
  }

  @Test
  void theWarmerFillsAFolderThatBuildsReadWithoutTheRegistry() throws IOException {
    Path cache = Files.createDirectory(work.resolve("cache"));
    Shell.Result warmed =
        docker(
            "-v",
            cache + ":/cache",
            load("janiko-warmer"),
            "--image=" + parts.get("image.busybox"),
            "--insecure-registry=" + parts.registry());
    String said = warmed.good().output();
    String digest = said.substring(said.indexOf("sha256:")).strip();
    assertThat(
            docker(
                    "-v",
                    cache + ":/cache",
                    load("janiko-warmer"),
                    "-i",
                    parts.get("image.busybox"),
                    "--insecure-registry=" + parts.registry())
                .good()
                .output())
        .startsWith("has ");
    Path context = context();
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM registry.invalid/base/busybox@" + digest + "\nRUN echo made > /made\n");
    Shell.Result result =
        engine.run(
            "run",
            "--rm",
            "--network",
            "none",
            "-v",
            cache + ":/cache:ro",
            "-v",
            context + ":/workspace",
            load("janiko-executor"),
            "--no-push",
            "--cache",
            "--cache-repo=oci:/kaniko/layers");
    assertThat(result.good().output()).contains("RUN echo made");
  }

  @Test
  void aRepositoryOverSshIsAContextAndIsAddedWithAnAgentsKeys() throws Exception {
    Path ssh = Files.createDirectory(work.resolve("ssh"));
    Path keys = Files.createDirectories(ssh.resolve("home/.ssh"));
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = socket.getLocalPort();
    }
    String script =
        """
        set -e
        cd "$0"
        ssh-keygen -q -t ed25519 -N '' -f home/.ssh/id_ed25519
        ssh-keygen -q -t ecdsa -N '' -f host
        printf '[127.0.0.1]:%s %s\\n' "$1" "$(cat host.pub)" > home/.ssh/known_hosts
        printf '%s\\n' "ListenAddress 127.0.0.1:$1" "HostKey $0/host" 'PidFile none' \
          "AuthorizedKeysFile $0/home/.ssh/id_ed25519.pub" 'StrictModes no' 'UsePAM no' > config
        mkdir -p /run/sshd
        git init -q -b main repo
        cd repo
        printf 'FROM scratch\\nCOPY file /file\\n' > Dockerfile
        echo content > file
        git add .
        git -c user.name=a -c user.email=a@example.org commit -q -m one
        """;
    Shell shell = new Shell(work);
    shell.run("sh", "-c", script, ssh.toString(), Integer.toString(port)).good();
    assertThat(keys.resolve("known_hosts")).isNotEmptyFile();
    Shell.Running server =
        shell.start(
            Map.of(),
            List.of("/usr/sbin/sshd", "-D", "-e", "-f", ssh.resolve("config").toString()));
    try {
      Files.createDirectories(work.resolve("context"));
      String address = "ssh://root@127.0.0.1:" + port + ssh.resolve("repo") + "#main";
      Shell.Result result =
          docker(
              "-v",
              keys + ":/root/.ssh:ro",
              load("janiko-executor"),
              "--context=" + address,
              "--no-push",
              "--oci-layout-path=/out/layout");
      assertThat(result.good().output()).contains("COPY file /file");
      added(address, keys);
    } finally {
      server.process().descendants().forEach(ProcessHandle::destroy);
      server.process().destroy();
      server.process().waitFor();
    }
  }

  /** Builds with a repository in it that opens to a key which only an agent has. */
  private void added(String address, Path keys) throws Exception {
    Files.writeString(
        work.resolve("context/Dockerfile"), "FROM scratch\nADD " + address + " /src/\n");
    Path socket = work.resolve("agent");
    Shell shell = new Shell(work);
    Shell.Running agent =
        shell.start(Map.of(), List.of("ssh-agent", "-D", "-a", socket.toString()));
    try {
      for (int i = 0; i < 600 && !Files.exists(socket); i++) {
        Thread.sleep(100);
      }
      shell
          .run(
              Map.of("SSH_AUTH_SOCK", socket.toString()),
              List.of("ssh-add", "-q", keys.resolve("id_ed25519").toString()))
          .good();
      Shell.Result result =
          docker(
              "-v",
              keys.resolve("known_hosts") + ":/root/.ssh/known_hosts:ro",
              "-v",
              socket + ":/agent",
              load("janiko-executor"),
              "--ssh=default=/agent",
              "--no-push",
              "--tar-path=/out/added.tar");
      result.good();
      assertThat(FlatImage.ofDockerArchive(out.resolve("added.tar"), work).entries())
          .containsKeys("src/file", "src/Dockerfile");
    } finally {
      agent.process().destroy();
      agent.process().waitFor();
    }
  }
}
