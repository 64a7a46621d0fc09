package dev.janiko.builder.copy;

/** Which paths below the root that is copied from are left out. Paths are raw, without links. */
public interface Exclusions {
  /** Whether a path is left out. */
  boolean excludes(String path);

  /** Whether something below a directory that is left out may be taken back in. */
  boolean mayIncludeBelow(String directory);

  /** These, told relative to a folder, for paths from the root; the folder is raw, or empty. */
  default Exclusions below(String folder) {
    int begin = folder.isEmpty() ? 0 : folder.length() + 1;
    return new Exclusions() {
      @Override
      public boolean excludes(String path) {
        return Exclusions.this.excludes(relative(path));
      }

      @Override
      public boolean mayIncludeBelow(String directory) {
        return Exclusions.this.mayIncludeBelow(relative(directory));
      }

      private String relative(String path) {
        return path.substring(Math.min(begin, path.length()));
      }
    };
  }

  /** Leaves out what one of them does. */
  static Exclusions both(Exclusions one, Exclusions other) {
    return new Exclusions() {
      @Override
      public boolean excludes(String path) {
        return one.excludes(path) || other.excludes(path);
      }

      @Override
      public boolean mayIncludeBelow(String directory) {
        return (!one.excludes(directory) || one.mayIncludeBelow(directory))
            && (!other.excludes(directory) || other.mayIncludeBelow(directory));
      }
    };
  }

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
