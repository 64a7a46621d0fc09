package dev.janiko.dockerfile.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.dockerfile.text.GitReference.Times;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GitReferenceTest {
  private static GitReference parse(String text) {
    return GitReference.parse(text).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/a.tar.gz",
        "https://example.org/repo.git/",
        "https://example.org/repo.git.zip",
        "folder/repo.git",
        ".git",
        "a@b",
        "example.org/repo.git"
      })
  void otherThingsAreNoRepositories(String text) {
    assertThat(GitReference.parse(text)).isEmpty();
  }

  @Test
  void aFragmentNamesRefAndFolder() {
    GitReference git = parse("https://example.org/team/tool.git#release/1:docker/app");
    assertThat(git.remote()).isEqualTo("https://example.org/team/tool.git");
    assertThat(git.ref()).contains("release/1");
    assertThat(git.subdir()).contains("docker/app");
    assertThat(git.shortName()).isEqualTo("tool");
    assertThat(git.submodules()).isTrue();
    assertThat(git.times()).isEqualTo(Times.CHECKOUT);
  }

  @Test
  void aFragmentMayNameTheFolderAlone() {
    assertThat(parse("git://example.org/tool#:app").ref()).isEmpty();
    assertThat(parse("git://example.org/tool#:app").subdir()).contains("app");
  }

  @Test
  void aQuerySaysTheSameAndMore() {
    GitReference git =
        parse(
            "https://example.org/tool.git?tag=v1&subdir=my%20app&checksum=abcd&keep-git-dir"
                + "&submodules=false&mtime=commit");
    assertThat(git.remote()).isEqualTo("https://example.org/tool.git");
    assertThat(git.ref()).contains("refs/tags/v1");
    assertThat(git.subdir()).contains("my app");
    assertThat(git.checksum()).contains("abcd");
    assertThat(git.keepGitDir()).contains(true);
    assertThat(git.submodules()).isFalse();
    assertThat(git.times()).isEqualTo(Times.COMMIT);
  }

  @Test
  void sshHasTwoForms() {
    assertThat(parse("git@example.org:team/tool.git#main").isSsh()).isTrue();
    assertThat(parse("git@example.org:team/tool.git#main").shortName()).isEqualTo("tool");
    assertThat(parse("ssh://git@example.org/team/tool.git").isSsh()).isTrue();
    assertThat(parse("https://example.org/tool.git").isSsh()).isFalse();
  }

  @Test
  void aNameOfGithubCouldBeAPath() {
    assertThat(parse("github.com/team/tool#main").isLocalName()).isTrue();
  }

  @Test
  void credentialsAreNotShown() {
    GitReference git = parse("https://user:secret@example.org/tool.git#main");
    assertThat(git.remote()).contains("secret");
    assertThat(git.toString()).isEqualTo("https://example.org/tool.git#main");
    assertThat(UserInfo.hidden("ADD https://u:p@h/a \"https://t@h/b?x=@\" /d"))
        .isEqualTo("ADD https://h/a \"https://h/b?x=@\" /d");
  }

  @Test
  void contradictionsAreRefused() {
    assertThatThrownBy(() -> parse("https://example.org/tool.git?ref=a#b"))
        .hasMessageStartingWith("ref conflicts");
    assertThatThrownBy(() -> parse("https://example.org/tool.git?branch=a&tag=b"))
        .hasMessage("branch conflicts with tag");
    assertThatThrownBy(() -> parse("https://example.org/tool.git?tag=a&ref=b"))
        .hasMessageStartingWith("ref conflicts");
    assertThatThrownBy(() -> parse("https://example.org/tool.git?what=a"))
        .hasMessage("unexpected query \"what\"");
    assertThatThrownBy(() -> parse("https://example.org/tool.git?mtime=now"))
        .hasMessage("invalid mtime value: now");
  }
}
