package dev.janiko.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.dockerfile.text.GoQuote;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExpanderTest {
  private static final Variables VARIABLES =
      Variables.of(
          Map.of(
              "v", "value", "empty", "", "path", "/a/b/c.tar.gz", "two", "80 443", "\u00e9", "e"));
  private final Expander expander = new Expander('\\');

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      ignoreLeadingAndTrailingWhitespace = true,
      value = {
        "a$v.b | avalue.b",
        "${v}x$vx | valuex",
        "$\u00e9 | e",
        "'$v' | $v",
        "\"$v\" | value",
        "\\$v | $v",
        "\"\\$v\\\\\\\"\\n\" | $v\\\"\\n",
        "a\\ b\\n | a bn",
        "$ | $",
        "$/ | $/",
        "$1x | x",
        "$@$* | ",
        "${v:-w} | value",
        "${empty:-w} | w",
        "${empty-w} | ",
        "${no-w$v} | wvalue",
        "${no:-${v:+'a b'}} | a b",
        "${v:+w} | w",
        "${empty+w} | w",
        "${empty:+w} | ",
        "${no+w} | ",
        "${v:?e} | value",
        "${empty?e} | ",
        "${path#*/} | a/b/c.tar.gz",
        "${path##*/} | c.tar.gz",
        "${path%.*} | /a/b/c.tar",
        "${path%%.*} | /a/b/c",
        "${path%\\*} | /a/b/c.tar.gz",
        "${path#[/]} | /a/b/c.tar.gz",
        "${path/\\//:} | :a/b/c.tar.gz",
        "${path//\\//:} | :a:b:c.tar.gz",
        "${path/b*./x} | /a/xgz",
        "${v//?/.} | .....",
        "${v/no/x} | value",
        "${v///-} | -v-a-l-u-e-",
        "${v//l/<$0>} | va<>ue",
      })
  void expands(String word, String expected) {
    assertThat(expander.expand(word, VARIABLES)).isEqualTo(expected == null ? "" : expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "${} | syntax error: bad substitution",
        "${{v} | syntax error: bad substitution",
        "${:v} | syntax error: bad substitution",
        "${ | syntax error: missing '}'",
        "${v:-w | syntax error: missing '}'",
        "${v/a} | syntax error: missing '/' in ${}",
        "${v:=c} | unsupported modifier (:=) in substitution",
        "${v=c} | unsupported modifier (=) in substitution",
        "${v:#c} | unsupported modifier (:#) in substitution",
        "${v | unsupported modifier (\ufffd) in substitution",
        "${no?} | no: is not allowed to be unset",
        "${no:?} | no: is not allowed to be unset",
        "${empty:?} | empty: is not allowed to be empty",
        "${no?because} | no: because",
        "'b | unexpected end of statement while looking for matching single-quote",
        "a\"b | unexpected end of statement while looking for matching double-quote",
        "${v#\\a} | invalid pattern (\\a) in substitution: invalid escape '\\a'",
      })
  void refuses(String word, String message) {
    assertThatThrownBy(() -> expander.expand(word, VARIABLES))
        .isInstanceOf(DockerfileException.class)
        .hasMessage("failed to process " + GoQuote.quote(word) + ": " + message);
  }

  @Test
  void splitsAtBlanksThatAreNotQuoted() {
    assertThat(expander.expandWords("$two '$two' \"$two\" a\\ b", VARIABLES))
        .containsExactly("80", "443", "$two", "80 443", "a b");
    assertThat(expander.expandWords("$empty ''", VARIABLES)).isEmpty();
  }

  @Test
  void heredocsKeepQuotes() {
    assertThat(expander.expandHeredoc("\"$v\" '${no:-x}' \\$v \\\\ \\n it's\n", VARIABLES))
        .isEqualTo("\"value\" 'x' $v \\ n it's\n");
  }

  @Test
  void escapesWithTheFilesCharacter() {
    Expander backtick = new Expander('`');

    assertThat(backtick.expand("c:\\$v`$v", VARIABLES)).isEqualTo("c:\\value$v");
    assertThat(backtick.expandHeredoc("\\$v `$v", VARIABLES)).isEqualTo("$v `value");
  }

  @Test
  void tellsWhatIsUnset() {
    assertThat(expander.process("$a ${b:-$c} $v $a", VARIABLES).unmatched())
        .containsExactly("a", "c", "b");
  }

  @Test
  void deepAndWildWordsTakeNoTime() {
    String deep = "${a:-".repeat(100_000);
    assertThatThrownBy(() -> expander.expand(deep, VARIABLES))
        .isInstanceOf(DockerfileException.class);

    Variables longValue = Variables.of(Map.of("v", "a".repeat(20_000)));
    String stars = "*a".repeat(100);
    assertThat(expander.expand("${v##" + stars + "b}", longValue)).hasSize(20_000);
    assertThat(expander.expand("${v//" + stars + "b/x}", longValue)).hasSize(20_000);
  }
}
