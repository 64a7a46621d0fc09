package dev.janiko.builder.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.dockerfile.DockerfileParser;
import java.nio.charset.StandardCharsets;
import java.util.Map;
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
    Map<String, String> refused =
        Map.of(
            "RUN --mount=type=cache,target=/c x", "RUN --mount",
            "RUN --network=host x", "RUN --network=host",
            "RUN --security=insecure x", "RUN --security=insecure");
    refused.forEach((line, what) ->
        assertThatThrownBy(() -> require(line))
            .isInstanceOfSatisfying(
                BuildException.class,
                e -> {
                  assertThat(e.kind()).isEqualTo(Kind.DOCKERFILE);
                  assertThat(e.location().orElseThrow().startLine()).isEqualTo(3);
                  assertThat(e.hint()).isPresent();
                })
            .hasMessage(what + " is not supported by this version"));
  }

  @Test
  void theDefaultsOfFlagsAreAllowed() {
    for (String line :
        new String[] {
          "RUN --network=default x",
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
