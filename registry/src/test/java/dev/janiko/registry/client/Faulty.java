package dev.janiko.registry.client;

import dev.janiko.registry.auth.Credential;
import dev.janiko.registry.auth.CredentialStore;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** What the tests of failing servers share. */
final class Faulty {
  static final Platform AMD64 = Platform.parse("linux/amd64");
  static final RetryPolicy QUICK =
      new RetryPolicy(
          6,
          Duration.ofMillis(2),
          Duration.ofMillis(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(2));
  static final CredentialStore KNOWN =
      (registry, repository) ->
          Optional.of(
              new CredentialStore.Found(new Credential.UserPassword("u", "s3cret"), "the test"));

  static RegistryClient client(CredentialStore store) {
    return RegistryClient.create(
        TransportOptions.of(Map.of())
            .withRetry(QUICK)
            .withTimeouts(
                new TransportOptions.Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(5))),
        store,
        TransferListener.none());
  }

  /** A client that asks the mirror first for what is in the home. */
  static RegistryClient mirrored(
      ScriptedServer home, ScriptedServer mirror, Consumer<String> warnings) {
    Mirrors mirrors = Mirrors.parse(List.of(), List.of(home.host() + "=" + mirror.host()), true);
    TransferListener listener =
        new TransferListener() {
          @Override
          public void transferred(
              Direction direction, String host, Descriptor blob, long position) {}

          @Override
          public void warned(String message) {
            warnings.accept(message);
          }
        };
    return RegistryClient.create(
        RegistryOptions.of(
                TransportOptions.of(Map.of()).withRetry(QUICK), CredentialStore.anonymous())
            .withMirrors(mirrors),
        listener);
  }

  static RegistryClient client() {
    return client(CredentialStore.anonymous());
  }

  static ImageReference at(ScriptedServer server) {
    return ImageReference.parse(server.host() + "/a/b:t");
  }

  static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  static Descriptor descriptor(byte[] bytes) {
    return Descriptor.of(MediaTypes.OCI_LAYER_GZIP, bytes);
  }

  static Answer manifest(Image image) {
    return Answer.of(200, image.manifest().bytes())
        .with("Content-Type", image.manifest().mediaType());
  }

  /** Serves the manifest and the config of an image. */
  static Answer serve(Image image, Asked asked) {
    if (asked.uri().contains("/manifests/")) {
      return manifest(image);
    }
    return asked.uri().endsWith(image.id().toString())
        ? Answer.of(200, image.config().bytes())
        : Answer.of(404);
  }

  static Image image() throws IOException {
    return TestImages.random(1, 1, 100);
  }

  static Function<Asked, Answer> failing(int times, Answer failure, Function<Asked, Answer> then) {
    AtomicInteger count = new AtomicInteger();
    return asked -> count.getAndIncrement() < times ? failure : then.apply(asked);
  }

  private Faulty() {}
}
