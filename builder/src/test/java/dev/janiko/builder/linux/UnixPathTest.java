package dev.janiko.builder.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UnixPathTest {
  @Test
  void keepsBytesThatAreNotUtf8() {
    byte[] bytes = {'a', (byte) 0xff, '/', (byte) 0x80};
    assertThat(UnixPath.ofBytes(bytes).bytes()).isEqualTo(bytes);
  }

  @Test
  void namesLeaveOutDotsAndDoubleSlashes() {
    assertThat(UnixPath.of("/a//./b/../c/").rawNames()).containsExactly("a", "b", "..", "c");
  }

  @Test
  void comparesByBytes() {
    assertThat(UnixPath.of("é")).isGreaterThan(UnixPath.of("z"));
  }

  @Test
  void refusesNul() {
    assertThatThrownBy(() -> UnixPath.of("a\0b")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void errnoSpeaks() {
    assertThat(new LinuxException("open(/x)", Errno.ENOSPC))
        .hasMessage("open(/x): No space left on device (errno 28)");
  }
}
