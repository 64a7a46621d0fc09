package dev.janiko.builder.store;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The identity of a stack of layers: each unpacked layer is kept under the chain that it tops,
 * because what an unpacked layer looks like may depend on the layers below it (image-spec, config,
 * "Layer ChainID").
 *
 * @param digest the chain's digest
 */
public record ChainId(Digest digest) {
  /** Names a chain. */
  public ChainId {
    requireNonNull(digest, "digest is null");
  }

  /** The chain of a bottom layer alone. */
  public static ChainId of(Digest diffId) {
    return new ChainId(diffId);
  }

  /** The chain of one more layer upon this one. */
  public ChainId plus(Digest diffId) {
    String both = digest + " " + diffId;
    return new ChainId(Digest.sha256Of(both.getBytes(StandardCharsets.UTF_8)));
  }

  /** The chains of every layer of an image, bottom first. */
  public static List<ChainId> chain(List<Digest> diffIds) {
    List<ChainId> chains = new ArrayList<>();
    for (Digest diffId : diffIds) {
      chains.add(chains.isEmpty() ? of(diffId) : chains.getLast().plus(diffId));
    }
    return List.copyOf(chains);
  }
}
