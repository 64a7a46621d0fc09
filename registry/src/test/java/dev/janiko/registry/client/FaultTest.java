package dev.janiko.registry.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.auth.Credential;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.MediaTypes;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.support.ScriptedServer;
import dev.janiko.registry.support.ScriptedServer.Answer;
import dev.janiko.registry.support.ScriptedServer.Asked;
import dev.janiko.registry.support.TestImages;
import dev.janiko.registry.transport.RetryPolicy;
import dev.janiko.registry.transport.TransportOptions;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FaultTest {
  private static final Platform AMD64 = Platform.parse("linux/amd64");
  private static final RetryPolicy QUICK =
      new RetryPolicy(
          6,
          Duration.ofMillis(2),
          Duration.ofMillis(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(2));
  private static final CredentialStore KNOWN =
      (registry, repository) ->
          Optional.of(
              new CredentialStore.Found(new Credential.UserPassword("u", "s3cret"), "the test"));

  private static RegistryClient client(CredentialStore store) {
    return RegistryClient.create(
        TransportOptions.of(Map.of())
            .withRetry(QUICK)
            .withTimeouts(
                new TransportOptions.Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(5))),
        store,
        TransferListener.none());
  }

  private static RegistryClient client() {
    return client(CredentialStore.anonymous());
  }

  private static ImageReference at(ScriptedServer server) {
    return ImageReference.parse(server.host() + "/a/b:t");
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static Descriptor descriptor(byte[] bytes) {
    return Descriptor.of(MediaTypes.OCI_LAYER_GZIP, bytes);
  }

  private static Answer manifest(Image image) {
    return Answer.of(200, image.manifest().bytes())
        .with("Content-Type", image.manifest().mediaType());
  }

  /** Serves the manifest and the config of an image. */
  private static Answer serve(Image image, Asked asked) {
    if (asked.uri().contains("/manifests/")) {
      return manifest(image);
    }
    return asked.uri().endsWith(image.id().toString())
        ? Answer.of(200, image.config().bytes())
        : Answer.of(404);
  }

  private static Image image() throws IOException {
    return TestImages.random(1, 1, 100);
  }

  private static Function<Asked, Answer> failing(
      int times, Answer failure, Function<Asked, Answer> then) {
    AtomicInteger count = new AtomicInteger();
    return asked -> count.getAndIncrement() < times ? failure : then.apply(asked);
  }

  @Test
  void burstsOfServerErrorsAreSurvived() throws Exception {
    Image image = image();
    try (ScriptedServer server =
            ScriptedServer.start(failing(4, Answer.of(503), asked -> serve(image, asked)));
        RegistryClient client = client()) {
      assertThat(client.resolve(at(server), AMD64).digest()).isEqualTo(image.digest());
      assertThat(server.asked()).hasSize(4 + 2);
    }
  }

  @Test
  void retryAfterIsHonoured() throws Exception {
    Image image = image();
    Answer busy = Answer.of(429).with("Retry-After", "1");
    try (ScriptedServer server =
            ScriptedServer.start(failing(1, busy, asked -> serve(image, asked)));
        RegistryClient client = client()) {
      long start = System.nanoTime();
      client.resolve(at(server), AMD64);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(950));
    }
  }

  @Test
  void endlessErrorsEndInOneClearMessage() throws Exception {
    byte[] body =
        "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"slow\\u0007 down\"}]}"
            .getBytes(UTF_8);
    try (ScriptedServer server = ScriptedServer.start(_ -> Answer.of(429, body));
        RegistryClient client = client()) {
      assertThatThrownBy(() -> client.resolve(at(server), AMD64))
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
        RegistryClient client = client()) {
      assertThatThrownBy(() -> client.resolve(at(server), AMD64))
          .isInstanceOf(RegistryException.class);
      assertThat(server.asked()).hasSize(1);
    }
  }

  @Test
  void hostsThatDoNotAnswerAreNamed() throws Exception {
    ScriptedServer server = ScriptedServer.start(_ -> Answer.of(200));
    ImageReference reference = at(server);
    server.close();
    try (RegistryClient client = client()) {
      assertThatThrownBy(() -> client.resolve(reference, AMD64))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
          .hasMessageContaining(
              "registry " + reference.registry() + " does not answer: connection refused");
    }
  }

  @Test
  void cutBlobsAreResumedWhereTheyBroke() throws Exception {
    byte[] blob = random(100_000);
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
        RegistryClient client = client();
        InputStream in = client.blob(at(server), descriptor(blob))) {
      assertThat(in.readAllBytes()).isEqualTo(blob);
      assertThat(server.asked()).hasSize(10);
    }
  }

  @Test
  void cutBlobsOfServersWithoutRangesAreReadAgain() throws Exception {
    byte[] blob = random(50_000);
    Answer whole = Answer.of(200, blob);
    try (ScriptedServer server =
            ScriptedServer.start(failing(2, whole.cutAfter(20_000), _ -> whole));
        RegistryClient client = client();
        InputStream in = client.blob(at(server), descriptor(blob))) {
      assertThat(in.readAllBytes()).isEqualTo(blob);
    }
  }

  @Test
  void lastBytesOfWrongBlobsAreNeverGivenOut() throws Exception {
    byte[] blob = random(10_000);
    byte[] other = blob.clone();
    other[5] ^= 1;
    try (ScriptedServer server = ScriptedServer.start(_ -> Answer.of(200, other));
        RegistryClient client = client();
        InputStream in = client.blob(at(server), descriptor(blob))) {
      assertThatThrownBy(() -> in.readNBytes(blob.length))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID))
          .hasMessageContaining("another digest");
    }
  }

  @Test
  void blobsOfAnotherSizeAreRefused() throws Exception {
    byte[] blob = random(10);
    try (ScriptedServer server = ScriptedServer.start(_ -> Answer.of(200, random(11)));
        RegistryClient client = client()) {
      assertThatThrownBy(() -> client.blob(at(server), descriptor(blob)))
          .hasMessageContaining("expected 10 bytes, got 11");
    }
  }

  @Test
  void pinnedDigestsDecide() throws Exception {
    Image image = image();
    Digest other = Digest.sha256Of(new byte[] {1});
    try (ScriptedServer server = ScriptedServer.start(asked -> serve(image, asked));
        RegistryClient client = client()) {
      assertThatThrownBy(() -> client.resolve(at(server).withDigest(other), AMD64))
          .hasMessageContaining("expected " + other)
          .hasMessageContaining("the registry sent " + image.digest());
    }
  }

  @Test
  void endlessManifestsAreRefused() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(_ -> Answer.of(200, new byte[5 << 20]));
        RegistryClient client = client()) {
      assertThatThrownBy(() -> client.resolve(at(server), AMD64))
          .hasMessageContaining("larger than 4194304 bytes");
    }
  }

  @Test
  void foreignLayersAreRefusedWithoutAsking() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(_ -> Answer.of(200));
        RegistryClient client = client()) {
      Descriptor layer =
          descriptor(random(3))
              .withMediaType("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
      assertThatThrownBy(() -> client.blob(at(server), layer)).hasMessageContaining("foreign");
      assertThat(server.asked()).isEmpty();
    }
  }

  @Test
  void redirectsToOtherHostsGoWithoutCredentials() throws Exception {
    byte[] blob = random(1000);
    try (ScriptedServer storage = ScriptedServer.start(_ -> Answer.of(200, blob));
        ScriptedServer server =
            ScriptedServer.start(asked ->
                asked.header("Authorization") == null
                    ? Answer.of(401).with("WWW-Authenticate", "Basic realm=\"x\"")
                    : Answer.of(307)
                        .with("Location", "http://" + storage.host() + "/s?X-Sig=a%2Bb"));
        RegistryClient client = client(KNOWN);
        InputStream in = client.blob(at(server), descriptor(blob))) {
      assertThat(in.readAllBytes()).isEqualTo(blob);
      Asked seen = storage.asked().getFirst();
      assertThat(seen.uri()).isEqualTo("/s?X-Sig=a%2Bb");
      assertThat(seen.header("Authorization")).isNull();
      assertThat(seen.header("Accept-Encoding")).isNull();
    }
  }

  @Test
  void tokensAreFetchedOnceAndRenewedWhenRefused() throws Exception {
    Image image = image();
    AtomicInteger issued = new AtomicInteger();
    try (ScriptedServer tokens =
            ScriptedServer.start(_ ->
                Answer.of(
                    200,
                    ("{\"token\":\"t" + issued.incrementAndGet() + "\",\"expires_in\":300}")
                        .getBytes(UTF_8)));
        ScriptedServer server =
            ScriptedServer.start(asked -> {
              boolean good =
                  asked.uri().contains("/manifests/")
                      ? "Bearer t1".equals(asked.header("Authorization"))
                      : "Bearer t2".equals(asked.header("Authorization"));
              return good
                  ? serve(image, asked)
                  : Answer.of(401)
                      .with(
                          "WWW-Authenticate",
                          "Negotiate abc==, Bearer realm=\"http://"
                              + tokens.host()
                              + "/token?x=1\",service=\"a \\\"b\\\"\","
                              + "scope=\"repository:a/b:pull\", Basic realm=\"y\"");
            });
        RegistryClient client = client(KNOWN)) {
      client.resolve(at(server), AMD64);
      client.hasBlob(at(server), image.id());
      assertThat(tokens.asked())
          .extracting(Asked::uri)
          .containsExactly(
              "/token?x=1&service=a+%22b%22&scope=repository%3Aa%2Fb%3Apull&account=u",
              "/token?x=1&service=a+%22b%22&scope=repository%3Aa%2Fb%3Apull&account=u");
      assertThat(server.asked()).hasSize(2 + 2 + 1);
    }
  }

  @Test
  void identityTokensAreExchangedByForm() throws Exception {
    Image image = image();
    CredentialStore identity =
        (registry, repository) ->
            Optional.of(
                new CredentialStore.Found(new Credential.IdentityToken("s3cret"), "the test"));
    try (ScriptedServer tokens =
            ScriptedServer.start(asked ->
                asked.method().equals("POST") && asked.size() > 0
                    ? Answer.of(200, "{\"access_token\":\"t\"}".getBytes(UTF_8))
                    : Answer.of(403));
        ScriptedServer server =
            ScriptedServer.start(asked ->
                "Bearer t".equals(asked.header("Authorization"))
                    ? serve(image, asked)
                    : Answer.of(401)
                        .with(
                            "WWW-Authenticate",
                            "Bearer realm=\"http://" + tokens.host() + "/t\",service=s"));
        RegistryClient client = client(identity)) {
      assertThat(client.resolve(at(server), AMD64).digest()).isEqualTo(image.digest());
      Asked exchange = tokens.asked().getFirst();
      assertThat(exchange.uri()).isEqualTo("/t");
      assertThat(exchange.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
      assertThat(exchange.header("Authorization")).isNull();
    }
  }

  @Test
  void malformedHeadersEndInAMessage() throws Exception {
    try (ScriptedServer server =
            ScriptedServer.start(_ -> Answer.of(200, random(3)).with("Age", "old"));
        RegistryClient client = client()) {
      assertThatThrownBy(() -> client.resolve(at(server), AMD64))
          .isInstanceOf(RegistryException.class);
    }
  }

  @Test
  void endlessChallengesEndSoon() throws Exception {
    try (ScriptedServer tokens =
            ScriptedServer.start(_ -> Answer.of(200, "{\"token\":\"t\"}".getBytes(UTF_8)));
        ScriptedServer server =
            ScriptedServer.start(_ ->
                Answer.of(401)
                    .with("WWW-Authenticate", "Bearer realm=\"http://" + tokens.host() + "/t\""));
        RegistryClient client = client(KNOWN)) {
      assertThatThrownBy(() -> client.resolve(at(server), AMD64))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAUTHORIZED))
          .hasMessageContaining("credentials from the test were used for")
          .hasMessageNotContaining("s3cret");
      assertThat(server.asked().size() + tokens.asked().size()).isLessThan(10);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "http://u:p@127.0.0.1/t", "ftp://x/t", "/t", ":"})
  void hostileRealmsGetNothing(String realm) throws Exception {
    try (ScriptedServer server =
            ScriptedServer.start(
                _ -> Answer.of(401).with("WWW-Authenticate", "Bearer realm=\"" + realm + "\""));
        RegistryClient client = client(KNOWN)) {
      assertThatThrownBy(() -> client.resolve(at(server), AMD64))
          .isInstanceOf(RegistryException.class)
          .hasMessageContaining("token realm")
          .hasMessageNotContaining("u:p");
      assertThat(server.asked()).hasSize(1);
    }
  }

  @Test
  void uploadsAreTakenUpFromTheLastConfirmedByte() throws Exception {
    byte[] blob = random(5 << 20);
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
        RegistryClient client = client()) {
      client.upload(at(server), BlobSource.ofBytes(MediaTypes.OCI_LAYER_GZIP, blob));
      assertThat(server.asked())
          .extracting(Asked::line)
          .containsExactly(
              "HEAD /v2/a/b/blobs/" + descriptor(blob).digest(),
              "POST /v2/a/b/blobs/uploads/",
              "PATCH /v2/a/b/blobs/uploads/1?s=x",
              "GET /v2/a/b/blobs/uploads/1?s=x",
              "PATCH /v2/a/b/blobs/uploads/2?s=y",
              "PUT /v2/a/b/blobs/uploads/3?s=z&digest=sha256%3A" + descriptor(blob).digest().hex());
      Asked second = server.asked().get(4);
      assertThat(second.header("Content-Range")).isEqualTo(half + "-" + (blob.length - 1));
      assertThat(second.size()).isEqualTo(blob.length - half);
    }
  }

  @Test
  void registriesThatTakeNoBodyWithTheClosingPutGetItByPatch() throws Exception {
    byte[] blob = random(100);
    Function<Asked, Answer> script =
        asked ->
            switch (asked.method()) {
              case "HEAD" -> Answer.of(404);
              case "POST", "PATCH" -> Answer.of(202).with("Location", "/u");
              default -> Answer.of(asked.size() > 0 ? 404 : 201);
            };
    try (ScriptedServer server = ScriptedServer.start(script);
        RegistryClient client = client()) {
      BlobSource source = BlobSource.ofBytes(MediaTypes.OCI_LAYER_GZIP, blob);
      assertThat(client.upload(at(server), source)).isEqualTo(RegistryClient.Outcome.UPLOADED);
      client.upload(at(server), source);
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
        RegistryClient client = client()) {
      client.upload(at(server), BlobSource.ofBytes(MediaTypes.OCI_LAYER_GZIP, random(9)));
      assertThat(puts).hasValue(1);
    }
  }

  @Test
  void uploadsThatNeverBeginAreGivenUpAfterOneRoundOfTries() throws Exception {
    try (ScriptedServer server =
            ScriptedServer.start(asked -> Answer.of(asked.method().equals("HEAD") ? 404 : 503));
        RegistryClient client = client()) {
      BlobSource source = BlobSource.ofBytes(MediaTypes.OCI_LAYER_GZIP, random(9));
      assertThatThrownBy(() -> client.upload(at(server), source))
          .hasMessageContaining("cannot serve it now");
      assertThat(server.asked()).hasSize(1 + QUICK.tries());
    }
  }

  @Test
  void blobsThatCannotBeReadAreNotTriedAgain() throws Exception {
    AtomicInteger opened = new AtomicInteger();
    BlobSource source =
        BlobSource.of(
            descriptor(random(9)),
            () -> {
              opened.incrementAndGet();
              throw new IOException("disk on fire");
            });
    try (ScriptedServer server =
            ScriptedServer.start(asked ->
                asked.method().equals("HEAD")
                    ? Answer.of(404)
                    : Answer.of(202).with("Location", "/u"));
        RegistryClient client = client()) {
      assertThatThrownBy(() -> client.upload(at(server), source))
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
        RegistryClient client = client()) {
      BlobSource source =
          BlobSource.ofBytes(MediaTypes.OCI_LAYER_GZIP, random(9))
              .heldIn(ImageReference.parse(server.host() + "/other"));
      assertThat(client.upload(at(server), source)).isEqualTo(RegistryClient.Outcome.UPLOADED);
    }
  }

  @Test
  void uploadsToOtherHostsGoWithoutCredentials() throws Exception {
    try (ScriptedServer storage = ScriptedServer.start(_ -> Answer.of(201));
        ScriptedServer server =
            ScriptedServer.start(asked ->
                asked.header("Authorization") == null
                    ? Answer.of(401).with("WWW-Authenticate", "Basic realm=\"x\"")
                    : asked.method().equals("HEAD")
                        ? Answer.of(404)
                        : Answer.of(202).with("Location", "http://" + storage.host() + "/u"));
        RegistryClient client = client(KNOWN)) {
      client.upload(at(server), BlobSource.ofBytes(MediaTypes.OCI_LAYER_GZIP, random(9)));
      assertThat(storage.asked()).hasSize(1);
      assertThat(storage.asked().getFirst().header("Authorization")).isNull();
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
        RegistryClient client = client()) {
      Pusher.push(client, image(), List.of(at(server)));
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
        RegistryClient client = client()) {
      assertThatThrownBy(() -> Pusher.push(client, image(), List.of(at(server))))
          .hasMessageContaining("the registry stored " + other);
    }
  }

  @Test
  void noTagIsPushedIfABlobCannotBe() throws Exception {
    Function<Asked, Answer> script = asked -> Answer.of(asked.method().equals("HEAD") ? 404 : 403);
    try (ScriptedServer server = ScriptedServer.start(script);
        RegistryClient client = client()) {
      assertThatThrownBy(() -> Pusher.push(client, image(), List.of(at(server))))
          .hasMessageContaining("access denied by " + server.host());
      assertThat(server.asked()).noneMatch(asked -> asked.uri().contains("/manifests/"));
    }
  }
}
