package dev.janiko.builder.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class EnvironmentTest {
  @Test
  void entriesKeepTheirOrderAndTheLastValue() {
    Environment environment = Environment.of(List.of("B=1", "A=x=y", "EMPTY=", "BARE", "B=2"));
    assertThat(environment.entries()).containsExactly("B=2", "A=x=y", "EMPTY=", "BARE=");
    assertThat(environment.get("A")).contains("x=y");
    assertThat(environment.get("NOPE")).isEmpty();
  }

  @Test
  void changesLeaveTheOriginalAlone() {
    Environment before = Environment.of(List.of("A=1", "B=2"));
    assertThat(before.with("A", "3").entries()).containsExactly("A=3", "B=2");
    assertThat(before.with("C", "4").entries()).containsExactly("A=1", "B=2", "C=4");
    assertThat(before.withDefault("A", "9")).isSameAs(before);
    assertThat(before.withDefault("C", "9").get("C")).contains("9");
    assertThat(before.entries()).containsExactly("A=1", "B=2");
  }

  @Test
  void pathsAreCleanedAsGoDoes() {
    assertThat(WorkingDirectory.clean("/a//b/./../c/")).isEqualTo("/a/c");
    assertThat(WorkingDirectory.clean("/../..")).isEqualTo("/");
    assertThat(WorkingDirectory.join("", "a")).isEqualTo("/a");
    assertThat(WorkingDirectory.join("/w", "../x")).isEqualTo("/x");
    assertThat(WorkingDirectory.join("/w", "/a/")).isEqualTo("/a/");
  }
}
