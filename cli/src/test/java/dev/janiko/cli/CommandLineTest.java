package dev.janiko.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.context.ContextPlace;
import dev.janiko.builder.context.DockerfilePlace;
import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.cli.foreign.ForeignFlag;
import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.options.BuildOptions;
import dev.janiko.cli.options.BuildOptions.Isolation;
import dev.janiko.cli.options.LintOptions;
import dev.janiko.cli.progress.Window;
import dev.janiko.cli.registry.RegistrySettings;
import dev.janiko.registry.client.Mirrors;
import dev.janiko.registry.client.RegistryOptions;
import dev.janiko.registry.transport.TlsOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  private final Map<String, String> environment = new HashMap<>();
  private final List<BuildOptions> built = new ArrayList<>();
  private final List<LintOptions> linted = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private int result = ExitCode.OK;

  private static ContextPlace folder(String path) {
    return new ContextPlace.Folder(Path.of(path));
  }

  @Test
  void dockerSpellings() {
    BuildOptions options =
        build(
            "build -t app:1 -t app:2 -f other/Dockerfile --build-arg A=1=2 --build-arg HOME "
                + "--build-arg UNSET --target prod --label a=b --push --no-cache src");
    assertThat(options.source().place()).isEqualTo(folder("src"));
    assertThat(options.source().dockerfile())
        .contains(new DockerfilePlace.File(Path.of("other/Dockerfile")));
    assertThat(options.target()).contains("prod");
    assertThat(options.buildArgs()).containsExactly(Map.entry("A", "1=2"), Map.entry("HOME", "/h"));
    assertThat(options.labels()).containsExactly(Map.entry("a", "b"));
    assertThat(options.outputs().names()).containsExactly("app:1", "app:2");
    assertThat(options.outputs().pushTo()).containsExactly("app:1", "app:2");
  }

  @Test
  void dockersSpellingsOfChecks() {
    for (String line :
        List.of(
            "build --check -f D --build-arg A=1 --target t src",
            "build --call=check -f D --build-arg A=1 --target t src",
            "build --call check,format=sarif -f D --build-arg A=1 --target t src")) {
      linted.clear();
      assertThat(run("janiko", line)).as("%s", err).isZero();
      LintOptions options = linted.getFirst();
      assertThat(options.source())
          .isEqualTo(
              new LintOptions.Source(
                  Optional.of(Path.of("src")), Optional.of(Path.of("D")), false));
      assertThat(options.buildArgs()).containsExactly(Map.entry("A", "1"));
      assertThat(options.target()).contains("t");
      assertThat(options.registries()).isPresent();
    }
    assertThat(built).isEmpty();
    assertThat(run("janiko", "build --call=build --no-push")).isZero();
    assertThat(built).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lint --format=xml | --format is text, json or sarif, not xml",
        "lint -f D - | two Dockerfiles: standard input and D",
        "lint https://a/b | checks look at a folder, not at https://a/b: fetch it first",
        "lint --no-push | unknown flag: --no-push",
        "build --call=outline | --call is build or check, not outline",
        "build --call=check,x=y | --call=check takes format=text, json or sarif, not x=y",
      })
  void checksThatCannotBeAreRefused(String line, String message) {
    assertThat(run("janiko", line)).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(message);
    assertThat(linted).isEmpty();
  }

  @Test
  void kanikoSpellings() {
    assertThat(
            run(
                "executor",
                "--dockerfile=D -c dir:///home/ci --context-sub-path sub -d r/a:1 --destination=r/b:2 "
                    + "--insecure --insecure-registry=h:1 --skip-tls-verify=true "
                    + "--skip-tls-verify-registry x --tarPath=/o.tar --oci-layout-path /oci "
                    + "--digest-file=/d --image-name-with-digest-file /n "
                    + "--image-name-tag-with-digest-file=/t --single-snapshot --isolation inplace "
                    + "--force -v debug --log-format=text --log-timestamp=false "
                    + "--snapshotMode=redo --use-new-run --cache=false --cleanup "
                    + "--skip-unused-stages --custom-platform linux/amd64"))
        .as("%s", err)
        .isEqualTo(ExitCode.OK);
    BuildOptions options = built.getFirst();
    assertThat(options.source().place()).isEqualTo(folder("/home/ci"));
    assertThat(options.source().subPath()).contains(Path.of("sub"));
    assertThat(options.outputs().pushTo()).containsExactly("r/a:1", "r/b:2");
    assertThat(options.outputs().tar()).contains(Path.of("/o.tar"));
    assertThat(options.outputs().ociLayout()).contains(Path.of("/oci"));
    assertThat(options.outputs().digests().digest()).contains(Path.of("/d"));
    assertThat(options.outputs().digests().nameWithDigest()).contains(Path.of("/n"));
    assertThat(options.outputs().digests().nameTagWithDigest()).contains(Path.of("/t"));
    assertThat(options.registries().plainHttp().push()).isTrue();
    assertThat(options.registries().plainHttp().pull()).isFalse();
    assertThat(options.registries().plainHttp().hosts()).containsExactly("h:1");
    assertThat(options.registries().unverifiedTls().pull()).isTrue();
    assertThat(options.registries().unverifiedTls().hosts()).containsExactly("x");
    assertThat(options.place().isolation()).isEqualTo(Isolation.INPLACE);
    assertThat(options.place().force()).isTrue();
    assertThat(options.layering().single()).isTrue();
  }

  @Test
  void flagsAndEnvironmentSayHowRegistriesAreReached() {
    environment.put("KANIKO_REGISTRY_MIRROR", "http://m.local:5000/hub");
    environment.put("KANIKO_REGISTRY_MAP", "ghcr.io/org=m.local:5000/ghcr;quay.io=q.local");
    RegistrySettings settings =
        build(
                "build --no-push --registry-certificate h:1=/ca --registry-certificate h:1=/ca2 "
                    + "--registry-client-cert=h:1=/crt,/key --registry-mirror first.local "
                    + "--credential-helpers= --authfile /auth --registry-token-realm h:1=sso.local "
                    + "--push-retry 3 --image-download-retry=2 --skip-push-permission-check "
                    + "--push-ignore-immutable-tag-errors --skip-default-registry-fallback "
                    + "--image-format oci --annotation a=b .")
            .registries();
    assertThat(settings.plainHttp().hosts()).containsExactly("m.local:5000");
    assertThat(settings.tls().authorities().get("h:1"))
        .containsExactly(Path.of("/ca"), Path.of("/ca2"));
    assertThat(settings.tls().clients())
        .containsEntry("h:1", new TlsOptions.ClientCertificate(Path.of("/crt"), Path.of("/key")));
    assertThat(settings.tokenRealms()).containsEntry("h:1", Set.of("sso.local"));
    assertThat(settings.credentials().authFile()).contains(Path.of("/auth"));
    assertThat(settings.credentials().helpers()).isEmpty();
    assertThat(settings.rules()).isEqualTo(new RegistryOptions.Rules(2, 3, true, false));
    assertThat(settings.mirrors().fallback()).isFalse();
    assertThat(settings.mirrors().targets().get("docker.io"))
        .extracting(Mirrors.Target::registry)
        .containsExactly("first.local", "m.local:5000");
    assertThat(settings.mirrors().targets()).containsKeys("ghcr.io/org", "quay.io");
  }

  @Test
  void defaultsAreThoseOfTheProgramsTheyStandFor() {
    assertThat(build("build --no-push").source().place()).isEqualTo(folder("."));
    assertThat(run("executor", "--no-push")).isZero();
    assertThat(built.getLast().source().place()).isEqualTo(folder("/workspace"));
  }

  @Test
  void switchesDoNotSwallowTheContext() {
    assertThat(build("build -t a --push ctx").source().place()).isEqualTo(folder("ctx"));
    assertThat(build("build --no-push ctx").source().place()).isEqualTo(folder("ctx"));
  }

  @Test
  void destinationIsPushedAndTagOnlyOnRequest() {
    BuildOptions options = build("build -t app -d r/app .");
    assertThat(options.outputs().names()).containsExactly("r/app", "app");
    assertThat(options.outputs().pushTo()).containsExactly("r/app");
    assertThat(build("build -t app --tar-path x .").outputs().pushTo()).isEmpty();
    assertThat(build("build -d r/app --no-push .").outputs().pushTo()).isEmpty();
  }

  @Test
  void environmentCanForbidPushing() {
    environment.put("KANIKO_NO_PUSH", "true");
    assertThat(build("build -d r/app .").outputs().pushTo()).isEmpty();
    environment.put("KANIKO_NO_PUSH", "yes");
    assertThat(usageError("build -d r/app .")).contains("KANIKO_NO_PUSH is true or false");
  }

  @Test
  void cacheFlagsAreKanikos() {
    assertThat(build("build -d r/app --cache-repo=r/c --cache=false .").cache()).isEmpty();
    BuildOptions.Cache cache = build("build -d r/app --cache .").cache().orElseThrow();
    assertThat(cache.repository()).isEmpty();
    assertThat(cache.lifetime()).isEqualTo(Duration.ofDays(14));
    assertThat(cache.writes()).isTrue();
    cache =
        build(
                "build -d r/app --cache=true --cache-repo=oci:/c --cache-ttl=90m"
                    + " --cache-copy-layers=false --no-push-cache .")
            .cache()
            .orElseThrow();
    assertThat(cache)
        .isEqualTo(
            new BuildOptions.Cache(
                Optional.of("oci:/c"),
                Path.of("/cache"),
                Duration.ofMinutes(90),
                true,
                false,
                false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "build . | nothing says where the image goes: add --destination IMAGE",
        "build -t a . | nothing says where it goes: add --push",
        "build --push . | --push needs a name",
        "build -t a --push --no-push . | contradict",
        "build --no-push -c a b | two build contexts: b and a",
        "build --no-push ftp://u:p@host/x | at ftp://host/x is not supported",
        "build --no-push s3:///x | s3:///x names no bucket",
        "build --no-push https://a.blob.core.windows.net/x | names no blob",
        "build --no-push -f - - | cannot be both the build context and the Dockerfile",
        "build --no-push -f s3://b/x . | --dockerfile is a file or an http address",
        "build --no-push --context-sub-path ../x . | leads out of the context",
        "build --no-push --platform windows/amd64 . | images for windows/amd64 cannot be built",
        "build --no-push --platform a/b/c/d . | --platform: ",
        "build --no-push --build-arg =x . | --build-arg needs a name",
        "build --no-push --verbosity loud . | --verbosity is panic",
        "build --no-push --log-format xml . | --log-format is text",
        "build --no-push --progress fancy . | --progress is auto",
        "build --no-push --digest-file s3://x . | --digest-file is a file; s3://x is not supported",
        "build --no-push --image-name-with-digest-file x . | needs names",
        "build --no-push --cache --cache-ttl=soon . | --cache-ttl is a duration such as 90m",
        "build --no-push --cache-from=x . | --cache-from is not supported",
        "build --no-push --materialize --isolation chroot . | --materialize is for --isolation inplace",
        "build --no-push --ignore-path x . | --ignore-path is an absolute path, not x",
        "build --no-push --git deep=1 . | not deep",
        "build --no-push --git depth=x . | --git depth is a number, not x",
        "build --no-push --bucket b -c . | two build contexts: --bucket and --context",
        "warm | nothing to bring: add --image IMAGE or --dockerfile FILE",
        "warm -i A | must be lowercase",
        "cache prune | nothing says which cache",
        "cache prune --cache-dir x --max-size y | --max-size is a size such as 10GB, not y",
        "build --no-push --secret src=a . | --secret needs an id",
        "build --no-push --secret id=a,type=x . | --secret has the types file and env, not x",
        "build --no-push --secret id=a,value=x . | not value=",
        "build --no-push --ssh default . | --ssh default finds no agent",
        "build --no-push --ssh a=k1,k2 . | takes one agent's socket",
        "build --no-push --allow security.insecure . | --allow security.insecure is not supported",
        "build --no-push --compression lzma . | --compression is gzip or zstd, not lzma",
        "build --no-push --compression-level 10 . | gzip has the levels 1 to 9, not 10",
        "build --no-push --compression zstd --compression-level 23 . | zstd has the levels 1 to 22",
        "build --no-push --compression zstd --tar-path a.tar . | not for --tar-path",
        "build --no-push --snapshot-mode some . | --snapshot-mode is full, redo or time, not some",
        "build --no-push -o x . | -o is not supported",
        "build --no-push --image-format vhd . | --image-format is oci or docker, not vhd",
        "build --no-push --image-format docker --annotation a=b . | docker's has none",
        "build --no-push --annotation a . | --annotation is NAME=VALUE, not a",
        "build --no-push --registry-certificate ca.pem . | --registry-certificate is HOST=FILE",
        "build --no-push --registry-client-cert h=a . | --registry-client-cert is HOST=CERT,KEY",
        "build --no-push --registry-map docker.io . | expected REGISTRY=REGISTRY[/PATH]",
        "build --no-push --registry-mirror a:b:c . | not a registry: a:b:c",
        "build --no-push --push-retry -1 . | --push-retry is a number of times, not -1",
        "build --no-push --credential-helpers aws . | env, google, ecr, acr or gitlab, not aws",
        "copy a | nothing says where the image goes",
        "copy A b | must be lowercase",
        "login h -u u -p p --password-stdin | contradict each other",
        "login user@host -u u | not a registry",
        "build --no-push --nonsense . | unknown flag: --nonsense",
        "build --no-push --cache-cpy-layers=true . | (did you mean --cache-copy-layers?)",
        "build --no-push a b | unexpected argument: b",
        "build --no-push --isolation vm . | --isolation",
        "build --target | --target",
        "completion tcsh | completion is for bash, zsh or fish"
      })
  void whatCannotBeMeantIsAClearError(String line, String message) {
    assertThat(usageError(line)).contains(message).doesNotContain("Exception");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-t a", "--push", "--progress plain", "ctx", "-q", "--no-cache"})
  void executorTakesKanikosFlagsAlone(String arguments) {
    assertThat(run("executor", "--no-push " + arguments)).isEqualTo(ExitCode.USAGE);
    assertThat(built).isEmpty();
  }

  @Test
  void everyForeignFlagIsUnderstood() {
    for (ForeignFlag flag : ForeignFlag.KANIKO) {
      String argument = flag.isSwitch() ? "" : " 1";
      int code = run("executor", "--no-push " + flag.name() + argument);
      assertThat(code).as("%s: %s", flag.name(), err).isEqualTo(flag.accepted() ? 0 : 2);
      assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("unknown flag");
    }
  }

  @Test
  void exitCodeIsTheBuilds() {
    result = 42;
    assertThat(run("janiko", "build --no-push .")).isEqualTo(42);
  }

  @Test
  void faultsOfTheProgramAreOneLine() {
    result = -1;
    assertThat(run("janiko", "build --no-push .")).isEqualTo(ExitCode.FAILURE);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("ERROR: internal fault: java.lang.IllegalStateException: broken")
        .doesNotContain("\tat ");
  }

  @Test
  void helpSaysWhatHasNoEffectAndWhatExitCodesMean() {
    assertThat(run("janiko", "build --help")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("--destination", "--skip-unused-stages", "No effect.", "Exit codes:")
        .doesNotContain("--cache-from");
  }

  @Test
  void completionsNameCommandsAndFlags() {
    assertThat(run("janiko", "completion fish")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("complete -c janiko -f -n __fish_use_subcommand -a build")
        .contains("-l destination");
    out.reset();
    assertThat(run("janiko", "completion zsh")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("complete -F", "--destination");
  }

  @Test
  void versionIsPrintedByEveryName() {
    for (String line : List.of("version", "--version")) {
      assertThat(run("janiko", line)).isZero();
    }
    assertThat(run("executor", "version")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .hasSize(3)
        .allMatch(line -> line.matches("janiko \\d+\\.\\d+\\.\\d+.*"));
  }

  @Test
  void jsonLogsOfKanikoAreEvents() {
    result = 7;
    run("executor", "--no-push --log-format json");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("\"event\":\"buildFailed\"");
  }

  private BuildOptions build(String line) {
    assertThat(run("janiko", line)).as("%s", err).isZero();
    return built.getLast();
  }

  private String usageError(String line) {
    int before = built.size();
    assertThat(run("janiko", line)).isEqualTo(ExitCode.USAGE);
    assertThat(built).hasSize(before);
    return err.toString(StandardCharsets.UTF_8);
  }

  private int run(String program, String line) {
    environment.putIfAbsent("HOME", "/h");
    Surroundings surroundings =
        new Surroundings(
            environment,
            "amd64",
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Optional::<Window>empty);
    return new CommandLineInterface(
            surroundings,
            (options, listener) -> {
              built.add(options);
              if (result < 0) {
                throw new IllegalStateException("broken");
              }
              if (result > 0) {
                listener.on(BuildFailed.of("failed"));
              }
              return result;
            },
            (options, listener) -> {
              linted.add(options);
              return true;
            })
        .run(program, line.split(" +", -1));
  }
}
