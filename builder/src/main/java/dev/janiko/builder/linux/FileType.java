package dev.janiko.builder.linux;

/** What a directory entry is (inode(7), "The file type and mode"). */
public enum FileType {
  REGULAR(0100000, 8),
  DIRECTORY(0040000, 4),
  SYMLINK(0120000, 10),
  FIFO(0010000, 1),
  CHARACTER_DEVICE(0020000, 2),
  BLOCK_DEVICE(0060000, 6),
  SOCKET(0140000, 12);

  private static final int MASK = 0170000;
  private static final FileType[] BY_DIRENT = new FileType[16];

  static {
    for (FileType type : values()) {
      BY_DIRENT[type.dirent] = type;
    }
  }

  private final int bits;
  private final int dirent;

  FileType(int bits, int dirent) {
    this.bits = bits;
    this.dirent = dirent;
  }

  /** The S_IFMT bits of a mode. */
  int bits() {
    return bits;
  }

  /** The type in a mode as stat(2) gives it: the DT_ value is the S_IFMT value shifted by 12. */
  static FileType ofMode(int mode) {
    FileType type = BY_DIRENT[(mode & MASK) >> 12];
    if (type == null) {
      throw new IllegalArgumentException("not a file type: " + Integer.toOctalString(mode));
    }
    return type;
  }
}
