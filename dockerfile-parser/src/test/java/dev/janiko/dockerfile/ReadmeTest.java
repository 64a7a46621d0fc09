package dev.janiko.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What README.md says is so. */
final class ReadmeTest {
  private static final Path EXAMPLE =
      Path.of("src/test/java/dev/janiko/dockerfile/ReadmeExample.java");

  private static String block(String begin) throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int start = readme.indexOf(begin) + begin.length();
    return readme.substring(start, readme.indexOf("```", start));
  }

  @Test
  void theExampleIsCompiledAsItStands() throws IOException {
    String source = Files.readString(EXAMPLE);
    String begin = "static void run(PrintStream out) {\n";
    String body =
        source.substring(source.indexOf(begin) + begin.length(), source.lastIndexOf("  }\n}"));

    assertThat(block("```java\n")).isEqualTo(body.indent(-4));
  }

  @Test
  void theExamplePrintsWhatIsSaid() throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ReadmeExample.run(new PrintStream(printed, true, StandardCharsets.UTF_8));

    assertThat(printed.toString(StandardCharsets.UTF_8)).isEqualTo(block("prints\n\n```\n"));
  }
}
