package dev.janiko.builder.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs root, as copies get owners. */
final class CopyParentsTest {
  @TempDir private Path folder;
  private Path context = Path.of("");
  private Path root = Path.of("");
  private Exclusions ignored = Exclusions.none();
  private Exclusions excluded = Exclusions.none();

  @BeforeEach
  void makeFolders() throws IOException {
    context = Files.createDirectory(folder.resolve("context"));
    root = Files.createDirectory(folder.resolve("root"));
    for (String file : List.of("a/x/one", "a/x/two.js", "a/y/one", "b/x/one", "b/deep/er/q.js")) {
      Path path = context.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, file);
    }
    Files.createDirectories(context.resolve("a/empty"));
  }

  private static Exclusions matching(String pattern) {
    PatternMatcher matcher = PatternMatcher.of(List.of(pattern));
    return new Exclusions() {
      @Override
      public boolean excludes(String path) {
        return matcher.matchesOrParentMatches(path);
      }

      @Override
      public boolean mayIncludeBelow(String directory) {
        return false;
      }
    };
  }

  private List<String> copied(String source) throws IOException {
    try (RootFs from = RootFs.open(context);
        RootFs to = RootFs.open(root)) {
      new Copier(to)
          .copy(
              new CopyRequest(
                  from,
                  ignored,
                  List.of(source),
                  List.of(),
                  new CopyRequest.Destination(UnixPath.of("/d"), false),
                  new CopyRules(
                      Optional.of(Owner.ROOT),
                      false,
                      Optional.empty(),
                      excluded,
                      new CopyRules.Manner(false, false, true))));
    }
    if (!Files.exists(root.resolve("d"))) {
      return List.of();
    }
    try (Stream<Path> tree = Files.walk(root.resolve("d"))) {
      return tree.map(path -> root.resolve("d").relativize(path) + end(path))
          .filter(path -> !path.equals("/"))
          .sorted()
          .toList();
    }
  }

  private static String end(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) ? "/" : "";
  }

  @Test
  void aFileKeepsItsFolders() throws IOException {
    assertThat(copied("a/x/one")).containsExactly("a/", "a/x/", "a/x/one");
  }

  @Test
  void aFolderKeepsItsFoldersAndAllItHolds() throws IOException {
    assertThat(copied("/a/x/")).containsExactly("a/", "a/x/", "a/x/one", "a/x/two.js");
  }

  @Test
  void wildcardsAreKeptApart() throws IOException {
    assertThat(copied("*/x/one")).containsExactly("a/", "a/x/", "a/x/one", "b/", "b/x/", "b/x/one");
  }

  @Test
  void twoStarsReachAnyDepthAndMakeNoFolderForNothing() throws IOException {
    assertThat(copied("**/*.js"))
        .containsExactly(
            "a/", "a/x/", "a/x/two.js", "b/", "b/deep/", "b/deep/er/", "b/deep/er/q.js");
  }

  @Test
  void theFoldersBeforeThePivotAreLeftOut() throws IOException {
    assertThat(copied("a/./x/one")).containsExactly("x/", "x/one");
    assertThat(copied("./b/./*/er")).contains("deep/", "deep/er/", "deep/er/q.js");
  }

  @Test
  void aPatternBeforeThePivotStandsForEachFolder() throws IOException {
    assertThat(copied("*/./x")).containsExactly("x/", "x/one", "x/two.js");
  }

  @Test
  void whatIsIgnoredOrExcludedStaysOut() throws IOException {
    ignored = matching("a");
    excluded = matching("b/deep");
    assertThat(copied("**")).containsExactly("b/", "b/x/", "b/x/one");
  }

  @Test
  void exclusionsCountFromThePivot() throws IOException {
    excluded = matching("x");
    assertThat(copied("a/./**")).containsExactly("empty/", "y/", "y/one");
  }

  @Test
  void foldersHaveTheModesOfTheirSourcesUnlessTheyAreThere() throws IOException {
    Files.setAttribute(context.resolve("a"), "unix:mode", 0701);
    Files.setAttribute(context.resolve("a/x"), "unix:mode", 0702);
    Files.createDirectories(root.resolve("d/a"));
    Files.setAttribute(root.resolve("d/a"), "unix:mode", 0755);
    assertThat(copied("a/x/one")).contains("a/x/one");
    assertThat((int) Files.getAttribute(root.resolve("d/a"), "unix:mode") & 07777).isEqualTo(0755);
    assertThat((int) Files.getAttribute(root.resolve("d/a/x"), "unix:mode") & 07777)
        .isEqualTo(0702);
  }

  @Test
  void linksAreCopiedAsLinks() throws IOException {
    Files.createSymbolicLink(context.resolve("a/x/link"), Path.of("one"));
    assertThat(copied("a/x/link")).containsExactly("a/", "a/x/", "a/x/link");
    assertThat(Files.readSymbolicLink(root.resolve("d/a/x/link"))).hasToString("one");
  }

  @Test
  void nothingForAWildcardIsNothing() throws IOException {
    assertThat(copied("c*/x")).isEmpty();
  }

  @Test
  void aMissingPathIsRefused() {
    assertThatThrownBy(() -> copied("a/./nope"))
        .isInstanceOf(CopyException.class)
        .hasMessage("\"/nope\": not found");
    assertThatThrownBy(() -> copied("nope/./x")).hasMessage("\"/nope\": not found");
    assertThatThrownBy(() -> copied(".")).hasMessageStartingWith("\"/\": not found");
  }
}
