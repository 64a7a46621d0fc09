package dev.janiko.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DigestTest {
  private static final String EMPTY =
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @Test
  void hashesBytes() {
    assertThat(Digest.sha256Of(new byte[0])).hasToString(EMPTY);
    assertThat(Digest.parse(EMPTY).matches(new byte[0])).isTrue();
    assertThat(Digest.parse(EMPTY).matches("x".getBytes(UTF_8))).isFalse();
  }

  @Test
  void verifiesSha512() {
    Digest digest = new Digest("sha512", "0".repeat(128));
    assertThat(digest.newHasher().getAlgorithm()).isEqualTo("SHA-512");
    assertThat(Digest.parse(digest.toString())).isEqualTo(digest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256",
        "sha256:",
        "sha256:abc",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha256:E3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8550",
        "sha256:../../../../../../../../../../../../../../../../../../../../etc/x"
      })
  void refusesWhatIsNotADigest(String text) {
    assertThat(Digest.isValid(text)).isFalse();
    assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
