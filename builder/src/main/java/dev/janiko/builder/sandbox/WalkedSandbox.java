package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.rootfs.ExcludedPaths;
import org.jspecify.annotations.Nullable;

/** Roots of plain files, into which bases are unpacked and whose changes show by comparing. */
public interface WalkedSandbox extends Sandbox {
  /**
   * Paths that belong to no image, relative to a stage's root and raw: to be left out when a base
   * image is unpacked and when changes are looked for.
   */
  ExcludedPaths kept();

  /**
   * Holds what root alone could set on a stage's files, which are to be opened with it; null if
   * this process is root.
   */
  @Nullable Ledger ledger();
}
