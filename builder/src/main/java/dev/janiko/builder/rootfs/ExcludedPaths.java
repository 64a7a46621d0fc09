package dev.janiko.builder.rootfs;

import dev.janiko.builder.linux.UnixPath;
import java.util.function.Predicate;

/** Paths from a root that are left alone, each with all below it. */
@FunctionalInterface
public interface ExcludedPaths extends Predicate<UnixPath> {
  /** Whether a path from the root, or one above it, is left alone. */
  @Override
  boolean test(UnixPath path);

  /**
   * Whether something below a directory may be left alone; who walks a tree need not ask for each
   * path where that is not so.
   */
  default boolean mayBeBelow(UnixPath directory) {
    return true;
  }

  /** No path. */
  static ExcludedPaths none() {
    return None.INSTANCE;
  }

  /** No path is left alone. */
  enum None implements ExcludedPaths {
    /** The only one. */
    INSTANCE;

    @Override
    public boolean test(UnixPath path) {
      return false;
    }

    @Override
    public boolean mayBeBelow(UnixPath directory) {
      return false;
    }
  }
}
