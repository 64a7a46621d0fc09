package dev.janiko.builder.tar;

/** What an entry of an archive makes. */
public enum EntryType {
  REGULAR('0'),
  HARD_LINK('1'),
  SYMLINK('2'),
  CHARACTER_DEVICE('3'),
  BLOCK_DEVICE('4'),
  DIRECTORY('5'),
  FIFO('6');

  private final char flag;

  EntryType(char flag) {
    this.flag = flag;
  }

  /** The type flag of POSIX ustar. */
  char flag() {
    return flag;
  }
}
