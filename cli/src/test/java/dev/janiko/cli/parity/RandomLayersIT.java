package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * After 30 layers of random changes an image holds what the engine's holds, in both sandboxes.
 * {@code -Djaniko.seed=} chooses the changes, {@code -Djaniko.rounds=} how many images are made,
 * each with a seed one higher.
 */
class RandomLayersIT {
  private static final int LAYERS = 30;

  @TempDir private Path work;

  @Test
  void flattenedImagesAreTheEngines() throws Exception {
    long seed = Long.getLong("janiko.seed", 20261121);
    int rounds = Integer.getInteger("janiko.rounds", 1);
    Parts parts = Parts.read();
    Sandboxes sandboxes = new Sandboxes(work, parts);
    try {
      for (int round = 0; round < rounds; round++) {
        compare(seed + round, parts, sandboxes);
      }
    } finally {
      sandboxes.clear();
    }
  }

  private void compare(long seed, Parts parts, Sandboxes sandboxes) throws IOException {
    Path context = context(seed, parts);
    long since = System.currentTimeMillis() / 1000;
    List<String> options = List.of("--tar-path", "OUT/image.tar", "-d", "random/ours");
    Comparison.Built theirs = built(engine(context, seed, parts), since);
    Comparison.Built namespace =
        built(sandboxes.namespace(context, Map.of(), options).good().image(work), since);
    Comparison.Built inplace =
        built(sandboxes.inplace(context, Map.of(), options).good().image(work), since);
    assertSame(
        new Comparison(theirs, namespace, Comparison.Judge.BUILDKIT), "namespace", seed, context);
    assertSame(
        new Comparison(theirs, inplace, Comparison.Judge.BUILDKIT), "inplace", seed, context);
  }

  private static Comparison.Built built(FlatImage image, long since) {
    return new Comparison.Built(image, since);
  }

  private static void assertSame(Comparison both, String sandbox, long seed, Path context)
      throws IOException {
    List<String> differences = both.differences();
    assertThat(differences)
        .as(
            "-Djaniko.seed=%d, %s:\n%s\n%s",
            seed,
            sandbox,
            String.join("\n", differences),
            Files.readString(context.resolve("Dockerfile")))
        .isEmpty();
  }

  private Path context(long seed, Parts parts) throws IOException {
    RandomSteps steps = new RandomSteps(seed);
    List<String> lines = new ArrayList<>();
    lines.add("FROM " + parts.get("image.busybox"));
    lines.add("RUN " + steps.first());
    for (int layer = 1; layer < LAYERS; layer++) {
      lines.add("RUN " + steps.next());
    }
    Path context = Files.createTempDirectory(work, "context");
    Files.writeString(context.resolve("Dockerfile"), String.join("\n", lines) + "\n");
    return context;
  }

  private FlatImage engine(Path context, long seed, Parts parts) throws IOException {
    Shell shell = new Shell(work);
    Engine engine = new Engine(parts, shell);
    String image = "random/theirs:" + seed;
    Map<String, String> variables = new HashMap<>(engine.environment());
    variables.put("DOCKER_BUILDKIT", "1");
    shell
        .run(
            variables,
            engine.command(
                List.of(
                    "build", "--network", "none", "--no-cache", "-t", image, context.toString())))
        .good();
    Path archive = Files.createTempFile(work, "engine", ".tar");
    engine.run("save", "--output", archive.toString(), image).good();
    return FlatImage.ofDockerArchive(archive, work);
  }
}
