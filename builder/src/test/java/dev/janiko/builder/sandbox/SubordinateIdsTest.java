package dev.janiko.builder.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.linux.UserIds;
import dev.janiko.builder.linux.UserIds.Range;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubordinateIdsTest {
  @TempDir Path etc;

  private void write(String file, String content) throws IOException {
    Files.writeString(etc.resolve(file), content);
  }

  @Test
  void rangesOfANameAndOfANumberFollowTheUserOneAfterTheOther() throws IOException {
    write("passwd", "root:x:0:0::/:/bin/sh\nann:x:1000:1001::/:/bin/sh\n");
    write("subuid", "bob:1:2\nann:100000:65536\n1000:300000:10\n");
    write("subgid", "ann:200000:65536\n");
    UserIds ids = SubordinateIds.of(etc, 1000, 1001);
    assertThat(ids.users())
        .isEqualTo(
            List.of(
                new Range(0, 1000, 1),
                new Range(1, 100_000, 65_536),
                new Range(65_537, 300_000, 10)));
    assertThat(ids.groups())
        .isEqualTo(List.of(new Range(0, 1001, 1), new Range(1, 200_000, 65_536)));
    assertThat(ids.sufficeForImages()).isTrue();
    assertThat(ids.areTheMachines()).isFalse();
  }

  @Test
  void whoHasNoneIsToldWhere() throws IOException {
    write("passwd", "ann:x:1000:1000::/:/bin/sh\n");
    write("subuid", "bob:1:2\n");
    write("subgid", "");
    assertThatThrownBy(() -> SubordinateIds.of(etc, 1000, 1000))
        .hasMessage(etc.resolve("subuid") + " has no line for this user");
    Files.delete(etc.resolve("subuid"));
    assertThatThrownBy(() -> SubordinateIds.of(etc, 1000, 1000))
        .hasMessage(etc.resolve("subuid") + " cannot be read");
  }

  @Test
  void nonsenseIsRefused() throws IOException {
    write("passwd", "ann:x:1000:1000::/:/bin/sh\n");
    write("subuid", "ann:many:65536\n");
    write("subgid", "");
    assertThatThrownBy(() -> SubordinateIds.of(etc, 1000, 1000)).hasMessage("not a number: many");
  }

  @Test
  void oneUserIsTooFew() {
    assertThat(UserIds.single(1000, 1000).sufficeForImages()).isFalse();
    assertThat(UserIds.single(1000, 1000).count()).isEqualTo(1);
  }
}
