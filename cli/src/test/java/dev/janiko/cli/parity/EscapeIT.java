package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.cli.parity.Situation.Means;
import dev.janiko.cli.parity.Situation.Ready;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Base images and steps that attack the build, in each of the sandboxes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EscapeIT {
  /** One situation for each kind of sandbox. */
  enum Place {
    NAMESPACE_OF_ROOT,
    NAMESPACE_OF_A_USER,
    CHROOT,
    INPLACE,
    INPLACE_PLAYED;

    boolean hasTheBuildersFolder() {
      return this == INPLACE || this == INPLACE_PLAYED;
    }
  }

  private static final String ATTACK =
      """
      #!/bin/sh
      case $1 in
        folder)
          grep -q evil /kaniko/executor && echo the image has its own
          touch /kaniko/new 2>/dev/null || echo the builder has it closed
          ;;
        descriptors)
          n=3
          while [ $n -lt 1024 ]; do
            (eval "exec 2>/dev/null; : <&$n") && echo descriptor $n is open
            n=$((n + 1))
          done
          echo descriptors were tried
          ;;
        processes)
          for p in /proc/[0-9]*; do
            grep -q janiko.home $p/cmdline 2>/dev/null || continue
            echo the builder is in sight
            for file in mem environ auxv; do
              (exec 2>/dev/null; : <$p/$file) && echo the builder is open at $file
            done
            for link in exe root cwd fd/0 fd/1; do
              readlink $p/$link >/dev/null 2>&1 && echo the builder is open at $link
            done
          done
          echo processes were tried
          ;;
        stay)
          # Each is another process every moment, in a session of its own.
          printf '#!/bin/sh\necho x >>/beat\n/hop &\n' >/hop
          chmod 755 /hop
          for i in 1 2 3 4 5 6 7 8 9 10; do setsid /hop & done
          (setsid sleep 1000 &)
          while [ "$(wc -c </beat)" -lt 100 ]; do sleep 0.05; done
          ;;
        stayed)
          before=$(wc -c </beat)
          sleep 0.5
          [ "$before" = "$(wc -c </beat)" ] && echo nobody stayed
          ;;
      esac
      """;

  private Path work;
  private Parts parts;
  private Shell shell;
  private Means means;
  private String evil;

  @BeforeAll
  void makeTheBase(@TempDir Path folder) throws IOException {
    work = folder;
    parts = Parts.read();
    shell = new Shell(work);
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    Engine engine = new Engine(parts, shell);
    Path home = Files.createDirectories(work.resolve("home"));
    Situation.settle(home);
    means =
        new Means(
            engine,
            engine.load(Parts.executorArchive()),
            Situation.ciImage(engine, parts, work),
            home);
    evil = parts.registry() + "/escape/evil:1";
    Path context =
        context(
            "evil",
            "FROM " + parts.get("image.busybox"),
            "RUN mkdir -p /kaniko/bin /kaniko/jre/lib/server",
            "RUN cd /kaniko; for f in executor bin/janiko jre/lib/modules; do echo evil >$f; done",
            "RUN ln -s /kaniko /app && ln -s ../../../../../../../../../outside /out");
    Janiko root = Janiko.namespace(work.resolve("store"));
    shell
        .run(root.environment(), root.with(List.of(context.toString(), "--push", "-t", evil)))
        .good();
  }

  @AfterAll
  void clear() {
    shell.run("sh", "-c", "cd \"$0\" && rm -rf --one-file-system store home", work.toString());
  }

  private Path context(String name, String... lines) throws IOException {
    Path context = Files.createDirectories(work.resolve(name));
    Files.write(context.resolve("Dockerfile"), List.of(lines));
    Files.writeString(context.resolve("word"), "brought\n");
    Files.writeString(context.resolve("attack"), ATTACK);
    return context;
  }

  /** What a build says in a place. */
  private Shell.Result build(Place place, Path context) throws IOException {
    Path out = Files.createTempDirectory(work, "out");
    List<String> arguments = new ArrayList<>();
    Janiko janiko;
    if (place == Place.NAMESPACE_OF_ROOT) {
      janiko = Janiko.namespace(work.resolve("store"));
      arguments.add(context.toString());
    } else {
      Ready ready = situation(place).prepare(means, context, out);
      janiko = ready.janiko();
      arguments.addAll(ready.builds());
    }
    arguments.add("--no-push");
    return shell.run(janiko.environment(), janiko.with(arguments));
  }

  private static Situation situation(Place place) {
    return switch (place) {
      case NAMESPACE_OF_ROOT, NAMESPACE_OF_A_USER -> Situation.USER_WITHOUT;
      case CHROOT -> Situation.CI_IMAGE;
      case INPLACE -> Situation.DEFAULT_CONTAINER;
      case INPLACE_PLAYED -> Situation.RESTRICTED;
    };
  }

  @ParameterizedTest
  @EnumSource
  void whatAStepFindsAndLeaves(Place place) throws IOException {
    Path context =
        context(
            "steps-" + place,
            "FROM " + evil,
            "COPY --chmod=755 attack /",
            "WORKDIR /out/sub",
            "COPY word .",
            "RUN cat /outside/sub/word && /attack folder",
            "RUN /attack descriptors && /attack processes",
            "RUN /attack stay",
            "RUN /attack stayed");
    String said = build(place, context).good().output();
    assertThat(said)
        .contains("brought", "descriptors were tried", "processes were tried", "nobody stayed")
        .doesNotContain("is open");
    assertThat(said.contains("the image has its own")).isEqualTo(!place.hasTheBuildersFolder());
    assertThat(said.contains("the builder has it closed")).isEqualTo(place == Place.INPLACE_PLAYED);
    assertThat(said.contains("the builder is in sight")).isEqualTo(place.hasTheBuildersFolder());
    assertThat(Path.of("/outside")).doesNotExist();
  }

  /** What is written there would be dropped, or change the builder. */
  @ParameterizedTest
  @EnumSource
  void linksToTheBuildersFolderLeadNowhereElse(Place place) throws IOException {
    for (String step : List.of("COPY word /app/", "WORKDIR /app/sub", "ADD word /kaniko/word")) {
      Path context = context("links-" + place, "FROM " + evil, step);
      Shell.Result result = build(place, context);
      if (place.hasTheBuildersFolder()) {
        assertThat(result.code()).as(result.output()).isNotZero();
        assertThat(result.output()).contains("is not the image's but this container's");
      } else {
        result.good();
      }
    }
  }
}
