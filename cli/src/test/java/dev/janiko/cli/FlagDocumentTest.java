package dev.janiko.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is told of flags is what they are. */
final class FlagDocumentTest {
  private static final Path PAGE = Path.of("../docs/flags.md");

  @Test
  void thePageIsWhatTheProgramSays() throws IOException {
    String text = FlagDocument.text();
    if (Boolean.getBoolean("janiko.docs.write")) {
      Files.writeString(PAGE, text);
    }
    assertThat(PAGE)
        .as("docs/flags.md is written by this test with -Djaniko.docs.write=true")
        .content()
        .isEqualTo(text);
  }

  @Test
  void everyFlagOfKanikoAndItsForkIsUnderstood() {
    assertThat(FlagDocument.line("executor").getCommandSpec().optionsMap())
        .containsKeys(FlagDocument.KANIKO.toArray(String[]::new))
        .containsKeys(FlagDocument.FORK.toArray(String[]::new))
        .containsKeys("-f", "-c", "-b", "-d", "-v");
    assertThat(FlagDocument.line("executor").getSubcommands())
        .containsKeys("version", "login", "push");
    assertThat(FlagDocument.line("warmer").getCommandSpec().optionsMap())
        .containsKeys(
            ("--image -i --dockerfile -d --build-arg --cache-dir -c --force -f --cache-ttl"
                    + " --customPlatform --custom-platform --insecure-pull --skip-tls-verify-pull"
                    + " --insecure-registry --skip-tls-verify-registry --registry-certificate"
                    + " --registry-client-cert --registry-map --registry-mirror"
                    + " --skip-default-registry-fallback --verbosity -v --log-format"
                    + " --log-timestamp")
                .split(" "));
  }

  @Test
  void whatIsBetterIsAFlag() {
    assertThat(FlagDocument.flags("executor"))
        .containsKeys(FlagDocument.BETTER.keySet().toArray(String[]::new));
  }
}
