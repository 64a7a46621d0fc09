package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody's image with the program's folder copied in: their files stay what they are. */
class CiImageIT {
  @TempDir private Path work;

  /** Name, inode and ctime of all but the program's folder and what the test mounts. */
  private static final String LOOK =
      "find / -xdev \\( -path /kaniko -o -path /workspace -o -path /seen \\) -prune"
          + " -o -printf '%p %i %C@\\n' | sort";

  @Test
  void aBuildLeavesEveryFileOfTheImageAsItWas() throws IOException {
    Parts parts = Parts.read();
    Shell shell = new Shell(work);
    Engine engine = new Engine(parts, shell);
    String image = Situation.ciImage(engine, parts, work);
    Path context = Files.createDirectories(work.resolve("context"));
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        ARG REGISTRY
        FROM $REGISTRY/base/busybox AS one
        RUN mkdir /made && chown 5:6 /made && (sleep 1000 &) && rm /bin/ls
        RUN --mount=type=secret,id=word test "$(cat /run/secrets/word)" = yes
        FROM $REGISTRY/base/busybox
        COPY --from=one /made /made
        RUN test -c /dev/null && echo x >/dev/null && cat /etc/resolv.conf >/dev/null && touch /tmp/y
        """);
    Files.writeString(context.resolve("word"), "yes");
    Path seen = Files.createDirectories(work.resolve("seen"));
    // The work folder is there before, as the folder above shows that it was made.
    String script =
        "mkdir /kaniko/store && "
            + LOOK
            + " >/seen/before && /kaniko/executor \"$@\" >/seen/log 2>&1; echo $? >/seen/code; "
            + LOOK
            + " >/seen/after; ls -A /kaniko/store/builds >/seen/left";
    List<String> run = new ArrayList<>(List.of("run", "--rm", "--network", "host"));
    run.addAll(List.of("-v", context + ":/workspace", "-v", seen + ":/seen"));
    run.addAll(List.of("--entrypoint", "/bin/sh", image, "-c", script, "sh"));
    run.addAll(List.of("--context", "/workspace", "--no-push", "--verbosity", "debug"));
    run.addAll(List.of("--build-arg", "REGISTRY=" + parts.registry()));
    run.addAll(List.of("--secret", "id=word,src=/workspace/word"));
    engine.run(run.toArray(String[]::new)).good();
    String log = Files.readString(seen.resolve("log"));
    assertThat(Files.readString(seen.resolve("code")).strip()).as(log).isEqualTo("0");
    assertThat(log).contains("sandbox: chroot, plain folders");
    assertThat(seen.resolve("after")).hasSameTextualContentAs(seen.resolve("before"));
    assertThat(Files.readString(seen.resolve("left"))).isEmpty();
  }
}
