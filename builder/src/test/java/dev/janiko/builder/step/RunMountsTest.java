package dev.janiko.builder.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.sandbox.SecretValue;
import dev.janiko.builder.sandbox.StepMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the mounts of a RUN come to for the sandbox. */
class RunMountsTest {
  @TempDir Path temp;

  private FolderStage stage() throws IOException {
    FolderStage stage = new FolderStage(temp);
    Files.writeString(stage.context.resolve("file"), "file");
    Files.createDirectory(stage.context.resolve("folder"));
    Files.writeString(stage.context.resolve("folder/[x]"), "x");
    return stage.resources(
        new MountResources(
            Optional.empty(),
            Map.of("token", SecretValue.of("hush"), "a/b", SecretValue.of("deep")),
            Map.of("default", Path.of("/agent"), "other", Path.of("/other")),
            ""));
  }

  private static List<StepMount> mounts(FolderStage stage) {
    return stage.commands.getLast().mounts();
  }

  private static List<String> targets(FolderStage stage) {
    return mounts(stage).stream().map(mount -> mount.target().toString()).toList();
  }

  private static List<String> variables(FolderStage stage, String name) {
    return stage.commands.getLast().environment().stream()
        .filter(entry -> entry.startsWith(name + "="))
        .toList();
  }

  private void assertNothingLeft() throws IOException {
    try (Stream<Path> entries = Files.list(temp)) {
      assertThat(entries.filter(entry -> entry.getFileName().toString().startsWith("scratch")))
          .isEmpty();
    }
  }

  @Test
  void targetsAreBelowTheWorkingDirectoryAndExpanded() throws IOException {
    try (FolderStage stage = stage()) {
      stage.run(
          "WORKDIR /work",
          "ENV WHERE=b TYPE=tmpfs",
          "RUN --mount=type=$TYPE,target=a/../${WHERE} --mount=type=tmpfs,dst=/c x");
      assertThat(targets(stage)).containsExactly("/work/b", "/c");
    }
  }

  @Test
  void filesOfTheContextAreCopiedIfTheyWouldShowOtherwise() throws IOException {
    try (FolderStage stage = stage().ignore("folder")) {
      stage.run("RUN --mount=target=/all x");
      StepMount.Files all = (StepMount.Files) mounts(stage).getFirst();
      assertThat(all.source()).isNotEqualTo(stage.context);
      assertNothingLeft();
    }
  }

  @Test
  void aFileThatLooksLikeAPatternIsMounted() throws IOException {
    try (FolderStage stage = stage().withoutMounts()) {
      stage.run("RUN --mount=source=folder/[x],target=/x x");
      assertThat(targets(stage)).containsExactly("/x");
      assertNothingLeft();
    }
  }

  @Test
  void secretsAreFilesVariablesOrBoth() throws IOException {
    try (FolderStage stage = stage()) {
      stage.run("RUN --mount=type=secret,id=token --mount=type=secret,id=a/b x");
      assertThat(targets(stage)).containsExactly("/run/secrets/token", "/run/secrets/b");
      stage.run("RUN --mount=type=secret,id=token,env=TOKEN x");
      assertThat(targets(stage)).isEmpty();
      assertThat(variables(stage, "TOKEN")).containsExactly("TOKEN=hush");
      stage.run("RUN --mount=type=secret,id=token,env=TOKEN,target=/t,mode=0444,uid=5 x");
      StepMount.Secret secret = (StepMount.Secret) mounts(stage).getFirst();
      assertThat(secret.permissions()).isEqualTo(new StepMount.Permissions(5, 0, 0444));
      assertThat(variables(stage, "TOKEN")).containsExactly("TOKEN=hush");
      stage.run("RUN --mount=type=secret,target=/etc/token x");
      assertThat(targets(stage)).containsExactly("/etc/token");
      ImageState after = stage.run("RUN --mount=type=secret,id=absent,env=ABSENT x");
      assertThat(variables(stage, "ABSENT")).containsExactly("ABSENT=");
      assertThat(after.run().env()).noneMatch(entry -> entry.contains("ABSENT"));
    }
  }

  @Test
  void theFirstAgentIsTheOneInTheVariable() throws IOException {
    try (FolderStage stage = stage()) {
      stage.run("RUN --mount=type=ssh --mount=type=ssh,id=other,mode=0666 x");
      assertThat(targets(stage))
          .containsExactly("/run/buildkit/ssh_agent.0", "/run/buildkit/ssh_agent.1");
      assertThat(variables(stage, "SSH_AUTH_SOCK"))
          .containsExactly("SSH_AUTH_SOCK=/run/buildkit/ssh_agent.0");
      stage.run("ENV SSH_AUTH_SOCK=/own", "RUN --mount=type=ssh,id=nobody x");
      assertThat(targets(stage)).isEmpty();
      assertThat(variables(stage, "SSH_AUTH_SOCK")).containsExactly("SSH_AUTH_SOCK=/own");
    }
  }

  private Path cache(FolderStage stage, String options) {
    stage.run("RUN --mount=type=cache," + options + " x");
    return ((StepMount.Files) mounts(stage).getFirst()).source();
  }

  @Test
  void cachesAreToldApartByIdSeedAndOwner() throws IOException {
    try (FolderStage stage = stage()) {
      Path plain = cache(stage, "target=/a/../cache/");
      assertThat(cache(stage, "target=/cache")).isEqualTo(plain);
      assertThat(cache(stage, "id=/cache,target=/b,sharing=locked")).isEqualTo(plain);
      assertThat(cache(stage, "id=other,target=/cache")).isNotEqualTo(plain);
      assertThat(cache(stage, "target=/cache,mode=0700")).isNotEqualTo(plain);
      assertThat(cache(stage, "target=/cache,from=seed,source=folder")).isNotEqualTo(plain);
      stage.buildArg("BUILDKIT_CACHE_MOUNT_NS", "mine");
      assertThat(cache(stage, "target=/cache")).isNotEqualTo(plain);
      Files.createDirectory(cache(stage, "id=sub,target=/cache").resolve("below"));
      assertThat(cache(stage, "id=sub,source=below,target=/cache")).endsWithRaw(Path.of("below"));
    }
  }

  @Test
  void aLinkInACacheDoesNotLeadOutOfIt() throws IOException {
    try (FolderStage stage = stage()) {
      Path cache = cache(stage, "id=c,target=/cache");
      Files.createSymbolicLink(cache.resolve("out"), Path.of("/etc"));
      assertThatThrownBy(() -> cache(stage, "id=c,source=out,target=/cache"))
          .hasMessageContaining("not found in the cache");
      Files.createDirectory(cache.resolve("etc"));
      assertThat(cache(stage, "id=c,source=out,target=/cache")).isEqualTo(cache.resolve("etc"));
    }
  }

  @Test
  void aCacheIsFilledFromItsSeed() throws IOException {
    try (FolderStage stage = stage()) {
      assertThat(cache(stage, "target=/cache,from=seed,source=folder").resolve("[x]"))
          .hasContent("x");
    }
  }

  @Test
  void withoutMountsACacheIsElsewhereAndComesBack() throws IOException {
    try (FolderStage stage = stage()) {
      Path home = cache(stage, "id=c,target=/cache");
      Files.writeString(home.resolve("kept"), "kept");
      stage.withoutMounts();
      assertThat(cache(stage, "id=c,target=/cache")).isNotEqualTo(home);
      assertThat(home.resolve("kept")).hasContent("kept");
      assertNothingLeft();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type=tmpfs,target=/ | invalid mount target \"/\"",
        "type=cache | invalid mount target \"/\"",
        "type=bind,source=nowhere,target=/x | RUN --mount failed: \"/nowhere\": not found",
        "type=cache,source=nowhere,target=/x | RUN --mount failed: \"/nowhere\": not found in the cache",
        "type=cache,from=s,source=file,target=/x | RUN --mount failed: \"/file\": not a directory, as a cache has to be",
        "type=secret,id=absent,required | secret absent: not found",
        "type=ssh,id=absent,required=true | no SSH key \"absent\" forwarded from the client",
        "type=$UNSET,target=/x | unsupported mount type \"\"",
      })
  void whatCannotBeMountedIsToldBeforeTheCommand(String mount, String message) throws IOException {
    try (FolderStage stage = stage()) {
      assertThatThrownBy(() -> stage.run("RUN --mount=" + mount + " x"))
          .isInstanceOfSatisfying(
              BuildException.class,
              e -> assertThat(e.location().orElseThrow().startLine()).isEqualTo(2))
          .hasMessage(message);
      assertThat(stage.commands).isEmpty();
      assertNothingLeft();
    }
  }
}
