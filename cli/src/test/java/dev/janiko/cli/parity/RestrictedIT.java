package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executor image where nothing is allowed: what it pushes runs, and what it cannot it says. */
class RestrictedIT {
  private static final String ORDINARY = "65532:65532";

  /** What tools do that install for others, as root and as who they become. */
  private static final String INSTALLATIONS =
      """
      ARG REGISTRY
      FROM $REGISTRY/base/debian:bookworm
      ARG REPOSITORY
      RUN echo "deb [trusted=yes] $REPOSITORY flat/" >/etc/apt/sources.list && \
          apt-get update && apt-get install --yes --no-install-recommends demo-service
      RUN useradd --create-home --shell /bin/sh ann && adduser --quiet --disabled-password --gecos x bob && \
          su ann -c 'touch /home/ann/hers' && su - bob -c 'id -un >/tmp/his' && \
          install -o ann -g mail -m 4750 /usr/bin/true /usr/local/bin/installed
      RUN mkdir /tree && touch /tree/a /tree/b && chown ann:bob /tree && chown bob /tree/a && chmod 1770 /tree && \
          tar -C / -cpf /tree.tar tree && rm -r /tree && tar -C / -xpf /tree.tar && rm /tree.tar
      COPY --chmod=755 tool /usr/local/bin/
      RUN mkdir -p /srv/app && chown ann:ann /srv/app && cd /srv/app && tool
      USER ann
      RUN mkdir ~/lib && echo ok >~/lib/mine
      """;

  /**
   * As npm does: scripts run as who owns the folder, and what was unpacked is given to that one.
   */
  private static final String TOOL =
      """
      #!/usr/bin/perl
      use strict;
      my ($uid, $gid) = (stat '.')[4, 5];
      mkdir 'modules' or die $!;
      for (1 .. 50) {
        open my $file, '>', "modules/m$_" or die $!;
        chown $uid, $gid, $file or die $!;
      }
      chown $uid, $gid, 'modules' or die $!;
      if (!fork) {
        $( = $) = "$gid $gid";
        ($<, $>) = ($uid, $uid);
        die "still $< $>" unless $< == $uid && $> == $uid && $) == $gid;
        exec 'sh', '-c', 'id -un >modules/by' or die $!;
      }
      wait;
      exit $? >> 8;
      """;

  @TempDir private Path work;
  private Parts parts;
  private Engine engine;
  private String executor;

  @BeforeEach
  void findParts() throws IOException {
    parts = Parts.read();
    engine = new Engine(parts, new Shell(work));
    executor = engine.load(Parts.executorArchive());
  }

  private Case packages() {
    return Case.toBuild().stream()
        .filter(input -> input.name().equals("run/packages"))
        .findFirst()
        .orElseThrow();
  }

  /** The engine does not fetch again what it has under a name. */
  private String name(String what) {
    return parts.registry() + "/restricted/" + what + ":" + UUID.randomUUID();
  }

  private Shell.Result push(Janiko janiko, String destination) {
    List<String> arguments = new ArrayList<>(List.of("--context", "/workspace"));
    arguments.addAll(packages().options(parts.registry()));
    arguments.addAll(List.of("--destination", destination));
    return new Shell(work).run(janiko.environment(), janiko.with(arguments));
  }

  private String[] mounts() {
    return new String[] {"-v", packages().folder() + ":/workspace:ro"};
  }

  @Test
  void aServiceUserOwnsItsFilesWhenTheEngineRunsThePushedImage() {
    String image = name("packages");
    push(Janiko.restricted(engine, executor, ORDINARY, mounts()), image).good();
    String look = "stat -c '%U:%G %a' /var/lib/demo /var/lib/demo/state /srv/demo /usr/bin/demo";
    Shell.Result seen =
        engine.run("run", "--rm", "--network", "none", "--user", "demo", image, "sh", "-c", look);
    assertThat(seen.good().output())
        .contains("demo:demo 2750\ndemo:demo 644\ndemo:adm 750\nroot:root 4755\n");
  }

  /** A package whose script makes a system user, in an index of the simplest kind. */
  private Path repository() throws IOException {
    Path folder = Files.createDirectories(work.resolve("repository/flat"));
    Path files = Files.createDirectories(work.resolve("package"));
    Path control = Files.createDirectories(files.resolve("DEBIAN"));
    for (String name : List.of("control", "postinst")) {
      Files.copy(packages().folder().resolve(name), control.resolve(name));
    }
    control.resolve("postinst").toFile().setExecutable(true, false);
    Path state = Files.createDirectories(files.resolve("var/lib/demo"));
    Files.writeString(state.resolve("state"), "state\n");
    Path archive = folder.resolve("demo.deb");
    new Shell(work)
        .run("dpkg-deb", "--root-owner-group", "--build", files.toString(), archive.toString())
        .good();
    String about =
        "Filename: flat/demo.deb\nSize: "
            + Files.size(archive)
            + "\nSHA256: "
            + sha256(archive)
            + "\n";
    Files.writeString(
        folder.resolve("Packages"), Files.readString(control.resolve("control")) + about);
    return work.resolve("repository");
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void packagesOfARepositoryAndToolsThatInstallForOthersWork() throws IOException {
    Path context = Files.createDirectories(work.resolve("installations"));
    Files.writeString(context.resolve("Dockerfile"), INSTALLATIONS);
    Files.writeString(context.resolve("tool"), TOOL);
    String image = name("installations");
    HttpServer server =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
            repository(),
            SimpleFileServer.OutputLevel.NONE);
    server.start();
    try {
      Janiko janiko =
          Janiko.restricted(engine, executor, ORDINARY, "-v", context + ":/workspace:ro");
      List<String> arguments = new ArrayList<>(List.of("--context", "/workspace"));
      arguments.addAll(List.of("--build-arg", "REGISTRY=" + parts.registry()));
      arguments.add("--build-arg=REPOSITORY=http://127.0.0.1:" + server.getAddress().getPort());
      arguments.addAll(List.of("--destination", image));
      new Shell(work).run(janiko.environment(), janiko.with(arguments)).good();
    } finally {
      server.stop(0);
    }
    String look =
        "echo more >>/var/lib/demo/state && stat -c '%n %U:%G %a' /var/lib/demo /var/lib/demo/state"
            + " /srv/demo /usr/local/bin/installed /home/ann/hers /home/ann/lib/mine /tmp/his"
            + " /tree /srv/app/modules/m9 /srv/app/modules/by";
    Shell.Result seen =
        engine.run("run", "--rm", "--network", "none", "--user", "demo", image, "sh", "-c", look);
    assertThat(seen.good().output())
        .endsWith(
            """
            /var/lib/demo demo:demo 2750
            /var/lib/demo/state demo:demo 644
            /srv/demo demo:adm 750
            /usr/local/bin/installed ann:mail 4750
            /home/ann/hers ann:ann 644
            /home/ann/lib/mine ann:ann 644
            /tmp/his bob:bob 644
            /tree ann:bob 1770
            /srv/app/modules/m9 ann:ann 644
            /srv/app/modules/by ann:ann 644
            """);
  }

  @Test
  void rootWithoutCapabilitiesIsEnough() {
    String image = parts.registry() + "/restricted/packages:2";
    Janiko bare =
        Janiko.inplace(
            engine,
            executor,
            "--cap-drop",
            "ALL",
            "--security-opt",
            "no-new-privileges",
            mounts()[0],
            mounts()[1]);
    push(bare, image).good();
  }

  @Test
  void aRootDirectoryThatIsClosedIsSaid() {
    Janiko closed =
        Janiko.inplace(
            engine, executor, "--user", ORDINARY, "--cap-drop", "ALL", mounts()[0], mounts()[1]);
    Shell.Result refused = push(closed, parts.registry() + "/restricted/packages:3");
    assertThat(refused.code()).isNotZero();
    assertThat(refused.output()).contains("who may not write to the root directory");
  }
}
