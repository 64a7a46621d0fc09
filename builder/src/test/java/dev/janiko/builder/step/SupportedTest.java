package dev.janiko.builder.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.dockerfile.DockerfileParser;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is not built yet is an error with its place and a way out, before anything is done. */
final class SupportedTest {
  private static void require(String line) {
    byte[] text = ("FROM scratch\nENV A=b\n" + line + "\n").getBytes(StandardCharsets.UTF_8);
    Supported.require(
        DockerfileParser.parse(text, "Dockerfile").stages().getFirst().instructions());
  }

  @Test
  void whatIsNotSupportedIsNamed() {
    assertThatThrownBy(() -> require("RUN --device=gpu x"))
        .isInstanceOfSatisfying(
            BuildException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.DOCKERFILE);
              assertThat(e.location().orElseThrow().startLine()).isEqualTo(3);
              assertThat(e.hint()).isPresent();
            })
        .hasMessage("RUN --device is not supported by this version");
  }

  @Test
  void moreRightsAreRefusedInBuildKitsWords() {
    assertThatThrownBy(() -> require("RUN --security=insecure x"))
        .hasMessage("security.insecure is not allowed");
  }

  @Test
  void theDefaultsOfFlagsAreAllowed() {
    for (String line :
        new String[] {
          "RUN --network=default x",
          "RUN --network=host x",
          "RUN --mount=type=cache,target=/c x",
          "RUN --security=sandbox x",
          "COPY --link=false a /b",
          "RUN <<E\necho a\nE",
          "RUN x",
          "COPY --parents a /b",
          "ADD --keep-git-dir https://example.org/a.git /b",
          "RUN <<E\n#!/usr/bin/env python3\nprint(1)\nE",
          "COPY --from=y --chown=1 --chmod=755 a /b",
          "ONBUILD ADD a /b"
        }) {
      assertThatCode(() -> require(line)).as(line).doesNotThrowAnyException();
    }
  }
}
