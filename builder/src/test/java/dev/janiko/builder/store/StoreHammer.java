package dev.janiko.builder.store;

import dev.janiko.registry.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/**
 * A process that works with a store as builds do, or prunes it, until its rounds are over or it is
 * killed. It fails when a layer that it found is not whole or goes away.
 */
final class StoreHammer {
  static final int LAYERS = 5;
  private static final int FILES = 40;

  private StoreHammer() {}

  /** {@code FOLDER build|prune SEED ROUNDS}. */
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Random random = new Random(Long.parseLong(args[2]));
    System.out.println("begins");
    for (int round = 0; round < Integer.parseInt(args[3]); round++) {
      if (args[1].equals("prune")) {
        try (LayerStore store = LayerStore.open(folder)) {
          var _ = new Pruning(Optional.empty(), OptionalLong.of(0), false).run(store);
        }
      } else {
        build(folder, random);
      }
    }
    System.out.println("ends");
  }

  private static void build(Path folder, Random random) throws Exception {
    try (LayerStore store = LayerStore.open(folder)) {
      List<Path> used = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        ChainId chain = chain(random.nextInt(LAYERS));
        Optional<Path> found = store.find(chain);
        used.add(found.isPresent() ? found.get() : make(store, chain));
        requireWhole(used.getLast());
      }
      Thread.sleep(random.nextInt(10));
      for (Path layer : used) {
        requireWhole(layer);
      }
    }
  }

  static ChainId chain(int number) {
    return ChainId.of(Digest.sha256Of(("layer " + number).getBytes(StandardCharsets.UTF_8)));
  }

  private static Path make(LayerStore store, ChainId chain) throws IOException {
    Path unpacked = Files.createTempDirectory(store.work(), "layer-");
    for (int i = 0; i < FILES; i++) {
      Files.writeString(unpacked.resolve("file" + i), "text");
    }
    return store.keep(chain, unpacked, FILES, 4 * FILES);
  }

  /** Fails if a layer is not all that was made. */
  static void requireWhole(Path layer) throws IOException {
    for (int i = 0; i < FILES; i++) {
      if (!Files.readString(layer.resolve("file" + i)).equals("text")) {
        throw new IOException(layer + " is not whole");
      }
    }
  }
}
