package dev.janiko.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.janiko.builder.linux.WarmUp;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.TransferListener;
import dev.janiko.registry.image.ImageDocument;
import dev.janiko.registry.image.MediaTypes;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.transport.RetryPolicy;
import dev.janiko.registry.transport.TransportOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * What a build will need, made ready beside the reading of the command line: handles on the C
 * library, and all that a first request to a registry sets up in the runtime.
 */
final class Preparation {
  /** A port of this machine that nobody listens on: the request ends where it would be sent. */
  private static final String NOBODY = "127.0.0.1:1/nobody";

  private static final String MANIFEST =
      """
      {"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json",
      "digest":"DIGEST","size":1},"layers":[{"mediaType":
      "application/vnd.oci.image.layer.v1.tar+gzip","digest":"DIGEST","size":1}]}
      """
          .replace("DIGEST", "sha256:" + "0".repeat(64));

  private Preparation() {}

  /** Begins on threads of its own; nothing waits for them. */
  static void beginBuild() {
    WarmUp.begin();
    beginTransfer();
  }

  /** Begins what a request needs alone. */
  static void beginTransfer() {
    Thread.ofPlatform().daemon().name("prepare").start(Preparation::ask);
  }

  private static void ask() {
    RetryPolicy once =
        new RetryPolicy(
            1,
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofMillis(1));
    TransportOptions options = TransportOptions.of(Map.of()).withRetry(once);
    try (RegistryClient client =
        RegistryClient.create(options, CredentialStore.anonymous(), TransferListener.none())) {
      ImageDocument.parse(MANIFEST.getBytes(UTF_8), MediaTypes.OCI_MANIFEST);
      client.resolve(ImageReference.parse(NOBODY), Platform.host());
    } catch (RegistryException expected) {
      // Nobody answers; what the request needed is loaded now.
    } catch (IOException e) {
      Thread.currentThread().interrupt();
    }
  }
}
