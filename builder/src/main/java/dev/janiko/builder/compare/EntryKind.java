package dev.janiko.builder.compare;

/** What an entry of a layer is. */
public enum EntryKind {
  /** A regular file. */
  FILE("file"),
  /** A directory. */
  DIRECTORY("directory"),
  /** A symbolic link. */
  SYMLINK("symlink"),
  /** A further name of a file. Only in layers: in a file system all names are equal. */
  HARD_LINK("hard link"),
  /** A character device. */
  CHARACTER_DEVICE("character device"),
  /** A block device. */
  BLOCK_DEVICE("block device"),
  /** A named pipe. */
  FIFO("fifo"),
  /** Says that a path of the layers below is gone. Only in layers. */
  WHITEOUT("whiteout"),
  /** Says that all in a directory of the layers below is gone. Only in layers. */
  OPAQUE("opaque whiteout");

  private final String words;

  EntryKind(String words) {
    this.words = words;
  }

  /** The kind for people. */
  public String words() {
    return words;
  }
}
