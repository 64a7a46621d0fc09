package dev.janiko.cli;

import dev.janiko.builder.linux.WarmUp;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.TransferListener;
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

  private Preparation() {}

  /** Begins on threads of its own; nothing waits for them. */
  static void begin() {
    WarmUp.begin();
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
      client.resolve(ImageReference.parse(NOBODY), Platform.host());
    } catch (RegistryException expected) {
      // Nobody answers; what the request needed is loaded now.
    } catch (IOException e) {
      Thread.currentThread().interrupt();
    }
  }
}
