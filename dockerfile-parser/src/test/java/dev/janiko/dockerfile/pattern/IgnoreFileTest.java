package dev.janiko.dockerfile.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IgnoreFileTest {
  @Test
  void readsPatternsInOrder() {
    String text = "\ufeff# comment\r\n\r\n  a/ \n #x\n! ./b//c \n/d\n/\n!\nd/../f # not\n";

    assertThat(IgnoreFile.parse(text.getBytes(StandardCharsets.UTF_8)))
        .containsExactly("a", "#x", "!b/c", "d", "/", "!", "f # not");
  }

  @ParameterizedTest
  @CsvSource({
    "'', .",
    "/, /",
    "/.., /",
    "a/.., .",
    "../.., ../..",
    "a/../../b, ../b",
    "./a/./b/, a/b",
    "//a, /a",
  })
  void cleansPaths(String path, String expected) {
    assertThat(SlashPath.clean(path)).isEqualTo(expected);
  }
}
