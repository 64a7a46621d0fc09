package dev.janiko.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.Layering;
import dev.janiko.builder.context.ContextPlace;
import dev.janiko.builder.context.DockerfilePlace;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.layer.LayerCompression;
import dev.janiko.cli.foreign.ForeignFlag;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.options.BuildOptions;
import dev.janiko.cli.options.BuildOptions.Isolation;
import dev.janiko.cli.progress.Window;
import dev.janiko.cli.runner.BuildRunner;
import dev.janiko.dockerfile.text.GitReference;
import dev.janiko.registry.auth.BuiltInHelper;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.transport.TlsOptions.ClientCertificate;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every flag of the executor, used: each test is named by its flag. */
final class FlagsTest {
  private final List<BuildOptions> built = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private static ContextPlace folder(String path) {
    return new ContextPlace.Folder(Path.of(path));
  }

  private static GitReference git(BuildOptions options) {
    return ((ContextPlace.Git) options.source().place()).reference();
  }

  private static Arguments row(
      String flag, String arguments, Function<BuildOptions, Object> what, Object expected) {
    return Arguments.of(flag, arguments, what, expected);
  }

  static Stream<Arguments> flags() {
    return Stream.of(
            contexts(), outputs(), caches(), layers(), connections(), certificates(), rest())
        .flatMap(rows -> rows);
  }

  private static Stream<Arguments> contexts() {
    return Stream.of(
        row(
            "--dockerfile",
            "-f D",
            o -> o.source().dockerfile(),
            Optional.of(new DockerfilePlace.File(Path.of("D")))),
        row("--context", "-c dir://x", o -> o.source().place(), folder("x")),
        row(
            "--context-sub-path",
            "-c x --context-sub-path=a/b",
            o -> o.source().subPath(),
            Optional.of(Path.of("a/b"))),
        row("--bucket", "-b team", o -> o.source().place().toString().contains("team"), true),
        row(
            "--build-context",
            "--build-context=a=x",
            o -> o.source().named().keySet(),
            Set.of("a")),
        row(
            "--git",
            "-c git://h/r --git=branch=b,depth=1 --git=recurse-submodules=true",
            o -> git(o).ref(),
            Optional.of("b")),
        row(
            "--platform",
            "--custom-platform=linux/arm64",
            o -> o.platforms(),
            List.of(Platform.of("linux", "arm64"))),
        row(
            "--custom-platform",
            "--customPlatform linux/arm/v7",
            o -> o.platforms(),
            List.of(new Platform("linux", "arm", "v7"))),
        row(
            "--destination",
            "-d r/a --destination=r/b:1",
            o -> o.outputs().pushTo(),
            List.of("r/a", "r/b:1")));
  }

  private static Stream<Arguments> outputs() {
    return Stream.of(
        row("--no-push", "-d r/a --no-push", o -> o.outputs().pushTo(), List.of()),
        row("--tar-path", "--tarPath=a.tar", o -> o.outputs().tar(), Optional.of(Path.of("a.tar"))),
        row(
            "--oci-layout-path",
            "--oci-layout-path l",
            o -> o.outputs().ociLayout(),
            Optional.of(Path.of("l"))),
        row(
            "--digest-file",
            "--digest-file=/dev/termination-log",
            o -> o.outputs().digests().digest(),
            Optional.of(Path.of("/dev/termination-log"))),
        row(
            "--image-name-with-digest-file",
            "-d a --image-name-with-digest-file f",
            o -> o.outputs().digests().nameWithDigest(),
            Optional.of(Path.of("f"))),
        row(
            "--image-name-tag-with-digest-file",
            "-d a --image-name-tag-with-digest-file=f",
            o -> o.outputs().digests().nameTagWithDigest(),
            Optional.of(Path.of("f"))),
        row(
            "--image-format",
            "--image-format=docker",
            o -> o.outputs().family(),
            Optional.of(Family.DOCKER)),
        row(
            "--annotation",
            "--annotation a=b=c",
            o -> o.outputs().annotations(),
            Map.of("a", "b=c")),
        row(
            "--build-arg",
            "--build-arg=A=b c --build-arg HOME",
            o -> o.buildArgs(),
            Map.of("A", "b c", "HOME", "/h")));
  }

  private static Stream<Arguments> caches() {
    return Stream.of(
        row("--target", "--target Two", o -> o.target(), Optional.of("Two")),
        row("--label", "--label a=b --label=c", o -> o.labels(), Map.of("a", "b", "c", "")),
        row("--cache", "--cache", o -> o.cache().isPresent(), true),
        row(
            "--cache-repo",
            "--cache --cache-repo=oci:/c",
            o -> o.cache().orElseThrow().repository(),
            Optional.of("oci:/c")),
        row(
            "--cache-dir",
            "--cache --cache-dir /b",
            o -> o.cache().orElseThrow().bases(),
            Path.of("/b")),
        row(
            "--cache-ttl",
            "--cache --cache-ttl=6h",
            o -> o.cache().orElseThrow().lifetime(),
            Duration.ofHours(6)),
        row(
            "--cache-copy-layers",
            "--cache --cache-copy-layers=false",
            o -> o.cache().orElseThrow().copyLayers(),
            false),
        row(
            "--cache-run-layers",
            "--cache --cache-run-layers=false",
            o -> o.cache().orElseThrow().runLayers(),
            false),
        row(
            "--no-push-cache",
            "--cache --no-push-cache",
            o -> o.cache().orElseThrow().writes(),
            false));
  }

  private static Stream<Arguments> layers() {
    return Stream.of(
        row(
            "--compression",
            "--compression=zstd",
            o -> o.layering().compression().format(),
            LayerCompression.Format.ZSTD),
        row(
            "--compression-level",
            "--compression-level 9",
            o -> o.layering().compression().level(),
            9),
        row("--snapshot-mode", "--snapshotMode=redo", o -> o.layering(), Layering.USUAL),
        row("--single-snapshot", "--single-snapshot", o -> o.layering().single(), true),
        row(
            "--reproducible",
            "--reproducible",
            o -> o.layering().times(),
            Layering.Times.REPRODUCIBLE),
        row(
            "--rewrite-timestamp",
            "--rewrite-timestamp",
            o -> o.layering().times(),
            Layering.Times.LIMITED),
        row(
            "--ignore-path",
            "--ignore-path /a* --ignore-path=/b/c",
            o -> o.layering().ignored(),
            List.of("/a*", "/b/c")),
        row("--isolation", "--isolation=inplace", o -> o.place().isolation(), Isolation.INPLACE),
        row("--force", "--force", o -> o.place().force(), true),
        row("--materialize", "--materialize", o -> o.place().materialize(), true),
        row(
            "--materialize",
            "--materialize",
            o -> o.place().isolation(),
            BuildOptions.Isolation.INPLACE));
  }

  private static Stream<Arguments> connections() {
    return Stream.of(
        row("--kaniko-dir", "--kaniko-dir=/k", o -> o.place().folder(), Optional.of(Path.of("/k"))),
        row("--insecure", "--insecure", o -> o.registries().plainHttp().push(), true),
        row(
            "--insecure-pull",
            "--insecure-pull=true",
            o -> o.registries().plainHttp().pull(),
            true),
        row(
            "--insecure-registry",
            "--insecure-registry h:1",
            o -> o.registries().plainHttp().hosts(),
            Set.of("h:1")),
        row(
            "--skip-tls-verify",
            "--skip-tls-verify",
            o -> o.registries().unverifiedTls().push(),
            true),
        row(
            "--skip-tls-verify-pull",
            "--skip-tls-verify-pull",
            o -> o.registries().unverifiedTls().pull(),
            true),
        row(
            "--skip-tls-verify-registry",
            "--skip-tls-verify-registry=h",
            o -> o.registries().unverifiedTls().hosts(),
            Set.of("h")),
        row(
            "--registry-certificate",
            "--registry-certificate h=/ca",
            o -> o.registries().tls().authorities(),
            Map.of("h", List.of(Path.of("/ca")))),
        row(
            "--registry-client-cert",
            "--registry-client-cert=h=/c,/k",
            o -> o.registries().tls().clients(),
            Map.of("h", new ClientCertificate(Path.of("/c"), Path.of("/k")))));
  }

  private static Stream<Arguments> certificates() {
    return Stream.of(
        row(
            "--registry-auth-file",
            "--registry-auth-file=/a",
            o -> o.registries().credentials().authFile(),
            Optional.of(Path.of("/a"))),
        row(
            "--credential-helpers",
            "--credential-helpers=env",
            o -> o.registries().credentials().helpers(),
            List.of(BuiltInHelper.ENV)),
        row(
            "--registry-token-realm",
            "--registry-token-realm h=sso",
            o -> o.registries().tokenRealms(),
            Map.of("h", Set.of("sso"))),
        row(
            "--registry-mirror",
            "--registry-mirror m/x",
            o -> o.registries().mirrors().targets().keySet(),
            Set.of("docker.io")),
        row(
            "--registry-map",
            "--registry-map=q=m;g=m",
            o -> o.registries().mirrors().targets().size(),
            2),
        row(
            "--skip-default-registry-fallback",
            "--registry-mirror m --skip-default-registry-fallback",
            o -> o.registries().mirrors().fallback(),
            false),
        row("--push-retry", "--push-retry 2", o -> o.registries().rules().pushRetries(), 2),
        row(
            "--image-download-retry",
            "--image-download-retry=2",
            o -> o.registries().rules().pullRetries(),
            2),
        row(
            "--push-ignore-immutable-tag-errors",
            "--push-ignore-immutable-tag-errors",
            o -> o.registries().rules().acceptImmutableTags(),
            true));
  }

  private static Stream<Arguments> rest() {
    return Stream.of(
        row(
            "--skip-push-permission-check",
            "--skip-push-permission-check",
            o -> o.registries().rules().checkPush(),
            false),
        row("--secret", "--secret=id=a,env=HOME", o -> o.mounts().secrets().keySet(), Set.of("a")),
        row("--ssh", "--ssh a=/s", o -> o.mounts().agents(), Map.of("a", Path.of("/s"))),
        row(
            "--cache-mounts-dir",
            "--cache-mounts-dir=/c",
            o -> o.mounts().caches(),
            Optional.of(Path.of("/c"))),
        row("--allow", "--allow network.host", o -> o.mounts().secrets(), Map.of()));
  }

  /** Those of which the builder hears nothing. */
  static Stream<Arguments> others() {
    return Stream.concat(
        ForeignFlag.KANIKO.stream()
            .filter(ForeignFlag::accepted)
            .map(flag ->
                Arguments.of(
                    flag.name(),
                    flag.name() + "=" + (flag.isSwitch() ? "true" : "1"),
                    flag.name() + " has no effect: ")),
        Stream.of(
            Arguments.of("--verbosity", "-v debug", ""),
            Arguments.of("--log-format", "--log-format=text", ""),
            Arguments.of("--log-timestamp", "--log-timestamp", ""),
            Arguments.of("--backend", "--backend=daemonless", ""),
            Arguments.of("--fallback", "--fallback none", ""),
            Arguments.of("--docker-host", "--docker-host=unix:///x", ""),
            Arguments.of("--docker-network", "--docker-network=none", ""),
            Arguments.of("--docker-wait", "--docker-wait=1s", ""),
            Arguments.of("--docker-cache", "--docker-cache=false", "")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("flags")
  void flag(String flag, String arguments, Function<BuildOptions, Object> what, Object expected) {
    assertThat(run("executor", ("--oci-layout-path=z " + arguments).split(" (?=-)")))
        .as("%s", err)
        .isZero();
    assertThat(what.apply(built.getFirst())).as(flag).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("others")
  void otherFlag(String flag, String arguments, String said) {
    assertThat(run("executor", ("--no-push " + arguments).split(" ")))
        .as("%s: %s", flag, err)
        .isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(said);
  }

  @Test
  void noFlagIsLeftOut() {
    Set<String> used = new TreeSet<>();
    flags().forEach(row -> used.add((String) row.get()[0]));
    others().forEach(row -> used.add((String) row.get()[0]));
    used.add("--dryrun");
    Set<String> all = new TreeSet<>(FlagDocument.flags("executor").keySet());
    all.removeAll(used);
    assertThat(all).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"--dryrun", "KANIKO_PRINT_PLAN"})
  void dryRun(String how) {
    assertThat(
            how.startsWith("--")
                ? run("executor", "--no-push", how)
                : run(Map.of(how, "true"), "executor", "--no-push"))
        .isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("the plan");
    assertThat(built).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "SNAPSHOT_TIMEOUT_DURATION",
        "BENCHMARK_FILE",
        "STACKLOG_PATH",
        "KANIKO_CLEANUP",
        "FF_KANIKO_COPY_AS_ROOT"
      })
  void variablesWithoutEffectAreLogged(String variable) {
    assertThat(run(Map.of(variable, "1"), "executor", "--no-push")).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(variable + " has no effect: ");
  }

  @Test
  void builderOutputIsAFileOfCloudBuild() {
    assertThat(run(Map.of("BUILDER_OUTPUT", "/b"), "executor", "--no-push")).isZero();
    assertThat(built.getFirst().outputs().digests().images()).contains(Path.of("/b/images"));
  }

  @Test
  void digestsGoToTheWebToo() {
    assertThat(run("executor", "--no-push", "--digest-file=https://u:p@h/x")).isZero();
    assertThat(built.getFirst().outputs().digests().upload().orElseThrow())
        .hasToString("https://h/x");
  }

  private int run(String program, String... arguments) {
    return run(Map.of(), program, arguments);
  }

  private int run(Map<String, String> environment, String program, String... arguments) {
    Map<String, String> variables = new HashMap<>(environment);
    variables.put("HOME", "/h");
    Surroundings surroundings =
        new Surroundings(
            variables,
            "amd64",
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Optional::<Window>empty);
    BuildRunner runner =
        new BuildRunner() {
          @Override
          public int run(BuildOptions options, BuildListener listener) {
            built.add(options);
            return 0;
          }

          @Override
          public int plan(BuildOptions options, BuildListener listener, PrintStream to) {
            to.println("the plan");
            return 0;
          }
        };
    List<String> words = new ArrayList<>();
    for (String argument : arguments) {
      // "-f D" is two words, "--build-arg=A=b c" is one.
      words.addAll(
          argument.contains("=") && argument.indexOf('=') < (argument + " ").indexOf(' ')
              ? List.of(argument)
              : Arrays.asList(argument.split(" ", 2)));
    }
    return new CommandLineInterface(surroundings, runner, (options, listener) -> true)
        .run(program, words.toArray(String[]::new));
  }
}
