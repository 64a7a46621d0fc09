package dev.janiko.registry.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageReferenceTest {
  private static final String HEX =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @ParameterizedTest
  @CsvSource({
    "alpine, docker.io/library/alpine, latest",
    "alpine:3.20, docker.io/library/alpine:3.20, 3.20",
    "docker.io/alpine, docker.io/library/alpine, latest",
    "index.docker.io/alpine, docker.io/library/alpine, latest",
    "index.docker.io/x/y, docker.io/x/y, latest",
    "x/y:z, docker.io/x/y:z, z",
    "localhost/a, localhost/a, latest",
    "localhost:5000/a/b:1, localhost:5000/a/b:1, 1",
    "127.0.0.1:5000/a, 127.0.0.1:5000/a, latest",
    "[::1]:5000/a:T_.-x, [::1]:5000/a:T_.-x, T_.-x",
    "[2001:db8::1]/a, [2001:db8::1]/a, latest",
    "Registry/a, Registry/a, latest",
    "quay.io/a__b/c---d/e.f, quay.io/a__b/c---d/e.f, latest",
    "under_score/a, docker.io/under_score/a, latest",
  })
  void normalisesAsDockerDoes(String text, String full, String tag) {
    ImageReference reference = ImageReference.parse(text);
    assertThat(reference).hasToString(full);
    assertThat(reference.tagOrLatest()).isEqualTo(tag);
    assertThat(ImageReference.parse(full)).isEqualTo(reference);
    assertThat(ImageReference.parse(reference.familiar())).isEqualTo(reference);
  }

  @Test
  void keepsTagAndDigestAndAsksByDigest() {
    ImageReference reference = ImageReference.parse("a:1@sha256:" + HEX);
    assertThat(reference).hasToString("docker.io/library/a:1@sha256:" + HEX);
    assertThat(reference.selector()).isEqualTo("sha256:" + HEX);
    assertThat(reference.tagOrLatest()).isEqualTo("1");
    assertThat(reference.familiar()).isEqualTo("a:1@sha256:" + HEX);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "a:",
        "a:b:c",
        "/a",
        "a/",
        "a//b",
        "-a",
        "a-",
        "a___b",
        "a._b",
        "a b",
        "a@",
        "a@sha256:1",
        "a@md5:d41d8cd98f00b204e9800998ecf8427e",
        "https://a.b/c",
        "a.b:x/c",
        "[::g]/a",
        "[]/a",
        "[::1/a",
        "-h.b/a",
        "a..b/c",
        "a.b:/c",
        "a:.x",
        "ä",
        "a\n",
      })
  void refusesWithDockersWords(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text))
        .isInstanceOf(InvalidReferenceException.class)
        .hasMessage("invalid reference format");
  }

  @Test
  void refusesUpperCaseRepositories() {
    assertThatThrownBy(() -> ImageReference.parse("Alpine"))
        .hasMessage("invalid reference format: repository name (library/Alpine) must be lowercase");
  }

  @Test
  void refusesBareImageIds() {
    assertThatThrownBy(() -> ImageReference.parse(HEX))
        .hasMessage(
            "invalid repository name (%s), cannot specify 64-byte hexadecimal strings", HEX);
  }

  @Test
  void refusesLongNamesAndTags() {
    assertThatThrownBy(() -> ImageReference.parse("a/" + "b".repeat(255)))
        .hasMessage("repository name must not be more than 255 characters");
    assertThatThrownBy(() -> ImageReference.parse("a:" + "b".repeat(129)))
        .hasMessage("invalid reference format");
    assertThat(ImageReference.parse("a:" + "b".repeat(128)).tagOrLatest()).hasSize(128);
  }
}
