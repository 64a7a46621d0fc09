package dev.janiko.registry.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PlatformTest {
  @ParameterizedTest
  @CsvSource({
    "linux/amd64, linux/amd64",
    "linux/x86_64, linux/amd64",
    "linux/amd64/v1, linux/amd64",
    "linux/amd64/v3, linux/amd64/v3",
    "linux/aarch64, linux/arm64",
    "linux/arm64/v8, linux/arm64",
    "linux/arm, linux/arm/v7",
    "linux/armhf, linux/arm/v7",
    "linux/armel, linux/arm/v6",
    "linux/i686, linux/386",
    "arm64, linux/arm64",
    "Linux/AMD64, linux/amd64",
    "macos/arm64, darwin/arm64",
  })
  void normalises(String text, String canonical) {
    assertThat(Platform.parse(text)).hasToString(canonical);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "linux/", "linux//v7", "a/b/c/d", "linux/am d64", "li;nux/x"})
  void refusesOtherForms(String text) {
    assertThatThrownBy(() -> Platform.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(?s).*invalid (platform|component of) .*");
  }

  @Test
  void olderVariantsRunOnNewerOnes() {
    Platform v7 = Platform.parse("linux/arm/v7");
    assertThat(v7.accepts(Platform.parse("linux/arm/v6"))).isTrue();
    assertThat(v7.accepts(Platform.parse("linux/arm/v8"))).isFalse();
    assertThat(Platform.parse("linux/amd64/v3").accepts(Platform.parse("linux/amd64"))).isTrue();
    assertThat(Platform.parse("linux/amd64").accepts(Platform.parse("linux/amd64/v3"))).isFalse();
    assertThat(Platform.parse("linux/arm64").accepts(v7)).isTrue();
    assertThat(Platform.parse("linux/amd64").accepts(Platform.parse("windows/amd64"))).isFalse();
  }

  @Test
  void hostIsLinuxInGosNames() {
    assertThat(Platform.host().toString()).matches("linux/(amd64|arm64)");
  }
}
