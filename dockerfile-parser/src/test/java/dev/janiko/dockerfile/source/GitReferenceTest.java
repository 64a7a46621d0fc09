package dev.janiko.dockerfile.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.source.GitReference.Options;
import dev.janiko.dockerfile.source.GitReference.Times;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which texts name git repositories, and what they say. */
final class GitReferenceTest {
  private static GitReference read(String text) {
    return GitReference.parse(text).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "app",
        "./app.git",
        "../app.git",
        ".git",
        "app.git",
        "https://example.com/",
        "https://example.com/app",
        "https://example.com/app.git/",
        "https://example.com/app.git.zip",
        "https:///app.git",
        "https://exa mple.com/app.git",
        "https://example.com:port/app.git",
        "https://example.com/%zz.git",
        "https://example.com/app.git#%zz",
        "https://example.com/app.git\n",
        "file:///srv/app.git",
        "ext::sh -c touch% /tmp/x",
        "ftp://example.com/app.git",
        "example.com/app.git",
        "example.com:app.git",
        "user name@example.com:app.git",
      })
  void othersAreNot(String text) {
    assertThat(GitReference.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://a.io/team/app.git | https://a.io/team/app.git | app | :",
        "http://a.io:8080/app.git#main | http://a.io:8080/app.git | app | main:",
        "git://a.io/app | git://a.io/app | app | :",
        "ssh://git@a.io:22/app.git#v1:sub/dir | ssh://git@a.io:22/app.git | app | v1:sub/dir",
        "git@a.io:team/app.git#:sub | git@a.io:team/app.git | app | :sub",
        "github.com/team/app#main | github.com/team/app | app | main:",
        "https://a.io/app.git#feature%2Fx | https://a.io/app.git | app | feature/x:",
        "https://[::1]:3000/app.git?branch=b&subdir=d | https://[::1]:3000/app.git | app"
            + " | refs/heads/b:d",
        "https://a.io/app.git?tag=refs/tags/v1 | https://a.io/app.git | app | refs/tags/v1:",
        "https://a.io/app.git?ref=v1#v1 | https://a.io/app.git | app | v1:",
      })
  void readsWhatIsWanted(String text, String remote, String name, String wanted) {
    String ref = wanted.substring(0, wanted.indexOf(':'));
    String folder = wanted.substring(wanted.indexOf(':') + 1);

    assertThat(read(text)).isEqualTo(new GitReference(remote, name, ref, "", folder, Options.NONE));
  }

  @Test
  void readsOptions() {
    GitReference reference =
        read(
            "https://example.com/app.git?commit=abc&keep-git-dir&submodules=false&mtime=commit"
                + "&fetch-by-commit=1");

    assertThat(reference.checksum()).isEqualTo("abc");
    assertThat(reference.options())
        .isEqualTo(
            new Options(Optional.of(true), Optional.of(false), Optional.of(Times.COMMIT), true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "ref=a#b | ref conflicts: \"b\" vs \"a\"",
        "tag=a&branch=b | branch conflicts with tag",
        "ref=a&tag=b | ref conflicts: \"a\" vs \"refs/tags/b\"",
        "subdir=a#r:b | subdir conflicts: \"b\" vs \"a\"",
        "checksum=a&commit=b | checksum conflicts: \"a\" vs \"b\"",
        "ref= | query \"ref\" has no value",
        "ref=a&ref=b | query \"ref\" has multiple values",
        "mtime=now | invalid mtime value: \"now\"",
        "submodules=yes | invalid submodules value: \"yes\"",
        "brench=a | unexpected query \"brench\" (did you mean branch?)",
        "ref=%z | malformed query \"%z\"",
      })
  void refusesWhatCannotBe(String query, String message) {
    assertThatThrownBy(() -> GitReference.parse("https://example.com/app.git?" + query))
        .isInstanceOf(DockerfileException.class)
        .hasMessage(message);
  }

  @Test
  void printsTheShortForm() {
    assertThat(read("https://example.com/a.git?tag=v1&subdir=/d").print())
        .isEqualTo("https://example.com/a.git#refs/tags/v1:d");
    assertThat(read("https://example.com/a.git#m:d").withoutFolder().print())
        .isEqualTo("https://example.com/a.git#m");
  }

  @Test
  void hidesPasswords() {
    assertThat(read("https://user:secret@example.com/app.git#main"))
        .hasToString("https://user:***@example.com/app.git#main");
  }

  @Test
  void tellsWhatIsNotSafe() {
    assertThat(read("git://example.com/app").isUnencrypted()).isTrue();
    assertThat(read("HTTP://example.com/app.git").isUnencrypted()).isTrue();
    assertThat(read("https://example.com/app.git").isUnencrypted()).isFalse();
    assertThat(read("github.com/team/app").looksLikePath()).isTrue();
  }
}
