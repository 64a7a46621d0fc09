package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A container that is used up by builds one after the other is as good as a fresh one to each. */
class RepeatedBuildsIT {
  private static final String ROOT = "0:0";
  private static final String SHELL = "/tools/busybox";

  @TempDir private Path work;
  private Engine engine;
  private String image;
  private Path context;

  @BeforeEach
  void prepare() throws IOException {
    Parts parts = Parts.read();
    engine = new Engine(parts, new Shell(work));
    image = engine.load(Parts.executorArchive());
    context = Files.createDirectories(work.resolve("context"));
    String busybox = "FROM " + parts.get("image.busybox") + "\n";
    Files.writeString(
        context.resolve("many"),
        "FROM "
            + parts.get("image.debian")
            + """
             AS first
            RUN useradd --create-home --uid 1234 somebody && install -o somebody -m 4755 /bin/true /mine
            RUN rm -r /usr/share/doc && mv /etc/debian_version /etc/moved && touch /run/made /tmp/made
            RUN chmod 700 /etc /run && mkdir -m 2750 /shared && chgrp 50 /shared && touch /shared/one
            """
            + busybox
            + """
            COPY --from=first /mine /shared /etc/moved /taken/
            WORKDIR /etc/deep/er
            RUN ls -lanR / 2>/dev/null | grep -c . >/dev/null; mkdir -p /run/two /var/tmp/three
            USER 1234
            RUN touch /tmp/last
            """);
    Files.writeString(
        context.resolve("few"),
        busybox + "RUN mkdir -p /run/here /tmp && stat -c '%n %u %g %a' /run /etc /tmp >/seen\n");
    Files.writeString(
        context.resolve("failing"),
        busybox
            + "RUN (sleep 1000 &) && rm -rf /home /bin/ls && chmod 700 /etc && chmod 0 /tmp && touch /left\n"
            + "RUN chown 7:7 /left && exit 42\n");
  }

  /** Digests of what was built, in the order of its files; {@code -} for what failed. */
  private List<String> digests(String user, String... files) throws IOException {
    Path out = Files.createTempDirectory(work, "out");
    Files.setPosixFilePermissions(out, PosixFilePermissions.fromString("rwxrwxrwx"));
    String script =
        """
        number=0
        for file; do
          number=$((number + 1))
          /kaniko/executor -c /workspace -f "/workspace/$file" --no-push -d a --reproducible \
            --digest-file "/out/$number" || echo "code $?" >"/out/$number"
        done
        """;
    // The image has no shell, and what is mounted stays where it is.
    String shell = "/bin/busybox:/tools/busybox:ro";
    String[] options = {
      "-v", context + ":/workspace:ro", "-v", out + ":/out", "-v", shell, "--entrypoint", SHELL
    };
    Janiko janiko =
        user.equals(ROOT)
            ? Janiko.inplace(engine, image, options)
            : Janiko.restricted(engine, image, user, options);
    List<String> arguments = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    arguments.addAll(List.of(files));
    Shell.Result result = new Shell(work).run(janiko.environment(), janiko.with(arguments));
    List<String> digests = new ArrayList<>();
    for (int i = 1; i <= files.length; i++) {
      Path digest = out.resolve(Integer.toString(i));
      assertThat(digest).as(result.good().output()).exists();
      digests.add(Files.readString(digest).strip());
    }
    return digests;
  }

  @ParameterizedTest
  @ValueSource(strings = {ROOT, "65532:65532", "1000660000:0"})
  void digestsAreThoseOfFreshContainersAlsoAfterABuildThatFailed(String user) throws IOException {
    String many = digests(user, "many").getFirst();
    String few = digests(user, "few").getFirst();
    assertThat(List.of(many, few)).allMatch(digest -> digest.startsWith("sha256:"));
    assertThat(digests(user, "many", "few", "failing", "few", "many"))
        .containsExactly(many, few, "code 42", few, many);
  }
}
