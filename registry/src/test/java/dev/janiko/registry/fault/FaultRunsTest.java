package dev.janiko.registry.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.Together;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.client.Pusher;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.ResolvedImage;
import dev.janiko.registry.client.TransferListener;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.support.RealRegistry;
import dev.janiko.registry.support.TestImages;
import dev.janiko.registry.transport.RetryPolicy;
import dev.janiko.registry.transport.TransportOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many pushes, copies and pulls through a network that fails by seed. Each must end in a correct
 * image or in one clear error, and soon; what has a tag must be complete. {@code
 * -Djaniko.faults=500} makes it so many.
 */
final class FaultRunsTest {
  private static final Platform AMD64 = Platform.parse("linux/amd64");
  private static final int RUNS = Integer.getInteger("janiko.faults", 60);
  private static final long FIRST = Long.getLong("janiko.faults.first", 1);
  private static final int WIDTH = 12;
  private static final long PATIENCE_MILLIS = 600;
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final int[] SIZES = {0, 100, 5_000, 60_000, 300_000};
  private static final double[] RATES = {0.05, 0.15, 0.3};

  @TempDir static Path folder;
  private static RealRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    registry = RealRegistry.open(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
  }

  private enum Outcome {
    DONE,
    CLEAR_ERROR
  }

  private record Run(long seed, Outcome outcome, int requests) {}

  @Test
  void everyRunEndsInACorrectImageOrInOneClearError() throws Exception {
    List<Callable<Run>> runs = new ArrayList<>();
    for (long seed = FIRST; seed < FIRST + RUNS; seed++) {
      long own = seed;
      runs.add(() -> run(own));
    }
    List<Run> ended = Together.run(WIDTH, runs);
    long done = ended.stream().filter(run -> run.outcome() == Outcome.DONE).count();
    int requests = ended.stream().mapToInt(Run::requests).sum();
    System.out.printf(
        "fault runs: %d, of which %d ended in a correct image and %d in one clear error; %d requests"
            + " checked%n",
        RUNS, done, RUNS - done, requests);
    assertThat(done).as("runs that survived").isGreaterThan(RUNS / 2);
  }

  private static RegistryClient client(boolean patient) {
    RetryPolicy quick =
        new RetryPolicy(
            6,
            Duration.ofMillis(5),
            Duration.ofMillis(50),
            Duration.ofSeconds(60),
            Duration.ofSeconds(2));
    TransportOptions options = TransportOptions.of(Map.of());
    return RegistryClient.create(
        patient
            ? options
            : options
                .withRetry(quick)
                .withTimeouts(
                    new TransportOptions.Timeouts(
                        Duration.ofSeconds(10), Duration.ofMillis(PATIENCE_MILLIS))),
        CredentialStore.anonymous(),
        TransferListener.none());
  }

  private static Image image(long seed) throws IOException {
    Random random = new Random(seed);
    int size = seed % 10 == 0 ? 5_000_000 : SIZES[random.nextInt(SIZES.length)];
    return TestImages.random(seed, 1 + random.nextInt(4), size);
  }

  private static Run run(long seed) throws IOException {
    Image image = image(seed);
    double rate = RATES[(int) (seed % RATES.length)];
    ImageReference source = reference(registry.host(), "source/s" + seed);
    ImageReference target = reference(registry.host(), "target/s" + seed);
    long start = System.nanoTime();
    try (FaultProxy proxy = new FaultProxy(registry.port(), seed, rate, PATIENCE_MILLIS);
        RegistryClient direct = client(true);
        RegistryClient shaken = client(false)) {
      int kind = (int) (seed / RATES.length % 3);
      if (kind > 0) {
        Pusher.push(direct, image, List.of(source));
      }
      Outcome outcome = Outcome.DONE;
      try {
        switch (kind) {
          case 0 -> Pusher.push(shaken, image, List.of(reference(proxy.host(), "target/s" + seed)));
          case 1 ->
              Pusher.push(
                  shaken,
                  shaken.bundle(reference(proxy.host(), "source/s" + seed)),
                  List.of(reference(proxy.host(), "target/s" + seed)));
          default -> pull(shaken, reference(proxy.host(), "source/s" + seed), image, seed);
        }
        if (kind < 2) {
          pull(direct, target, image, seed);
        }
      } catch (RegistryException e) {
        outcome = Outcome.CLEAR_ERROR;
        assertThat(e.getMessage()).as("seed %d", seed).isNotBlank().doesNotContain("\n", "Bearer");
        checkWhatIsTagged(direct, target, image, seed);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertThat(took).as("time of seed %d", seed).isLessThan(LONGEST);
      assertThat(proxy.rules().breaches()).as("seed %d", seed).isEmpty();
      return new Run(seed, outcome, proxy.rules().checked());
    }
  }

  private static ImageReference reference(String host, String repository) {
    return ImageReference.parse(host + "/" + repository + ":t");
  }

  /** A push that failed may have stored all of it, or have no tag; nothing in between. */
  private static void checkWhatIsTagged(
      RegistryClient direct, ImageReference target, Image image, long seed) throws IOException {
    ResolvedImage found;
    try {
      found = direct.resolve(target, AMD64);
    } catch (RegistryException e) {
      assertThat(e.kind()).as("seed %d: %s", seed, e).isEqualTo(RegistryException.Kind.NOT_FOUND);
      return;
    }
    assertThat(found.digest()).as("seed %d", seed).isEqualTo(image.digest());
    pull(direct, target, image, seed);
  }

  private static void pull(RegistryClient client, ImageReference reference, Image image, long seed)
      throws IOException {
    ResolvedImage found = client.resolve(reference, AMD64);
    assertThat(found.manifest().bytes()).as("seed %d", seed).isEqualTo(image.manifest().bytes());
    assertThat(ImageRules.ofDocument(found.manifest().bytes(), found.manifest().mediaType()))
        .as("seed %d", seed)
        .isEmpty();
    assertThat(ImageRules.ofConfig(found.config().bytes())).as("seed %d", seed).isEmpty();
    for (BlobSource layer : found.image(client).layers()) {
      try (InputStream in = layer.open()) {
        assertThat(layer.descriptor().digest().matches(in.readAllBytes()))
            .as("seed %d", seed)
            .isTrue();
      }
    }
  }
}
