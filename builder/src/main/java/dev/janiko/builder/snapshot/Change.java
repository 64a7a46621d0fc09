package dev.janiko.builder.snapshot;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;

/** One thing that a layer has to say about a path. */
public sealed interface Change {

  /** The path from the root, without a leading slash; empty only for an opaque root. */
  UnixPath path();

  /**
   * What is at the path now: new, altered, or a directory with something changed in it.
   *
   * @param path from the root
   * @param stat what it was when the change was found
   */
  record Entry(UnixPath path, Stat stat) implements Change {
    /** Refuses missing parts. */
    public Entry {
      requireNonNull(path, "path is null");
      requireNonNull(stat, "stat is null");
    }
  }

  /**
   * The path is gone, with all below it.
   *
   * @param path from the root
   */
  record Whiteout(UnixPath path) implements Change {
    /** Refuses missing parts. */
    public Whiteout {
      requireNonNull(path, "path is null");
    }
  }

  /**
   * Of the directory only what the same layer brings is left.
   *
   * @param path from the root
   */
  record OpaqueDirectory(UnixPath path) implements Change {
    /** Refuses missing parts. */
    public OpaqueDirectory {
      requireNonNull(path, "path is null");
    }
  }
}
