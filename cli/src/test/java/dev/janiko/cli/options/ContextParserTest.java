package dev.janiko.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.bucket.BucketObject;
import dev.janiko.builder.context.ContextPlace;
import dev.janiko.builder.context.ContextSpec;
import dev.janiko.builder.context.DockerfilePlace;
import dev.janiko.builder.context.NamedContext;
import dev.janiko.builder.fetch.GitOptions;
import dev.janiko.builder.plan.NamedSource;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.registry.Digest;
import dev.janiko.registry.reference.ImageReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ContextParserTest {
  private static final Optional<GitOptions.Ssh> SSH =
      Optional.of(new GitOptions.Ssh(Path.of("/root"), Optional.empty()));
  private final ContextFlags flags = new ContextFlags();
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> buildArgs = new HashMap<>();

  private ContextSpec parse(String argument) {
    return new ContextParser(flags, environment, buildArgs).parse(argument);
  }

  private ContextPlace.Git kanikosGit(String context) {
    flags.context = context;
    return (ContextPlace.Git) parse(".").place();
  }

  private ContextPlace.Git dockersGit(String context) {
    return (ContextPlace.Git) parse(context).place();
  }

  @Test
  void kanikosGitIsFetchedByHttpsAndKeepsItsFolder() {
    ContextPlace.Git git = kanikosGit("git://example.org/team/tool#refs/heads/main");
    assertThat(git.reference().remote()).isEqualTo("https://example.org/team/tool");
    assertThat(git.reference().ref()).contains("refs/heads/main");
    assertThat(git.options()).isEqualTo(new GitOptions(true, false, Optional.empty(), SSH));
    environment.put("GIT_PULL_METHOD", "http");
    assertThat(kanikosGit("git://example.org/team/tool.git").reference().remote())
        .isEqualTo("http://example.org/team/tool.git");
    environment.put("GIT_PULL_METHOD", "ftp");
    assertThatThrownBy(() -> kanikosGit("git://example.org/a"))
        .hasMessage("GIT_PULL_METHOD is https or http, not ftp");
  }

  @Test
  void kanikosThirdPartIsACommit() {
    String commit = "1".repeat(40);
    assertThat(kanikosGit("git://example.org/a#refs/heads/main#" + commit).reference().ref())
        .contains(commit);
  }

  @Test
  void kanikosGitOptionsAreHeard() {
    flags.git = List.of("branch=dev,single-branch=true,recurse-submodules=true");
    assertThat(kanikosGit("git://example.org/a").reference().ref()).contains("dev");
    assertThat(kanikosGit("git://example.org/a").options().submodules()).isTrue();
    assertThat(kanikosGit("git://example.org/a#v1").reference().ref()).contains("v1");
    flags.git = List.of("depths=1");
    assertThatThrownBy(() -> kanikosGit("git://example.org/a")).hasMessageContaining("not depths");
  }

  @Test
  void dockersGitIsItsOwnProtocolWithoutItsFolder() {
    ContextPlace.Git git = dockersGit("git://example.org/tool#main:app");
    assertThat(git.reference().remote()).isEqualTo("git://example.org/tool");
    assertThat(git.reference().subdir()).contains("app");
    assertThat(git.options()).isEqualTo(new GitOptions(false, true, Optional.empty(), SSH));
    buildArgs.put("BUILDKIT_CONTEXT_KEEP_GIT_DIR", "1");
    assertThat(dockersGit("https://example.org/tool.git").options().keepGitDir()).isTrue();
    assertThat(dockersGit("github.com/team/tool").reference().isLocalName()).isTrue();
  }

  @Test
  void credentialsComeFromTheEnvironment() {
    environment.put("GIT_USERNAME", "user");
    environment.put("GIT_PASSWORD", "pass");
    assertThat(kanikosGit("git://example.org/a").options().login())
        .contains(new GitOptions.Login("user", "pass"));
    environment.remove("GIT_USERNAME");
    environment.put("GIT_TOKEN", "token");
    assertThat(kanikosGit("git://example.org/a").options().login())
        .contains(new GitOptions.Login("token", ""));
    assertThat(kanikosGit("git://example.org/a").options().toString()).doesNotContain("token");
  }

  @Test
  void archivesFoldersAndAddresses() {
    assertThat(parse("dir:///a/b").place()).isEqualTo(new ContextPlace.Folder(Path.of("/a/b")));
    assertThat(parse("dir://a").place()).isEqualTo(new ContextPlace.Folder(Path.of("a")));
    assertThat(parse("tar:///a.tar").place())
        .isEqualTo(new ContextPlace.Archive(Path.of("/a.tar")));
    assertThat(parse("tar://stdin").place()).isInstanceOf(ContextPlace.Stream.class);
    assertThat(parse("-").place()).isInstanceOf(ContextPlace.Stream.class);
    assertThat(parse("https://example.org/a.tar.gz").place())
        .isEqualTo(new ContextPlace.Web("https://example.org/a.tar.gz"));
  }

  @Test
  void aDockerfileMayComeFromElsewhere() {
    flags.dockerfile = "-";
    assertThat(parse(".").dockerfile().orElseThrow()).isInstanceOf(DockerfilePlace.Stream.class);
    assertThatThrownBy(() -> parse("-")).hasMessageStartingWith("standard input cannot be both");
    flags.dockerfile = "https://example.org/Dockerfile";
    assertThat(parse(".").dockerfile())
        .contains(new DockerfilePlace.Web("https://example.org/Dockerfile"));
  }

  @Test
  void namesStandForFilesAndImages() {
    flags.named =
        List.of(
            "src=../src",
            "base=docker-image://alpine:3",
            "layout=oci-layout:///images:v1",
            "pinned=oci-layout:///images@sha256:" + "a".repeat(64),
            "lib=https://example.org/lib.git#v1");
    Map<String, NamedContext> named = parse(".").named();
    assertThat(named.get("src"))
        .isEqualTo(new NamedContext.Files(new ContextPlace.Folder(Path.of("../src"))));
    assertThat(named.get("base"))
        .isEqualTo(new NamedContext.Image(new NamedSource.Image(ImageReference.parse("alpine:3"))));
    assertThat(named.get("layout"))
        .isEqualTo(
            new NamedContext.Image(
                new NamedSource.Layout(Path.of("/images"), Optional.of("v1"), Optional.empty())));
    assertThat(named.get("pinned"))
        .isEqualTo(
            new NamedContext.Image(
                new NamedSource.Layout(
                    Path.of("/images"),
                    Optional.empty(),
                    Optional.of(Digest.parse("sha256:" + "a".repeat(64))))));
    assertThat(named.get("lib")).isInstanceOf(NamedContext.Files.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://a.blob.core.windows.net/b | names no blob",
        "s3:// | names no bucket",
        "ftp://user:secret@example.org/a | a build context at ftp://example.org/a is not supported",
        "https://example.org/a.git?what=x | unexpected query",
        "dir:// | is empty"
      })
  void otherPlacesAreRefused(String context, String message) {
    assertThatThrownBy(() -> parse(context))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({"name", "=x", "name=", "scratch=.", "context=.", "name=-", "a=docker-image://A B"})
  void namesAndPlacesAreChecked(String text) {
    flags.named = List.of(text);
    assertThatThrownBy(() -> parse(".")).isInstanceOf(UsageException.class);
  }

  @Test
  void bucketsAreTold() {
    environment.put("AWS_SECRET_ACCESS_KEY", "s3cret");
    assertThat(parse("s3://team").place())
        .hasToString("Bucket[object=s3://team/context.tar.gz, variables=CloudVariables[…]]");
    assertThat(bucket("s3://team/a b/c.tgz"))
        .isEqualTo(new BucketObject.Amazon("team", "a b/c.tgz"));
    assertThat(bucket("gs://team/a/"))
        .isEqualTo(new BucketObject.Google("team", "a/context.tar.gz"));
    assertThat(bucket("https://Acc.blob.core.chinacloudapi.cn/c/b?sig=s3cret"))
        .hasToString("https://Acc.blob.core.chinacloudapi.cn/c/b?…");
    flags.bucket = "team";
    assertThat(bucket(".")).isEqualTo(new BucketObject.Google("team", "context.tar.gz"));
  }

  private BucketObject bucket(String argument) {
    return ((ContextPlace.Bucket) parse(argument).place()).object();
  }
}
