package dev.janiko.builder.base;

import dev.janiko.builder.rootfs.UnpackOptions;
import dev.janiko.builder.store.ChainId;
import dev.janiko.builder.store.LayerStore;
import dev.janiko.registry.Digest;
import dev.janiko.registry.image.BlobSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** One layer on its way from a registry into the store, for overlays. */
final class LayerUnpacking {
  private static final String FOLDER_MODE = "rwxr-xr-x";

  private final LayerStore store;
  private final BlobSource layer;
  private final List<Path> below;

  /**
   * Names a layer.
   *
   * @param below the folders of the layers below it, lowest first
   */
  LayerUnpacking(LayerStore store, BlobSource layer, List<Path> below) {
    this.store = store;
    this.layer = layer;
    this.below = List.copyOf(below);
  }

  /**
   * Downloads, verifies and unpacks.
   *
   * @return the layer's folder in the store
   * @throws IOException if the layer cannot be had, or is not what its digests say
   */
  Path run(ChainId chain, Digest diffId) throws IOException {
    return store.keep(chain, apart(diffId));
  }

  /**
   * Downloads, verifies and unpacks for this build alone.
   *
   * @return the layer's folder in the store's work folder
   * @throws IOException as {@link #run}
   */
  Path apart(Digest diffId) throws IOException {
    Path folder = Files.createTempDirectory(store.work(), "layer-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(FOLDER_MODE));
    new VerifiedLayer(layer, diffId).unpack(folder, UnpackOptions.overlay(below.reversed()));
    return folder;
  }
}
