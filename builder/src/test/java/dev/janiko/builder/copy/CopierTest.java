package dev.janiko.builder.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where things land: files, folders, patterns, links, and what is in the way. */
final class CopierTest {
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
  void aFileGetsTheNameOfADestinationThatIsNotThere() throws Exception {
    place.file("a", "1").copy("a", "/x");
    assertThat(place.tree()).isEqualTo(Map.of("x", "1"));
  }

  @Test
  void aFileLandsInADestinationWithASlash() throws Exception {
    place.file("d/a", "1").copy("d/a", "/x/y/");
    assertThat(place.tree()).isEqualTo(Map.of("x", "/", "x/y", "/", "x/y/a", "1"));
  }

  @Test
  void aFileLandsInAFolderThatIsThere() throws Exception {
    place.file("a", "1").there("x/old", "0").copy("a", "/x");
    assertThat(place.tree()).isEqualTo(Map.of("x", "/", "x/a", "1", "x/old", "0"));
  }

  @Test
  void aFileReplacesAFile() throws Exception {
    place.file("a", "new").there("x", "old").copy("a", "/x");
    assertThat(place.tree()).isEqualTo(Map.of("x", "new"));
  }

  @Test
  void theSameFileAgainLeavesItsFolderAsItWas() throws Exception {
    place.file("a", "1").copy("a", "/d/x");
    Path folder = place.image.resolve("d");
    Files.setLastModifiedTime(folder, FileTime.fromMillis(1000));
    place.copy("a", "/d/x");
    assertThat(Files.getLastModifiedTime(folder)).isEqualTo(FileTime.fromMillis(1000));
    place.file("a", "other").copy("a", "/d/x");
    assertThat(Files.getLastModifiedTime(folder)).isGreaterThan(FileTime.fromMillis(1000));
  }

  @Test
  void missingFoldersAboveAFileAreMade() throws Exception {
    place.file("a", "1").copy("a", "/p/q/x");
    assertThat(place.tree()).isEqualTo(Map.of("p", "/", "p/q", "/", "p/q/x", "1"));
    assertThat(place.look("p")).isEqualTo("0:0 755");
  }

  @Test
  void aFileInTheWayOfAFolderIsAnError() throws Exception {
    place.file("a", "1").there("f", "0");
    assertThatThrownBy(() -> place.copy("a", "/f/x"))
        .isInstanceOf(CopyException.class)
        .hasMessage("mkdir /f: not a directory");
    assertThatThrownBy(() -> place.copy("a", "/f/"))
        .isInstanceOf(CopyException.class)
        .hasMessage("mkdir /f: not a directory");
  }

  @Test
  void aFolderOfTheFilesNameInTheWayIsAnError() throws Exception {
    place.file("y", "1").there("q/y/z", "0");
    assertThatThrownBy(() -> place.copy("y", "/q/"))
        .isInstanceOf(CopyException.class)
        .hasMessage("cannot replace to directory /q/y with file");
  }

  @Test
  void aFolderGivesItsContents() throws Exception {
    place.file("d/a", "1").file("d/e/b", "2").copy("d", "/x");
    assertThat(place.tree()).isEqualTo(Map.of("x", "/", "x/a", "1", "x/e", "/", "x/e/b", "2"));
  }

  @Test
  void aFolderIsMergedWithOneThatIsThere() throws Exception {
    place.file("d/a", "1").file("d/e/b", "2").there("x/e/c", "3").there("x/a", "0");
    place.copy("d", "/x/");
    assertThat(place.tree())
        .isEqualTo(Map.of("x", "/", "x/a", "1", "x/e", "/", "x/e/b", "2", "x/e/c", "3"));
  }

  @Test
  void aFolderOntoAFileIsAnError() throws Exception {
    place.file("d/a", "1").there("x", "0");
    assertThatThrownBy(() -> place.copy("d", "/x"))
        .isInstanceOf(CopyException.class)
        .hasMessage("cannot copy to non-directory: /x");
  }

  @Test
  void aFolderOntoAFileOrLinkWithinATreeIsAnError() throws Exception {
    place.file("d/e/a", "1").there("x/e", "0");
    assertThatThrownBy(() -> place.copy("d", "/x"))
        .isInstanceOf(CopyException.class)
        .hasMessage("cannot copy to non-directory: /x/e");
    place.link(place.image, "y/e", "/x");
    assertThatThrownBy(() -> place.copy("d", "/y"))
        .isInstanceOf(CopyException.class)
        .hasMessage("cannot copy to non-directory: /y/e");
  }

  @Test
  void theWholeContextIsCopied() throws Exception {
    place.file("a", "1").file("d/b", "2");
    for (String whole : List.of(".", "/", "./", "..", "d/..", "../../")) {
      place.copy(whole, "/" + whole.length() + "/");
      assertThat(place.tree())
          .as(whole)
          .containsEntry(whole.length() + "/a", "1")
          .containsEntry(whole.length() + "/d/b", "2");
    }
  }

  @Test
  void sourcesCannotLeaveTheContext() throws Exception {
    Files.writeString(temp.resolve("outside"), "no");
    place.file("outside", "inside").file("d/x", "1");
    place.copy("../outside", "d/../../outside", "/x/");
    assertThat(place.tree()).isEqualTo(Map.of("x", "/", "x/outside", "inside"));
    assertThatThrownBy(() -> place.copy("../nothing", "/"))
        .isInstanceOf(CopyException.class)
        .hasMessage("\"/nothing\": not found");
  }

  @Test
  void linksCannotLeaveTheContext() throws Exception {
    Files.writeString(temp.resolve("secret"), "no");
    place
        .file("secret", "inside")
        .link(place.context, "up", "../secret")
        .link(place.context, "top", "/secret")
        .link(place.context, "far", temp.resolve("secret").toString())
        .link(place.context, "d/folder", "../..")
        .copy("up", "top", "/x/");
    assertThat(place.tree()).containsEntry("x/up", "inside").containsEntry("x/top", "inside");
    assertThatThrownBy(() -> place.copy("far", "/"))
        .isInstanceOf(CopyException.class)
        .hasMessage("\"/far\": not found");
    place.copy("d/folder/secret", "/y");
    assertThat(place.tree()).containsEntry("y", "inside");
  }

  @Test
  void severalSourcesWithoutAFolderOverwriteEachOther() throws Exception {
    place.file("a", "1").file("b", "2").copy("a", "b", "/dest");
    assertThat(place.tree()).isEqualTo(Map.of("dest", "2"));
  }

  @Test
  void severalSourcesLandInAFolder() throws Exception {
    place.file("a", "1").file("b", "2").file("d/c", "3").copy("a", "b", "d", "/dest/");
    assertThat(place.tree())
        .isEqualTo(Map.of("dest", "/", "dest/a", "1", "dest/b", "2", "dest/c", "3"));
  }

  @Test
  void aFolderBeforeAFileMakesTheDestinationAFolder() throws Exception {
    place.file("d/c", "3").file("a", "1").copy("d", "a", "/dest");
    assertThat(place.tree()).isEqualTo(Map.of("dest", "/", "dest/c", "3", "dest/a", "1"));
  }

  @Test
  void patternsMatchNamesAndFoldersGiveTheirContents() throws Exception {
    place.file("a.txt", "1").file("b.txt", "2").file("c.md", "3").file("d.txt/in", "4");
    place.copy("*.txt", "/x/");
    assertThat(place.tree())
        .isEqualTo(Map.of("x", "/", "x/a.txt", "1", "x/b.txt", "2", "x/in", "4"));
  }

  @Test
  void patternsWorkInEveryPartOfAPath() throws Exception {
    place.file("a/1/x", "a1").file("b/2/x", "b2").file("b/2/y", "no").file("c/x", "no");
    place.copy("[ab]/?/x", "/t/");
    assertThat(place.tree()).isEqualTo(Map.of("t", "/", "t/x", "b2"));
    place.file("ä/x", "umlaut").copy("?/x", "/u/");
    assertThat(place.tree()).containsEntry("u/x", "umlaut");
  }

  @Test
  void aPatternBehindALinkIsFollowedInsideTheContext() throws Exception {
    place.file("d/a.txt", "1").link(place.context, "l", "d").copy("l/*.txt", "/x/");
    assertThat(place.tree()).isEqualTo(Map.of("x", "/", "x/a.txt", "1"));
  }

  @Test
  void aPatternThatMatchesNothingCopiesNothing() throws Exception {
    place.file("a", "1").copy("*.none", "nowhere/*", "/x/");
    assertThat(place.tree()).isEmpty();
  }

  @Test
  void aMalformedPatternIsAnError() {
    assertThatThrownBy(() -> place.copy("[a", "/x"))
        .isInstanceOf(CopyException.class)
        .hasMessageContaining("[a");
  }

  @Test
  void escapedWildcardsAreLiteral() throws Exception {
    place.file("a*b", "1").file("axb", "2").copy("a\\*[b]", "/x/");
    assertThat(place.tree()).isEqualTo(Map.of("x", "/", "x/a*b", "1"));
  }

  @Test
  void aMissingSourceIsNamed() {
    assertThatThrownBy(() -> place.copy("a/b/nope", "/x/"))
        .isInstanceOf(CopyException.class)
        .hasMessage("\"/a/b/nope\": not found");
  }

  @Test
  void aLinkAsSourceGivesItsTargetUnderItsOwnName() throws Exception {
    place
        .file("real", "1")
        .file("d/a", "2")
        .link(place.context, "link", "real")
        .link(place.context, "dir", "d");
    place.copy("link", "/x/").copy("l*", "/y/").copy("dir", "/z");
    assertThat(place.tree())
        .containsEntry("x/link", "1")
        .containsEntry("y/link", "1")
        .containsEntry("z/a", "2");
  }

  @Test
  void linksInATreeStayLinks() throws Exception {
    place.file("d/a", "1").link(place.context, "d/l", "a").link(place.context, "d/m", "/no/where");
    place.copy("d", "/x");
    assertThat(place.tree())
        .isEqualTo(Map.of("x", "/", "x/a", "1", "x/l", "-> a", "x/m", "-> /no/where"));
  }

  @Test
  void linksInTheDestinationAreFollowedInsideTheRoot() throws Exception {
    place.file("a", "1").there("real/old", "0").link(place.image, "link", "/real");
    place.copy("a", "/link/").copy("a", "/link/b").copy("a", "/link/deep/c");
    assertThat(place.tree())
        .containsEntry("real/a", "1")
        .containsEntry("real/b", "1")
        .containsEntry("real/deep/c", "1")
        .containsEntry("link", "-> /real");
  }

  @Test
  void aLinkThatIsTheDestinationIsFollowed() throws Exception {
    place.file("a", "1").there("old", "0").link(place.image, "l", "old").copy("a", "/l");
    assertThat(place.tree()).isEqualTo(Map.of("old", "1", "l", "-> old"));
  }

  @Test
  void aDanglingLinkAsDestinationGetsItsTarget() throws Exception {
    place.file("a", "1").file("d/b", "2");
    place.link(place.image, "l", "/new/target").copy("a", "/l");
    place.link(place.image, "s/m", "../folder/here").copy("d", "/s/m");
    place.link(place.image, "n", "away").copy("a", "/n/");
    place.link(place.image, "o", "s/n").copy("a", "/o");
    assertThat(place.tree())
        .containsEntry("new/target", "1")
        .containsEntry("folder/here/b", "2")
        .containsEntry("away/a", "1")
        .containsEntry("s/n", "1");
  }

  @Test
  void linksOfTheImageCannotLeadOutOfIt() throws Exception {
    Files.writeString(temp.resolve("victim"), "safe");
    place.file("a", "evil");
    place.link(place.image, "l", "../../../" + temp.resolve("victim")).copy("a", "/l");
    place.link(place.image, "up", "../..").copy("a", "/up/victim");
    assertThat(temp.resolve("victim")).hasContent("safe");
    assertThat(place.tree()).containsEntry("victim", "evil");
  }

  @Test
  void linksInACircleAreAnError() throws Exception {
    place.file("a", "1").link(place.image, "l", "m").link(place.image, "m", "l");
    assertThatThrownBy(() -> place.copy("a", "/l")).isInstanceOf(java.io.IOException.class);
    place.link(place.context, "c", "c");
    assertThatThrownBy(() -> place.copy("c", "/x")).isInstanceOf(java.io.IOException.class);
  }

  @Test
  void aLinkInATreeIsReplacedByAFile() throws Exception {
    place.file("d/a", "new").there("real", "old").link(place.image, "x/a", "/real");
    place.copy("d", "/x");
    assertThat(place.tree()).isEqualTo(Map.of("real", "old", "x", "/", "x/a", "new"));
  }

  @Test
  void inlineFilesAreWritten() throws Exception {
    place.file("a", "1");
    place.copy(
        List.of("a"),
        List.of(new CopyRequest.Document("EOF", "text\n"), new CopyRequest.Document("B", "")),
        "/x/");
    assertThat(place.tree()).isEqualTo(Map.of("x", "/", "x/a", "1", "x/EOF", "text\n", "x/B", ""));
    assertThat(place.look("x/EOF")).isEqualTo("0:0 644");
  }

  @Test
  void anInlineFileGetsTheDestinationsName() throws Exception {
    place.owner(5, 6).mode(0700);
    place.copy(List.of(), List.of(new CopyRequest.Document("EOF", "text")), "/x");
    assertThat(place.tree()).isEqualTo(Map.of("x", "text"));
    assertThat(place.look("x")).isEqualTo("5:6 700");
  }

  @Test
  void anInlineFileCannotBeAPath() {
    for (String name : List.of("a/b", "..", ".", "/etc/passwd")) {
      List<CopyRequest.Document> documents = List.of(new CopyRequest.Document(name, ""));
      assertThatThrownBy(() -> place.copy(List.of(), documents, "/x/"))
          .isInstanceOf(CopyException.class)
          .hasMessageContaining(name);
    }
  }
}
