package dev.janiko.dockerfile.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PatternMatcherTest {
  /** The definition: a path is matched if it is, or if a folder that it lies in is. */
  @Test
  void aPathIsMatchedWithAnyOfItsFolders() {
    Random random = new Random(7);
    String letters = "ab/*?.";
    for (int i = 0; i < 20_000; i++) {
      String pattern = SlashPath.clean(text(random, letters));
      String path = SlashPath.clean(text(random, "ab/."));
      PatternMatcher matcher = PatternMatcher.of(List.of(pattern));
      boolean expected = matcher.matches(path);
      for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
        expected |= matcher.matches(path.substring(0, slash));
      }
      if (path.startsWith("/")) {
        continue;
      }
      assertThat(matcher.matchesOrParentMatches(path))
          .as("%s on %s", pattern, path)
          .isEqualTo(expected);
    }
  }

  private static String text(Random random, String letters) {
    StringBuilder text = new StringBuilder();
    int length = 1 + random.nextInt(8);
    for (int i = 0; i < length; i++) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  @Test
  void deepPathsAndWildPatternsAreNoBurden() {
    String deep = "a/".repeat(30_000) + "b";
    String wild = "**a/".repeat(2_000) + "c";

    assertThat(PatternMatcher.of(List.of(wild, "**/x", "*/y")).matchesOrParentMatches(deep))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "a, a, true",
    "a, a/b/c, true",
    "a/b, a, false",
    "./a, a, true",
    "a/, a, true",
    "d/../f, f, true",
    "../x, x, false",
    "., a, false",
    "*.txt, a.txt, true",
    "*.txt, d/a.txt, false",
    "*/*.txt, d/a.txt, true",
    "**/*.txt, a.txt, true",
    "**/*.txt, d/e/a.txt, true",
    "a?c, abc, true",
    "a?c, a/c, false",
    "a[b-d]e, ace, true",
    "a[^b-d]e, ace, false",
    "\\*, *, true",
    "\\*, a, false",
    "dir/**, dir, false",
    "dir/**, dir/a/b, true",
    "**file, xfile, true",
    "**/file, xfile, false",
    "**/file, d/file, true",
    "a/**/b, a/b, true",
    "a/**/b, a/x/y/b, true",
    "a.b, axb, false",
    "A, a, false",
    "a+(b)|{c}$, a+(b)|{c}$, true",
    "caf?, caf\u00e9, true",
  })
  void matchesAPathOrItsParents(String pattern, String path, boolean expected) {
    assertThat(PatternMatcher.of(List.of(pattern)).matchesOrParentMatches(path))
        .isEqualTo(expected);
  }

  @Test
  void lastMatchingPatternWins() {
    PatternMatcher matcher = PatternMatcher.of(List.of("d", "!d/keep", "d/keep/not", " ", ""));

    assertThat(matcher.matchesOrParentMatches("d")).isTrue();
    assertThat(matcher.matchesOrParentMatches("d/x")).isTrue();
    assertThat(matcher.matchesOrParentMatches("d/keep")).isFalse();
    assertThat(matcher.matchesOrParentMatches("d/keep/x")).isFalse();
    assertThat(matcher.matchesOrParentMatches("d/keep/not")).isTrue();
    assertThat(PatternMatcher.of(List.of("!d/keep", "d")).matchesOrParentMatches("d/keep"))
        .isTrue();
    assertThat(matcher.hasNegations()).isTrue();
    assertThat(matcher.isEmpty()).isFalse();
    assertThat(PatternMatcher.of(List.of()).isEmpty()).isTrue();
  }

  @Test
  void looksOnlyWhereSomethingMayBeTakenBack() {
    PatternMatcher matcher = PatternMatcher.of(List.of("*", "!src/*/main", "!e[/]f"));
    PatternMatcher.Match target = matcher.match("target", matcher.root());
    PatternMatcher.Match src = matcher.match("src", matcher.root());

    assertThat(target.matched()).isTrue();
    assertThat(PatternMatcher.of(List.of("*", "!src/*/main")).mayDescend("target", target))
        .isFalse();
    assertThat(matcher.mayDescend("src", src)).isTrue();
    assertThat(matcher.mayDescend("src/a", matcher.match("src/a", src))).isTrue();
    assertThat(PatternMatcher.of(List.of("a")).mayDescend("b", matcher.root())).isTrue();
    assertThat(PatternMatcher.of(List.of("*", "!**/x")).mayDescend("any", target)).isTrue();
  }

  @Test
  void refusesMalformedPatterns() {
    assertThatThrownBy(() -> PatternMatcher.of(List.of("a", "!")))
        .isInstanceOf(PatternException.class)
        .hasMessage("illegal exclusion pattern: \"!\"");
    for (String bad : List.of("a[", "[]a]", "[a-]", "[-a]", "a\\", "[b-a]*", "!x[")) {
      assertThatThrownBy(() -> PatternMatcher.of(List.of(bad)))
          .as(bad)
          .isInstanceOf(PatternException.class)
          .hasMessage("syntax error in pattern");
    }
  }

  @Test
  void walkAgreesWithWholePaths() {
    List<String> names = List.of("a", "b", "ab", "c.d");
    List<String> pieces = List.of("a", "b", "*", "**", "?", "[ab]", "c.d", "a*", "**b");
    for (int seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      List<String> patterns = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(3); i++) {
        // Without negations both agree always; with them moby's walk has a memory of its own.
        patterns.add(join(pieces, random));
      }
      PatternMatcher matcher = PatternMatcher.of(patterns);
      String path = join(names, random);
      PatternMatcher.Match match = matcher.root();
      for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
        match = matcher.match(path.substring(0, slash), match);
      }
      assertThat(matcher.match(path, match).matched())
          .as("seed %s: %s on %s", seed, patterns, path)
          .isEqualTo(matcher.matchesOrParentMatches(path));
    }
  }

  private static String join(List<String> names, Random random) {
    List<String> chosen = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(4); i++) {
      chosen.add(names.get(random.nextInt(names.size())));
    }
    return String.join("/", chosen);
  }

  @Test
  void automatonAgreesWithRegularExpressions() {
    List<String> pieces = List.of("a", "b", "*", "**", "**/", "?", "[ab]", "/", "\\*");
    for (int seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      StringBuilder pattern = new StringBuilder("a?");
      for (int i = 0; i < 5; i++) {
        pattern.append(pieces.get(random.nextInt(pieces.size())));
      }
      String clean = SlashPath.clean(pattern.toString());
      StringBuilder path = new StringBuilder("ab");
      for (int i = 0; i < random.nextInt(8); i++) {
        path.append("ab/*".charAt(random.nextInt(4)));
      }
      assertThat(PathPattern.of(clean).matches(path.toString()))
          .as("seed %s: %s on %s", seed, clean, path)
          .isEqualTo(path.toString().matches(expression(clean)));
    }
  }

  private static String expression(String pattern) {
    return pattern
        .replace("\\*", "\u0001")
        .replaceAll("\\*\\*/?$", "\u0002")
        .replaceAll("\\*\\*/?", "\u0003")
        .replace("*", "[^/]*")
        .replace("?", "[^/]")
        .replace("\u0001", "\\*")
        .replace("\u0002", ".*")
        .replace("\u0003", "(.*/)?");
  }

  @Test
  void wildPatternsTakeNoTime() {
    PatternMatcher matcher = PatternMatcher.of(List.of("**/*a".repeat(50) + "b"));

    assertThat(matcher.matchesOrParentMatches("a/".repeat(500) + "c")).isFalse();
  }
}
