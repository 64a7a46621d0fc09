package dev.janiko.builder.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BuildContextTest {
  @TempDir Path temp;

  private BuildContext open() {
    return BuildContext.open(new ContextSpec(temp, Optional.empty()));
  }

  private BuildContext open(Path dockerfile) {
    return BuildContext.open(new ContextSpec(temp, Optional.of(dockerfile)));
  }

  private Path write(String name, String text) throws IOException {
    Path file = temp.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
    return assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            BuildException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONTEXT));
  }

  @Test
  void theDockerfileIsInTheContextUnlessNamed() throws Exception {
    write("Dockerfile", "FROM a");
    Path other = write("sub/other", "FROM b");
    assertThat(open().dockerfileBytes()).asString().isEqualTo("FROM a");
    assertThat(open(Path.of("sub/other")).dockerfileBytes()).asString().isEqualTo("FROM b");
    assertThat(open(other).dockerfile()).isEqualTo(other);
    assertThat(open().folder()).isEqualTo(temp);
  }

  @Test
  void ignoreRulesBesideTheDockerfileWin() throws Exception {
    write("Dockerfile", "FROM a");
    assertThat(open().ignored().isEmpty()).isTrue();
    write(".dockerignore", "common\n# comment\n!common/kept\n");
    assertThat(open().ignored().matchesOrParentMatches("common/x")).isTrue();
    assertThat(open().ignored().matchesOrParentMatches("common/kept")).isFalse();
    write("Dockerfile.dockerignore", "own\n");
    assertThat(open().ignored().matchesOrParentMatches("common/x")).isFalse();
    assertThat(open().ignored().matchesOrParentMatches("own")).isTrue();
  }

  @Test
  void aMissingContextIsNamed() {
    Path missing = temp.resolve("missing");
    assertRefused(() -> BuildContext.open(new ContextSpec(missing, Optional.empty())))
        .hasMessage("the build context " + missing + " does not exist");
  }

  @Test
  void aFileIsNoContext() throws Exception {
    Path file = write("file", "x");
    assertRefused(() -> BuildContext.open(new ContextSpec(file, Optional.empty())))
        .hasMessage("the build context " + file + " is not a folder");
  }

  @Test
  void aMissingDockerfileIsNamedWithAHint() {
    assertRefused(this::open)
        .hasMessage(
            "failed to read dockerfile %s: no such file or directory"
                .formatted(temp.resolve("Dockerfile")))
        .isInstanceOfSatisfying(
            BuildException.class, e -> assertThat(e.hint().orElse("")).contains("-f"));
  }

  @Test
  void aFolderIsNoDockerfile() throws Exception {
    Files.createDirectory(temp.resolve("Dockerfile"));
    assertRefused(this::open).hasMessageContaining("is a folder, not a file");
  }

  @Test
  void aHugeDockerfileIsNotRead() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(temp.resolve("Dockerfile").toFile(), "rw")) {
      file.setLength((16L << 20) + 1);
    }
    assertRefused(this::open).hasMessageContaining("larger than 16 MiB");
  }

  @Test
  void aMalformedIgnoreFileIsNamed() throws Exception {
    write("Dockerfile", "FROM a");
    Path rules = write(".dockerignore", "a[\n");
    assertRefused(this::open).hasMessageContaining("the ignore file " + rules + " is wrong");
  }
}
