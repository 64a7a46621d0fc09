package dev.janiko.builder.linux;

/**
 * The flags of calls on files: {@code O_} of open(2), {@code AT_} of the calls that end in {@code
 * at}.
 *
 * <p>From {@code include/uapi/asm-generic/fcntl.h} and {@code include/uapi/linux/fcntl.h}; those
 * that arm64 has otherwise, from {@code arch/arm64/include/uapi/asm/fcntl.h}.
 */
final class FileFlags {
  static final long AT_FDCWD = -100;
  static final long AT_SYMLINK_NOFOLLOW = 0x100;
  static final long AT_REMOVEDIR = 0x200;
  static final long AT_EMPTY_PATH = 0x1000;

  static final long O_RDONLY = 0;
  static final long O_WRONLY = 1;
  static final long O_CREAT = 0100;
  static final long O_EXCL = 0200;
  static final long O_NONBLOCK = 04000;
  static final long O_CLOEXEC = 02000000;
  static final long O_PATH = 010000000;
  static final long O_DIRECTORY = Architecture.CURRENT.either(0200000, 040000);
  static final long O_NOFOLLOW = Architecture.CURRENT.either(0400000, 0100000);

  private FileFlags() {}
}
