package dev.janiko.registry.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.support.ScriptedServer;
import dev.janiko.registry.support.ScriptedServer.Answer;
import dev.janiko.registry.support.ScriptedServer.Asked;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PullFaultTest {
  @Test
  void burstsOfServerErrorsAreSurvived() throws Exception {
    Image image = Faulty.image();
    try (ScriptedServer server =
            ScriptedServer.start(
                Faulty.failing(4, Answer.of(503), asked -> Faulty.serve(image, asked)));
        RegistryClient client = Faulty.client()) {
      assertThat(client.resolve(Faulty.at(server), Faulty.AMD64).digest())
          .isEqualTo(image.digest());
      assertThat(server.asked()).hasSize(4 + 2);
    }
  }

  @Test
  void retryAfterIsHonoured() throws Exception {
    Image image = Faulty.image();
    Answer busy = Answer.of(429).with("Retry-After", "1");
    try (ScriptedServer server =
            ScriptedServer.start(Faulty.failing(1, busy, asked -> Faulty.serve(image, asked)));
        RegistryClient client = Faulty.client()) {
      long start = System.nanoTime();
      client.resolve(Faulty.at(server), Faulty.AMD64);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(950));
    }
  }

  @Test
  void endlessErrorsEndInOneClearMessage() throws Exception {
    byte[] body =
        "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"slow\\u0007 down\"}]}"
            .getBytes(UTF_8);
    try (ScriptedServer server = ScriptedServer.start(_ -> Answer.of(429, body));
        RegistryClient client = Faulty.client()) {
      assertThatThrownBy(() -> client.resolve(Faulty.at(server), Faulty.AMD64))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
          .hasMessageContaining("TOOMANYREQUESTS: slow  down")
          .hasMessageContaining("HTTP 429");
      assertThat(server.asked()).hasSize(6);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 413})
  void whatIsForeverIsNotRepeated(int status) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(_ -> Answer.of(status));
        RegistryClient client = Faulty.client()) {
      assertThatThrownBy(() -> client.resolve(Faulty.at(server), Faulty.AMD64))
          .isInstanceOf(RegistryException.class);
      assertThat(server.asked()).hasSize(1);
    }
  }

  @Test
  void hostsThatDoNotAnswerAreNamed() throws Exception {
    ScriptedServer server = ScriptedServer.start(_ -> Answer.of(200));
    ImageReference reference = Faulty.at(server);
    server.close();
    try (RegistryClient client = Faulty.client()) {
      assertThatThrownBy(() -> client.resolve(reference, Faulty.AMD64))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
          .hasMessageContaining(
              "registry " + reference.registry() + " does not answer: connection refused");
    }
  }

  @Test
  void cutBlobsAreResumedWhereTheyBroke() throws Exception {
    byte[] blob = Faulty.random(100_000);
    Function<Asked, Answer> script =
        asked -> {
          String range = asked.header("Range");
          int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
          byte[] rest = Arrays.copyOfRange(blob, from, blob.length);
          Answer answer =
              from == 0
                  ? Answer.of(200, rest)
                  : Answer.of(206, rest).with("Content-Range", "bytes " + from + "-99999/100000");
          return from < 90_000 ? answer.cutAfter(10_000) : answer;
        };
    try (ScriptedServer server = ScriptedServer.start(script);
        RegistryClient client = Faulty.client();
        InputStream in = client.blob(Faulty.at(server), Faulty.descriptor(blob))) {
      assertThat(in.readAllBytes()).isEqualTo(blob);
      assertThat(server.asked()).hasSize(10);
    }
  }

  @Test
  void cutBlobsOfServersWithoutRangesAreReadAgain() throws Exception {
    byte[] blob = Faulty.random(50_000);
    Answer whole = Answer.of(200, blob);
    try (ScriptedServer server =
            ScriptedServer.start(Faulty.failing(2, whole.cutAfter(20_000), _ -> whole));
        RegistryClient client = Faulty.client();
        InputStream in = client.blob(Faulty.at(server), Faulty.descriptor(blob))) {
      assertThat(in.readAllBytes()).isEqualTo(blob);
    }
  }

  @Test
  void lastBytesOfWrongBlobsAreNeverGivenOut() throws Exception {
    byte[] blob = Faulty.random(10_000);
    byte[] other = blob.clone();
    other[5] ^= 1;
    try (ScriptedServer server = ScriptedServer.start(_ -> Answer.of(200, other));
        RegistryClient client = Faulty.client();
        InputStream in = client.blob(Faulty.at(server), Faulty.descriptor(blob))) {
      assertThatThrownBy(() -> in.readNBytes(blob.length))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
          .hasMessageContaining("another digest");
    }
  }

  @Test
  void blobsOfAnotherSizeAreRefused() throws Exception {
    byte[] blob = Faulty.random(10);
    try (ScriptedServer server = ScriptedServer.start(_ -> Answer.of(200, Faulty.random(11)));
        RegistryClient client = Faulty.client()) {
      assertThatThrownBy(() -> client.blob(Faulty.at(server), Faulty.descriptor(blob)))
          .hasMessageContaining("expected 10 bytes, got 11");
    }
  }

  @Test
  void pinnedDigestsDecide() throws Exception {
    Image image = Faulty.image();
    Digest other = Digest.sha256Of(new byte[] {1});
    try (ScriptedServer server = ScriptedServer.start(asked -> Faulty.serve(image, asked));
        RegistryClient client = Faulty.client()) {
      assertThatThrownBy(() -> client.resolve(Faulty.at(server).withDigest(other), Faulty.AMD64))
          .hasMessageContaining("expected " + other)
          .hasMessageContaining("the registry sent " + image.digest());
    }
  }

  @Test
  void endlessManifestsAreRefused() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(_ -> Answer.of(200, new byte[5 << 20]));
        RegistryClient client = Faulty.client()) {
      assertThatThrownBy(() -> client.resolve(Faulty.at(server), Faulty.AMD64))
          .hasMessageContaining("larger than 4194304 bytes");
    }
  }

  @Test
  void foreignLayersAreRefusedWithoutAsking() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(_ -> Answer.of(200));
        RegistryClient client = Faulty.client()) {
      Descriptor layer =
          Faulty.descriptor(Faulty.random(3))
              .withMediaType("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
      assertThatThrownBy(() -> client.blob(Faulty.at(server), layer))
          .hasMessageContaining("foreign");
      assertThat(server.asked()).isEmpty();
    }
  }

  @Test
  void malformedHeadersEndInAMessage() throws Exception {
    try (ScriptedServer server =
            ScriptedServer.start(_ -> Answer.of(200, Faulty.random(3)).with("Age", "old"));
        RegistryClient client = Faulty.client()) {
      assertThatThrownBy(() -> client.resolve(Faulty.at(server), Faulty.AMD64))
          .isInstanceOf(RegistryException.class);
    }
  }

  @Test
  void digestsThatRegistriesTellForTagsAreLookedInto() throws Exception {
    Image image = Faulty.image();
    byte[] damaged = image.manifest().bytes();
    damaged[damaged.length / 2] ^= 1;
    String good = image.digest().toString();
    try (ScriptedServer server =
            ScriptedServer.start(asked ->
                asked.uri().endsWith("/manifests/t")
                    ? Answer.of(200, damaged).with("Docker-Content-Digest", good)
                    : Faulty.serve(image, asked));
        RegistryClient client = Faulty.client()) {
      assertThat(client.resolve(Faulty.at(server), Faulty.AMD64).digest())
          .isEqualTo(image.digest());
    }
    String other = Digest.sha256Of(damaged).toString();
    try (ScriptedServer server =
            ScriptedServer.start(asked ->
                asked.uri().endsWith(other)
                    ? Answer.of(404)
                    : asked.uri().contains("/manifests/")
                        ? Faulty.manifest(image).with("Docker-Content-Digest", other)
                        : Faulty.serve(image, asked));
        RegistryClient client = Faulty.client()) {
      assertThat(client.resolve(Faulty.at(server), Faulty.AMD64).digest())
          .isEqualTo(image.digest());
    }
  }

  @Test
  void blobsThatMirrorsBreakOffAreGoneOnWithElsewhere() throws Exception {
    byte[] blob = Faulty.random(100_000);
    Answer half = Answer.of(200, blob).cutAfter(50_000);
    Function<Asked, Answer> rest =
        asked -> {
          int from = Integer.parseInt(String.valueOf(asked.header("Range")).replaceAll("\\D", ""));
          return Answer.of(206, Arrays.copyOfRange(blob, from, blob.length))
              .with("Content-Range", "bytes " + from + "-99999/100000");
        };
    List<String> warnings = new CopyOnWriteArrayList<>();
    try (ScriptedServer mirror =
            ScriptedServer.start(asked -> asked.header("Range") == null ? half : Answer.of(503));
        ScriptedServer home = ScriptedServer.start(rest);
        RegistryClient client = Faulty.mirrored(home, mirror, warnings::add);
        InputStream in = client.blob(Faulty.at(home), Faulty.descriptor(blob))) {
      assertThat(in.readAllBytes()).isEqualTo(blob);
      assertThat(home.asked()).hasSize(1);
    }
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("is left after 50000 of 100000 bytes of a blob", "HTTP 503");
  }
}
