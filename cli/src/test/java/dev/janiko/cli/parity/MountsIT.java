package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What mounts leave of themselves, which is nothing, and what no other builder here can judge. */
@Execution(ExecutionMode.CONCURRENT)
class MountsIT {
  private static final int WAIT_SECONDS = 90;
  private static final String SECRET = "hush-4711";

  @TempDir private Path work;
  private @Nullable Parts parts;

  @BeforeEach
  void findParts() throws IOException {
    parts = Parts.read();
    Files.createDirectories(work.resolve("out"));
    Files.createDirectories(work.resolve("context"));
    Files.writeString(work.resolve("secret"), SECRET);
  }

  /** The store holds links to anywhere, which JUnit would warn of. */
  @AfterEach
  void removeStore() {
    String store = work.resolve("store").toString();
    new Shell(work).run("rm", "-rf", "--one-file-system", store).good();
  }

  private Parts parts() {
    return Objects.requireNonNull(parts);
  }

  private void dockerfile(String image, String... lines) throws IOException {
    List<String> all = new ArrayList<>(List.of("FROM " + parts().get(image)));
    all.addAll(List.of(lines));
    Files.write(work.resolve("context/Dockerfile"), all);
  }

  /** A way to run the product, and where it sees the tests' folder. */
  private record Place(Janiko janiko, Path seen) {}

  private Place place(String sandbox, String... options) {
    if (sandbox.equals("namespace")) {
      return new Place(Janiko.namespace(work.resolve("store")), work);
    }
    Engine engine = engine();
    List<String> all = new ArrayList<>(List.of("-v", work + ":/it"));
    all.addAll(List.of(options));
    String image = engine.load(Parts.executorArchive());
    return new Place(Janiko.inplace(engine, image, all.toArray(String[]::new)), Path.of("/it"));
  }

  private Engine engine() {
    return new Engine(parts(), new Shell(work));
  }

  private List<String> command(Place place, String... options) {
    List<String> arguments = new ArrayList<>(List.of("--context", place.seen() + "/context"));
    arguments.addAll(
        List.of("--no-push", "--destination", "x/y", "--tar-path", place.seen() + "/out/i.tar"));
    arguments.addAll(List.of(options));
    return place.janiko().with(arguments);
  }

  private Shell.Result build(Place place, String... options) {
    return new Shell(work).run(place.janiko().environment(), command(place, options));
  }

  private Set<String> paths() throws IOException {
    return FlatImage.ofDockerArchive(work.resolve("out/i.tar"), work).entries().keySet();
  }

  private Set<String> pathsOfBase(Place place) throws IOException {
    dockerfile("image.busybox", "RUN true");
    build(place).good();
    return new TreeSet<>(paths());
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespace", "inplace"})
  void mountPointsThatWereMadeVanish(String sandbox) throws Exception {
    Place place = place(sandbox);
    Set<String> expected = pathsOfBase(place);
    Files.writeString(work.resolve("context/file"), "file");
    dockerfile(
        "image.busybox",
        "ENV WHERE=new CACHED=cached",
        "RUN --mount=target=/$WHERE/context --mount=type=cache,id=$CACHED,target=/new/cache"
            + " --mount=type=tmpfs,target=/etc/new/memory --mount=source=file,target=/usr/new"
            + " --mount=type=secret,id=token --mount=type=secret,id=token,target=/new/token"
            + " test -s /new/context/file && test -s /usr/new && touch /new/cache/file"
            + " && grep -q hush /new/token && touch /etc/new/memory/file");
    build(place, "--secret", "id=token,src=" + place.seen().resolve("secret")).good();
    assertThat(paths()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespace", "inplace"})
  void secretsAreVariablesToo(String sandbox) throws Exception {
    dockerfile(
        "image.busybox",
        "RUN --mount=type=secret,id=token,env=TOKEN test \"$TOKEN\" = "
            + SECRET
            + " && test ! -e /run/secrets",
        "RUN test -z \"$TOKEN\"");
    Place place = place(sandbox, "-e", "GIVEN=" + SECRET);
    Janiko janiko = place.janiko();
    java.util.Map<String, String> environment = new java.util.HashMap<>(janiko.environment());
    environment.put("GIVEN", SECRET);
    Shell.Result result =
        new Shell(work).run(environment, command(place, "--secret", "id=token,env=GIVEN"));
    assertThat(result.good().output()).doesNotContain(": " + SECRET);
    String config = FlatImage.ofDockerArchive(work.resolve("out/i.tar"), work).config().toString();
    assertThat(config).doesNotContain("TOKEN=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespace", "inplace"})
  void cachesAreKeptBetweenBuilds(String sandbox) throws Exception {
    Place place = place(sandbox);
    for (String content : List.of("", "x", "xx")) {
      dockerfile(
          "image.busybox",
          "RUN --mount=type=cache,target=/cache,sharing=locked test \"$(cat /cache/log"
              + " 2>/dev/null)\" = \""
              + content
              + "\" && echo -n x >>/cache/log");
      build(place, "--cache-mounts-dir", place.seen().resolve("caches").toString()).good();
      assertThat(paths()).doesNotContain("cache", "cache/log");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespace", "inplace"})
  void anImageIsMounted(String sandbox) throws Exception {
    Place place = place(sandbox);
    dockerfile(
        "image.busybox",
        "RUN --mount=from="
            + parts().get("image.debian")
            + ",target=/debian,ro grep -q bookworm /debian/etc/os-release",
        "RUN --network=host --mount=from=scratch,target=/nothing test -z \"$(ls /nothing)\"");
    build(place).good();
    assertThat(paths()).doesNotContain("debian", "nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespace", "inplace"})
  void theAgentAnswersWhomTheStepRunsAs(String sandbox) throws Exception {
    Path socket = work.resolve("agent");
    try (ServerSocketChannel agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      agent.bind(UnixDomainSocketAddress.of(socket));
      Thread.ofPlatform().daemon().start(() -> answer(agent));
      dockerfile(
          "image.debian",
          "USER 12:34",
          "RUN --mount=type=ssh,uid=12 perl -MIO::Socket::UNIX -e '"
              + "my $s = IO::Socket::UNIX->new(Peer => $ENV{SSH_AUTH_SOCK}) or die $!; "
              + "print $s \"who\\n\"; $s->flush; print \"the agent says \", scalar <$s>'",
          "RUN test ! -e /run/buildkit");
      Place place = place(sandbox);
      Shell.Result result = build(place, "--ssh", "default=" + place.seen().resolve("agent"));
      assertThat(result.good().output()).contains("the agent says me: who");
      assertThat(paths()).doesNotContain("run/buildkit");
    }
  }

  private static void answer(ServerSocketChannel agent) {
    while (true) {
      try (SocketChannel client = agent.accept()) {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        buffer.put("me: ".getBytes(StandardCharsets.UTF_8));
        client.read(buffer);
        buffer.flip();
        client.write(buffer);
      } catch (IOException closed) {
        return;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespace", "inplace"})
  void aKeyWithoutAnAgentIsAClearError(String sandbox) throws Exception {
    Files.writeString(work.resolve("key"), "-----BEGIN OPENSSH PRIVATE KEY-----");
    dockerfile("image.busybox", "RUN --mount=type=ssh true");
    Place place = place(sandbox);
    Shell.Result result = build(place, "--ssh", "default=" + place.seen().resolve("key"));
    assertThat(result.code()).isNotZero();
    Traces.assertOneClearError(result, "is no socket of an SSH agent");
  }

  private static final String WAITS =
      "RUN --mount=target=/context --mount=type=secret,id=token,target=/etc/token"
          + " --mount=type=tmpfs,target=/memory --mount=type=cache,target=/var/cache/new"
          + " touch /memory/x /var/cache/new/x && echo ready && if test -e /context/slow;"
          + " then sleep 1000; fi && cp /etc/passwd /done";

  private void awaitReady(Shell.Running build) throws Exception {
    Instant end = Instant.now().plusSeconds(WAIT_SECONDS);
    while (build.output().lines().noneMatch(line -> line.endsWith(" ready"))) {
      assertThat(build.process().isAlive()).as(build.output()).isTrue();
      assertThat(Instant.now()).as(build.output()).isBefore(end);
      Thread.sleep(100);
    }
  }

  @Test
  void nothingOfAKilledBuildReachesTheNext() throws Exception {
    Place place = place("namespace");
    Set<String> expected = pathsOfBase(place);
    expected.add("done");
    Path slow = Files.writeString(work.resolve("context/slow"), "");
    dockerfile("image.busybox", WAITS);
    String secret = "id=token,src=" + work.resolve("secret");
    Shell shell = new Shell(work);
    Shell.Running killed =
        shell.start(place.janiko().environment(), command(place, "--secret", secret));
    awaitReady(killed);
    killed.process().destroyForcibly().waitFor();
    Shell.Result found = shell.run("grep", "-rl", SECRET, work.resolve("store").toString());
    assertThat(found.output()).as("files with the secret").isEmpty();
    Files.delete(slow);
    build(place, "--secret", secret).good();
    assertThat(paths()).isEqualTo(expected);
    Traces.assertNothingOf(work.resolve("store"));
  }

  /** A container that is killed and started again is the same place, with all that was left. */
  @Test
  void nothingOfAKilledContainerReachesTheNextBuildInIt() throws Exception {
    Set<String> expected = pathsOfBase(place("inplace"));
    expected.add("done");
    Path slow = Files.writeString(work.resolve("context/slow"), "");
    dockerfile("image.busybox", WAITS);
    Engine engine = engine();
    String name = "janiko-it-" + UUID.randomUUID();
    List<String> run = List.of("run", "--network", "host", "--name", name, "-v", work + ":/it");
    List<String> arguments = new ArrayList<>(engine.command(run));
    arguments.add(engine.load(Parts.executorArchive()));
    Place place = new Place(new Janiko(engine.environment(), arguments), Path.of("/it"));
    Shell shell = new Shell(work);
    try {
      Shell.Running killed =
          shell.start(engine.environment(), command(place, "--secret", "id=token,src=/it/secret"));
      awaitReady(killed);
      engine.run("kill", "--signal", "KILL", name).good();
      killed.end(Shell.LONGEST);
      Files.delete(slow);
      engine.run("start", "--attach", name).good();
      assertThat(paths()).isEqualTo(expected);
    } finally {
      engine.run("rm", "--force", name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespace", "inplace"})
  void mountsOfAStepThatFailedAreGone(String sandbox) throws Exception {
    dockerfile(
        "image.busybox",
        "RUN --mount=type=secret,id=token,required --mount=type=cache,target=/cache"
            + " echo kept >/cache/kept && exit 9");
    Place place = place(sandbox);
    String secret = "id=token,src=" + place.seen().resolve("secret");
    String caches = place.seen().resolve("caches").toString();
    Shell.Result result = build(place, "--secret", secret, "--cache-mounts-dir", caches);
    assertThat(result.code()).as(result.output()).isEqualTo(9);
    assertThat(result.output()).doesNotContain(SECRET);
    dockerfile("image.busybox", "RUN --mount=type=cache,target=/cache cat /cache/kept");
    build(place, "--cache-mounts-dir", caches).good();
    assertThat(paths()).doesNotContain("cache", "run/secrets");
    Shell.Result found =
        new Shell(work).run("grep", "-rl", SECRET, work.resolve("caches").toString());
    assertThat(found.output()).isEmpty();
  }
}
