package dev.janiko.builder.compare;

import static java.util.Objects.requireNonNull;

/**
 * A file that a layer brings and a later one replaces or removes: it is carried about for nothing.
 *
 * @param path the path, raw
 * @param size its bytes
 * @param brought the layer that brings it, counted from 1
 * @param gone the layer that replaces or removes it
 */
public record WastedFile(String path, long size, int brought, int gone) {
  /** Names a file. */
  public WastedFile {
    requireNonNull(path, "path is null");
  }
}
