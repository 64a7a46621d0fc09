package dev.janiko.builder.copy;

/** Which paths below the root that is copied from are left out. Paths are raw, without links. */
public interface Exclusions {
  /** Whether a path is left out. */
  boolean excludes(String path);

  /** Whether something below a directory that is left out may be taken back in. */
  boolean mayIncludeBelow(String directory);

  /** Leaves nothing out. */
  static Exclusions none() {
    return new Exclusions() {
      @Override
      public boolean excludes(String path) {
        return false;
      }

      @Override
      public boolean mayIncludeBelow(String directory) {
        return true;
      }
    };
  }
}
