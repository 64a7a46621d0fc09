package dev.janiko.builder.rootfs;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.tar.TarEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a layer is unpacked.
 *
 * @param whiteouts how removals are expressed
 * @param lowers with an overlay style, the directories of the layers below, topmost first; they are
 *     only read
 * @param excluded paths from the root that are neither written nor removed; must hold for all below
 *     such a path too
 * @param adapt makes of each entry the one that is unpacked
 * @param ledger holds what root alone could set; null if this process can
 * @param maxBytes most bytes of content, holes included
 * @param maxEntries most entries of the archive
 */
public record UnpackOptions(
    WhiteoutStyle whiteouts,
    List<Path> lowers,
    ExcludedPaths excluded,
    UnaryOperator<TarEntry> adapt,
    @Nullable Ledger ledger,
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
    requireNonNull(adapt, "adapt is null");
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
    return of(WhiteoutStyle.ofThisPlace(), lowers);
  }

  /** On top of what the directory holds, from an archive that is no layer: nothing is removed. */
  public static UnpackOptions plain() {
    return of(WhiteoutStyle.NONE, List.of());
  }

  private static UnpackOptions of(WhiteoutStyle style, List<Path> lowers) {
    return new UnpackOptions(
        style,
        lowers,
        ExcludedPaths.none(),
        UnaryOperator.identity(),
        null,
        DEFAULT_MAX_BYTES,
        DEFAULT_MAX_ENTRIES);
  }

  /** The same with paths left alone. */
  public UnpackOptions excluding(ExcludedPaths paths) {
    return new UnpackOptions(whiteouts, lowers, paths, adapt, ledger, maxBytes, maxEntries);
  }

  /** The same with entries changed before they are unpacked. */
  public UnpackOptions adapting(UnaryOperator<TarEntry> change) {
    return new UnpackOptions(whiteouts, lowers, excluded, change, ledger, maxBytes, maxEntries);
  }

  /** The same with other limits. */
  public UnpackOptions limitedTo(long bytes, long entries) {
    return new UnpackOptions(whiteouts, lowers, excluded, adapt, ledger, bytes, entries);
  }

  /** The same with what root alone could set kept in a ledger, if there is one. */
  public UnpackOptions recordedIn(@Nullable Ledger book) {
    return new UnpackOptions(whiteouts, lowers, excluded, adapt, book, maxBytes, maxEntries);
  }
}
