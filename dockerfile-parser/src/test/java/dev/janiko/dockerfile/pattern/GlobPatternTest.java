package dev.janiko.dockerfile.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GlobPatternTest {
  @ParameterizedTest
  @CsvSource({
    "*, a, true",
    "*, a/b, false",
    "a*/b, abc/b, true",
    "a*b*c, aXbYbZc, true",
    "a*b*c, aXbYbZ, false",
    "a?b, a\u263ab, true",
    "a?b, a/b, false",
    "[\\-x], -, true",
    "[a-\u03b6], \u03b1, true",
    "ab[^e-g], abc, true",
    "a\\?b, a?b, true",
    "a**b, ab, true",
    "'', '', true",
  })
  void matches(String pattern, String path, boolean expected) {
    assertThat(GlobPattern.of(pattern).matches(path)).isEqualTo(expected);
  }

  @Test
  void tellsWildcards() {
    assertThat(List.of("a*", "a?", "[a]").stream().allMatch(GlobPattern::hasWildcards)).isTrue();
    assertThat(List.of("a", "a\\*", "a]", "a\\").stream().anyMatch(GlobPattern::hasWildcards))
        .isFalse();
  }

  @Test
  void refusesMalformedPatterns() {
    for (String bad : List.of("[", "[a", "[^", "[^bc", "[a-", "[a-]", "a\\", "[\\")) {
      assertThatThrownBy(() -> GlobPattern.of(bad))
          .as(bad)
          .isInstanceOfSatisfying(
              PatternException.class, e -> assertThat(e.pattern()).isEqualTo(bad));
    }
  }
}
