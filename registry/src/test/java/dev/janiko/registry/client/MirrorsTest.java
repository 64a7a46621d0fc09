package dev.janiko.registry.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.registry.reference.ImageReference;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MirrorsTest {
  private static final Mirrors MIRRORS =
      Mirrors.parse(
          List.of("mirror.gcr.io", "https://m.local:5000/hub/"),
          List.of("ghcr.io/org=m.local/ghcr;ghcr.io=g.local", "quay.io/a/b=q.local/c"),
          true);

  @ParameterizedTest
  @CsvSource({
    "alpine, mirror.gcr.io/library/alpine m.local:5000/hub/library/alpine docker.io/library/alpine",
    "me/app:1, mirror.gcr.io/me/app:1 m.local:5000/hub/me/app:1 docker.io/me/app:1",
    "ghcr.io/org/x/y:2, m.local/ghcr/x/y:2 ghcr.io/org/x/y:2",
    "ghcr.io/organ/x, g.local/organ/x ghcr.io/organ/x",
    "quay.io/a/b, q.local/c quay.io/a/b",
    "quay.io/a, quay.io/a",
    "localhost:5000/x, localhost:5000/x"
  })
  void longestPrefixDecides(String image, String places) {
    assertThat(MIRRORS.places(ImageReference.parse(image)))
        .map(ImageReference::toString)
        .containsExactly(places.split(" ", -1));
  }
}
