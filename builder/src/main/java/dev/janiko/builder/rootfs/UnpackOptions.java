package dev.janiko.builder.rootfs;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.UnixPath;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * How a layer is unpacked.
 *
 * @param whiteouts how removals are expressed
 * @param lowers with an overlay style, the directories of the layers below, topmost first; they are
 *     only read
 * @param excluded paths from the root that are neither written nor removed; must hold for all below
 *     such a path too
 * @param maxBytes most bytes of content, holes included
 * @param maxEntries most entries of the archive
 */
public record UnpackOptions(
    WhiteoutStyle whiteouts,
    List<Path> lowers,
    Predicate<UnixPath> excluded,
    long maxBytes,
    long maxEntries) {

  /** 64 GiB: far above any sane layer, far below what a bomb wants. */
  public static final long DEFAULT_MAX_BYTES = 64L << 30;

  /** Ten million. */
  public static final long DEFAULT_MAX_ENTRIES = 10_000_000;

  /** Refuses lowers where they mean nothing. */
  public UnpackOptions {
    requireNonNull(whiteouts, "whiteouts is null");
    requireNonNull(excluded, "excluded is null");
    lowers = List.copyOf(lowers);
    if (!lowers.isEmpty() && !whiteouts.isOverlay()) {
      throw new IllegalArgumentException("layers that are applied have no lower directories");
    }
  }

  /** On top of what the directory holds. */
  public static UnpackOptions apply() {
    return of(WhiteoutStyle.APPLY, List.of());
  }

  /** Into a directory of its own that an overlay puts on others. */
  public static UnpackOptions overlay(List<Path> lowers) {
    return of(WhiteoutStyle.OVERLAY, lowers);
  }

  private static UnpackOptions of(WhiteoutStyle style, List<Path> lowers) {
    return new UnpackOptions(style, lowers, path -> false, DEFAULT_MAX_BYTES, DEFAULT_MAX_ENTRIES);
  }

  /** The same with paths left alone. */
  public UnpackOptions excluding(Predicate<UnixPath> paths) {
    return new UnpackOptions(whiteouts, lowers, paths, maxBytes, maxEntries);
  }

  /** The same with other limits. */
  public UnpackOptions limitedTo(long bytes, long entries) {
    return new UnpackOptions(whiteouts, lowers, excluded, bytes, entries);
  }
}
