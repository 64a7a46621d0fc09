package dev.janiko.builder.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ArchitectureTest {
  @Test
  void bothSupportedOnesHaveTheirNumbers() {
    assertThat(SystemCall.MOUNT.number(Architecture.of("amd64"))).isEqualTo(165);
    assertThat(SystemCall.MOUNT.number(Architecture.of("aarch64"))).isEqualTo(40);
  }

  @Test
  void everySystemCallHasANumberOfItsOwn() {
    for (Architecture architecture : Architecture.values()) {
      assertThat(SystemCall.values())
          .extracting(call -> call.number(architecture))
          .filteredOn(number -> number != SystemCall.NONE)
          .as(architecture.name())
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void anotherIsRefusedByName() {
    assertThatThrownBy(() -> Architecture.of("riscv64"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("riscv64");
  }

  @Test
  void aPipeIsNoTerminal() throws LinuxException {
    try (Pipe pipe = Pipe.open()) {
      assertThat(Terminal.isTerminal(pipe.readEnd())).isFalse();
      assertThat(Terminal.size(pipe.readEnd())).isEmpty();
    }
  }
}
