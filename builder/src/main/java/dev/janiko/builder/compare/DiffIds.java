package dev.janiko.builder.compare;

import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;

/** Whether layers are those that configs name. */
final class DiffIds {
  private DiffIds() {}

  static void check(String image, int number, Digest expected, LayerIndex layer)
      throws RegistryException {
    if (!layer.diffId().equals(expected)) {
      throw RegistryException.invalid(
          "layer %d of %s is %s, but the config names %s"
              .formatted(number, image, layer.diffId(), expected));
    }
  }
}
