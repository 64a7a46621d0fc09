package dev.janiko.builder.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the ignore rules leave out is not there, however it is asked for. */
final class IgnoredFilesTest {
  @TempDir Path temp;
  private CopyPlace place;

  @BeforeEach
  void open() throws Exception {
    place = new CopyPlace(temp);
  }

  @AfterEach
  void close() {
    place.close();
  }

  @Test
  void ignoredFilesAndFoldersAreLeftOut() throws Exception {
    place.file("a", "1").file("b.log", "2").file("d/c.log", "3").file("skip/x", "4");
    place.ignore("**/*.log", "skip").copy(".", "/x/");
    assertThat(place.tree()).isEqualTo(Map.of("x", "/", "x/a", "1", "x/d", "/"));
  }

  @Test
  void exceptionsBringFilesBackWithTheFoldersAboveThem() throws Exception {
    place.file("d/e/keep", "1").file("d/e/drop", "2").file("d/f/drop", "3").file("g", "4");
    place.ignore("d", "!d/e/keep").copy(".", "/x/");
    assertThat(place.tree())
        .isEqualTo(Map.of("x", "/", "x/d", "/", "x/d/e", "/", "x/d/e/keep", "1", "x/g", "4"));
    assertThat(place.look("x/d")).isEqualTo("0:0 755");
  }

  @Test
  void everythingButSomeCanBeIgnored() throws Exception {
    place.file("src/a", "1").file("src/b", "2").file("other", "3");
    place.ignore("*", "!src", "src/b").copy(".", "/x/");
    assertThat(place.tree()).isEqualTo(Map.of("x", "/", "x/src", "/", "x/src/a", "1"));
  }

  @Test
  void anIgnoredFileIsNotFoundAndTheMessageSaysWhy() throws Exception {
    place.file("a.txt", "1").ignore("*.txt");
    assertThatThrownBy(() -> place.copy("a.txt", "/"))
        .isInstanceOf(CopyException.class)
        .hasMessage("\"/a.txt\": not found (it is there, but excluded by the .dockerignore file)");
  }

  @Test
  void anIgnoredFolderIsNotFound() throws Exception {
    place.file("d/a", "1").ignore("d");
    assertThatThrownBy(() -> place.copy("d", "/x/"))
        .isInstanceOf(CopyException.class)
        .hasMessageStartingWith("\"/d\": not found");
    assertThatThrownBy(() -> place.copy("d/a", "/x/"))
        .isInstanceOf(CopyException.class)
        .hasMessageStartingWith("\"/d/a\": not found");
  }

  @Test
  void anIgnoredFolderWithAnExceptionGivesJustThat() throws Exception {
    place.file("d/a", "1").file("d/b", "2").ignore("d", "!d/b").copy("d", "/x/");
    assertThat(place.tree()).isEqualTo(Map.of("x", "/", "x/b", "2"));
  }

  @Test
  void patternsDoNotMatchWhatIsIgnored() throws Exception {
    place.file("a.txt", "1").file("b.txt", "2").file("c/in", "3");
    place.ignore("b.txt", "c").copy("*", "/x/");
    assertThat(place.tree()).isEqualTo(Map.of("x", "/", "x/a.txt", "1"));
    place.copy("c*", "/y/");
    assertThat(place.tree()).doesNotContainKey("y");
  }

  @Test
  void linksDoNotLeadToWhatIsIgnored() throws Exception {
    place
        .file("d/secret", "no")
        .file("d/open", "yes")
        .link(place.context, "l", "d")
        .link(place.context, "s", "d/secret")
        .ignore("d/secret");
    assertThatThrownBy(() -> place.copy("l/secret", "/")).isInstanceOf(CopyException.class);
    assertThatThrownBy(() -> place.copy("s", "/")).isInstanceOf(CopyException.class);
    place.copy("l", "/x").copy("l/*", "/y/");
    assertThat(place.tree())
        .isEqualTo(Map.of("x", "/", "x/open", "yes", "y", "/", "y/open", "yes"));
  }

  @Test
  void anIgnoredLinkIsNotFound() throws Exception {
    place.file("real", "1").file("d/a", "2");
    place.link(place.context, "l", "real").link(place.context, "m", "d").ignore("l", "m");
    assertThatThrownBy(() -> place.copy("l", "/")).isInstanceOf(CopyException.class);
    assertThatThrownBy(() -> place.copy("m/a", "/")).isInstanceOf(CopyException.class);
    place.copy("l*", "/x/");
    assertThat(place.tree()).isEmpty();
  }
}
