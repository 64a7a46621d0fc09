package dev.janiko.registry.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.Digest;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.MediaTypes;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.support.ScriptedServer;
import dev.janiko.registry.support.ScriptedServer.Answer;
import dev.janiko.registry.support.ScriptedServer.Asked;
import dev.janiko.registry.transport.TransportOptions;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PushFaultTest {
  @Test
  void uploadsAreTakenUpFromTheLastConfirmedByte() throws Exception {
    byte[] blob = Faulty.random(5 << 20);
    int half = 3 << 20;
    AtomicInteger patches = new AtomicInteger();
    Function<Asked, Answer> script =
        asked ->
            switch (asked.method()) {
              case "HEAD" -> Answer.of(404);
              case "POST" -> Answer.of(202).with("Location", "/v2/a/b/blobs/uploads/1?s=x");
              case "PATCH" ->
                  patches.incrementAndGet() == 1
                      ? Answer.of(502)
                      : Answer.of(202).with("Location", "/v2/a/b/blobs/uploads/3?s=z");
              case "GET" ->
                  Answer.of(204)
                      .with("Range", "0-" + (half - 1))
                      .with("Location", "/v2/a/b/blobs/uploads/2?s=y");
              default -> Answer.of(201);
            };
    try (ScriptedServer server = ScriptedServer.start(script);
        RegistryClient client = Faulty.client()) {
      client.upload(Faulty.at(server), BlobSource.ofBytes(MediaTypes.OCI_LAYER_GZIP, blob));
      assertThat(server.asked())
          .extracting(Asked::line)
          .containsExactly(
              "HEAD /v2/a/b/blobs/" + Faulty.descriptor(blob).digest(),
              "POST /v2/a/b/blobs/uploads/",
              "PATCH /v2/a/b/blobs/uploads/1?s=x",
              "GET /v2/a/b/blobs/uploads/1?s=x",
              "PATCH /v2/a/b/blobs/uploads/2?s=y",
              "PUT /v2/a/b/blobs/uploads/3?s=z&digest=sha256%3A"
                  + Faulty.descriptor(blob).digest().hex());
      Asked second = server.asked().get(4);
      assertThat(second.header("Content-Range")).isEqualTo(half + "-" + (blob.length - 1));
      assertThat(second.size()).isEqualTo(blob.length - half);
    }
  }

  @Test
  void registriesThatTakeNoBodyWithTheClosingPutGetItByPatch() throws Exception {
    byte[] blob = Faulty.random(100);
    Function<Asked, Answer> script =
        asked ->
            switch (asked.method()) {
              case "HEAD" -> Answer.of(404);
              case "POST", "PATCH" -> Answer.of(202).with("Location", "/u");
              default -> Answer.of(asked.size() > 0 ? 404 : 201);
            };
    try (ScriptedServer server = ScriptedServer.start(script);
        RegistryClient client = Faulty.client()) {
      BlobSource source = BlobSource.ofBytes(MediaTypes.OCI_LAYER_GZIP, blob);
      assertThat(client.upload(Faulty.at(server), source))
          .isEqualTo(RegistryClient.Outcome.UPLOADED);
      client.upload(Faulty.at(server), source);
      assertThat(server.asked())
          .extracting(Asked::method)
          .containsExactly(
              "HEAD", "POST", "PUT", "HEAD", "POST", "PATCH", "PUT", "HEAD", "POST", "PATCH",
              "PUT");
    }
  }

  @Test
  void lostAnswersToUploadsAreNoticed() throws Exception {
    AtomicInteger puts = new AtomicInteger();
    Function<Asked, Answer> script =
        asked ->
            switch (asked.method()) {
              case "HEAD" -> Answer.of(puts.get() > 0 ? 200 : 404);
              case "POST" -> Answer.of(202).with("Location", "/u");
              default -> {
                puts.incrementAndGet();
                yield Answer.of(500);
              }
            };
    try (ScriptedServer server = ScriptedServer.start(script);
        RegistryClient client = Faulty.client()) {
      client.upload(
          Faulty.at(server), BlobSource.ofBytes(MediaTypes.OCI_LAYER_GZIP, Faulty.random(9)));
      assertThat(puts).hasValue(1);
    }
  }

  @Test
  void uploadsThatNeverBeginAreGivenUpAfterOneRoundOfTries() throws Exception {
    try (ScriptedServer server =
            ScriptedServer.start(asked -> Answer.of(asked.method().equals("HEAD") ? 404 : 503));
        RegistryClient client = Faulty.client()) {
      BlobSource source = BlobSource.ofBytes(MediaTypes.OCI_LAYER_GZIP, Faulty.random(9));
      assertThatThrownBy(() -> client.upload(Faulty.at(server), source))
          .hasMessageContaining("cannot serve it now");
      assertThat(server.asked()).hasSize(1 + Faulty.QUICK.tries());
    }
  }

  @Test
  void blobsThatCannotBeReadAreNotTriedAgain() throws Exception {
    AtomicInteger opened = new AtomicInteger();
    BlobSource source =
        BlobSource.of(
            Faulty.descriptor(Faulty.random(9)),
            () -> {
              opened.incrementAndGet();
              throw new IOException("disk on fire");
            });
    try (ScriptedServer server =
            ScriptedServer.start(asked ->
                asked.method().equals("HEAD")
                    ? Answer.of(404)
                    : Answer.of(202).with("Location", "/u"));
        RegistryClient client = Faulty.client()) {
      assertThatThrownBy(() -> client.upload(Faulty.at(server), source))
          .hasMessageContaining("cannot read blob")
          .hasMessageContaining("disk on fire");
      assertThat(opened).hasValue(1);
    }
  }

  @Test
  void refusedMountsBecomeUploads() throws Exception {
    Function<Asked, Answer> script =
        asked ->
            switch (asked.method()) {
              case "HEAD" -> Answer.of(404);
              case "POST" ->
                  asked.uri().contains("mount=")
                      ? Answer.of(403)
                      : Answer.of(202).with("Location", "/u");
              default -> Answer.of(201);
            };
    try (ScriptedServer server = ScriptedServer.start(script);
        RegistryClient client = Faulty.client()) {
      BlobSource source =
          BlobSource.ofBytes(MediaTypes.OCI_LAYER_GZIP, Faulty.random(9))
              .heldIn(ImageReference.parse(server.host() + "/other"));
      assertThat(client.upload(Faulty.at(server), source))
          .isEqualTo(RegistryClient.Outcome.UPLOADED);
    }
  }

  @Test
  void manifestsAreSentAgainWithBlobsThatAnotherReplicaLacks() throws Exception {
    AtomicInteger puts = new AtomicInteger();
    byte[] unknown = "{\"errors\":[{\"code\":\"MANIFEST_BLOB_UNKNOWN\"}]}".getBytes(UTF_8);
    Function<Asked, Answer> script =
        asked ->
            asked.uri().contains("/manifests/") && puts.incrementAndGet() == 1
                ? Answer.of(404, unknown)
                : Answer.of(asked.method().equals("HEAD") ? 200 : 201);
    try (ScriptedServer server = ScriptedServer.start(script);
        RegistryClient client = Faulty.client()) {
      Pusher.push(client, Faulty.image(), List.of(Faulty.at(server)));
      assertThat(puts).hasValue(2);
    }
  }

  @Test
  void manifestsStoredDifferentlyAreAnError() throws Exception {
    String other = Digest.sha256Of(new byte[0]).toString();
    try (ScriptedServer server =
            ScriptedServer.start(asked ->
                asked.method().equals("HEAD")
                    ? Answer.of(200)
                    : Answer.of(201).with("Docker-Content-Digest", other));
        RegistryClient client = Faulty.client()) {
      assertThatThrownBy(() -> Pusher.push(client, Faulty.image(), List.of(Faulty.at(server))))
          .hasMessageContaining("the registry stored " + other);
    }
  }

  @Test
  void noTagIsPushedIfABlobCannotBe() throws Exception {
    Function<Asked, Answer> script = asked -> Answer.of(asked.method().equals("HEAD") ? 404 : 403);
    try (ScriptedServer server = ScriptedServer.start(script);
        RegistryClient client = Faulty.client()) {
      assertThatThrownBy(() -> Pusher.push(client, Faulty.image(), List.of(Faulty.at(server))))
          .hasMessageContaining("access denied by " + server.host());
      assertThat(server.asked()).noneMatch(asked -> asked.uri().contains("/manifests/"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The image tag 't' already exists in the 'a/b' repository and cannot be overwritten because the"
            + " repository is immutable.",
        "The repository has enabled tag immutability",
        "Failed to process request: Tag t is configured as immutable."
      })
  void tagsThatMustNotChangeCountAsPushedIfTheRulesSaySo(String words) throws Exception {
    byte[] body =
        "{\"errors\":[{\"code\":\"TAG_INVALID\",\"message\":\"%s\"}]}"
            .formatted(words)
            .getBytes(UTF_8);
    Image image = Faulty.image();
    for (boolean accepted : List.of(true, false)) {
      RegistryOptions options =
          RegistryOptions.of(
                  TransportOptions.of(Map.of()).withRetry(Faulty.QUICK),
                  CredentialStore.anonymous())
              .withRules(new RegistryOptions.Rules(0, 0, accepted, true));
      try (ScriptedServer server =
              ScriptedServer.start(
                  asked -> asked.method().equals("PUT") ? Answer.of(400, body) : Answer.of(200));
          RegistryClient client = RegistryClient.create(options, TransferListener.none())) {
        List<ImageReference> places = List.of(Faulty.at(server));
        if (accepted) {
          assertThat(Pusher.push(client, image, places)).hasSize(1);
        } else {
          assertThatThrownBy(() -> Pusher.push(client, image, places))
              .hasMessageContaining("TAG_INVALID");
        }
      }
    }
  }
}
