package dev.janiko.builder.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CacheKeyTest {
  @Test
  void equalPartsMakeEqualKeys() {
    CacheKey one = CacheKey.of("RUN").add("a", "b").add("c", List.of("d", "e")).key();
    CacheKey same = CacheKey.of("RUN").add("a", "b").add("c", List.of("d", "e")).key();
    assertThat(one).isEqualTo(same);
    assertThat(one.hex()).hasSize(64);
  }

  @Test
  void boundariesCount() {
    List<CacheKey> keys =
        List.of(
            CacheKey.of("RUN").add("a", "bc").key(),
            CacheKey.of("RUN").add("ab", "c").key(),
            CacheKey.of("RUNa").add("b", "c").key(),
            CacheKey.of("RUN").add("a", List.of("b", "c")).key(),
            CacheKey.of("RUN").add("a", List.of("bc")).key(),
            CacheKey.of("RUN").add("a", List.of("b")).add("c", List.of()).key(),
            CacheKey.of("RUN").add("a", List.of()).add("b", "c").key(),
            CacheKey.of("RUN").add("a", "b").add("c", "").key(),
            CacheKey.of("RUN").key());
    assertThat(keys).doesNotHaveDuplicates();
  }

  @Test
  void onlyDigestsAreKeys() {
    assertThatThrownBy(() -> new CacheKey("../x")).isInstanceOf(IllegalArgumentException.class);
  }
}
