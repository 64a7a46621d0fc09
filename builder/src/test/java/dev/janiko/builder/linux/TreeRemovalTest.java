package dev.janiko.builder.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees that are removed in parts. */
final class TreeRemovalTest {
  @TempDir private Path work;

  @Test
  void wideAndDeepTreesGo() throws Exception {
    Path tree = work.resolve("tree");
    for (int i = 0; i < 20; i++) {
      Path deep = Files.createDirectories(tree.resolve("s/" + i + "/u/a/b/c"));
      Files.writeString(deep.resolve("file"), "x");
      Files.writeString(tree.resolve("file" + i), "x");
    }
    TreeRemoval.remove(tree);
    assertThat(tree).doesNotExist();
  }

  @Test
  void whatLinksLeadToStays() throws Exception {
    Path other = Files.createDirectories(work.resolve("other/below"));
    Path tree = Files.createDirectories(work.resolve("tree"));
    for (int i = 0; i < 3; i++) {
      Files.createDirectory(tree.resolve("d" + i));
      Files.createSymbolicLink(tree.resolve("l" + i), other.getParent());
    }
    TreeRemoval.remove(tree);
    assertThat(tree).doesNotExist();
    assertThat(other).exists();
  }

  @Test
  void missingFoldersAndFilesAreNoMatter() throws Exception {
    TreeRemoval.remove(work.resolve("missing"));
    Path file = Files.writeString(work.resolve("file"), "x");
    TreeRemoval.remove(file);
    assertThat(file).doesNotExist();
  }
}
