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

  /** The same without what renaming changes, and without what the engine keeps there. */
  private static final String LOOK_AT_CONTENTS =
      LOOK.replace("\\( ", "\\( -path /dev -o ").replace("%i %C@", "%y %m %U %G %l");

  @Test
  void aBuildLeavesEveryFileOfTheImageAsItWas() throws IOException {
    String log = build(LOOK, "--network", "host");
    assertThat(log).contains("sandbox: chroot, plain folders").doesNotContain("WARNING: the build");
    assertThat(work.resolve("seen/left")).isEmptyFile();
  }

  @Test
  void whereTheRootCannotBeChangedItIsTakenAndPutBack() throws IOException {
    assertThat(build(LOOK_AT_CONTENTS, "--network", "host", "--cap-drop", "SYS_CHROOT"))
        .contains(
            "sandbox: inplace, the container's own root directory",
            "the build takes this container's own root directory, and puts it back at the end, as"
                + " isolation \"chroot\" is not possible here: ",
            "chroot");
  }

  /** Builds in a container with options, which looks the same before and after; the build's log. */
  private String build(String look, String... options) throws IOException {
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
            + look
            + " >/seen/before && /kaniko/executor \"$@\" >/seen/log 2>&1; echo $? >/seen/code; "
            + look
            + " >/seen/after; ls -A /kaniko/store/builds >/seen/left";
    List<String> run = new ArrayList<>(List.of("run", "--rm"));
    run.addAll(List.of(options));
    run.addAll(List.of("-v", context + ":/workspace", "-v", seen + ":/seen"));
    run.addAll(List.of("--entrypoint", "/bin/sh", image, "-c", script, "sh"));
    run.addAll(List.of("--context", "/workspace", "--no-push", "--verbosity", "debug"));
    run.addAll(List.of("--build-arg", "REGISTRY=" + parts.registry()));
    run.addAll(List.of("--secret", "id=word,src=/workspace/word"));
    engine.run(run.toArray(String[]::new)).good();
    String log = Files.readString(seen.resolve("log"));
    assertThat(Files.readString(seen.resolve("code")).strip()).as(log).isEqualTo("0");
    assertThat(seen.resolve("after")).hasSameTextualContentAs(seen.resolve("before"));
    return log;
  }
}
