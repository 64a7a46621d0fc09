package dev.janiko.builder.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Extended attributes (xattr(7)) of an entry that is named by a path that no link can divert:
 * {@code /proc/self/fd/N/name}, where the last name is not followed.
 */
final class Xattrs {
  /** XATTR_SIZE_MAX and XATTR_LIST_MAX of the kernel. */
  private static final int MAX_BYTES = 65_536;

  private Xattrs() {}

  static Optional<byte[]> get(String path, String name) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    MemorySegment value = scratch.transfer();
    int size =
        FileCalls.call(
            FileCalls.LGETXATTR,
            scratch,
            scratch.path(path, "lgetxattr").address(),
            scratch.otherPath(name, "lgetxattr").address(),
            value.address(),
            MAX_BYTES,
            0);
    if (size < 0) {
      if (isAbsence(scratch.lastErrno())) {
        return Optional.empty();
      }
      throw scratch.failure("lgetxattr(" + path + ", " + name + ")");
    }
    return Optional.of(bytes(value, size));
  }

  /** Whether an attribute is missing, or its file system has none at all. */
  static boolean isAbsence(int errno) {
    return errno == Errno.ENODATA.number() || errno == Errno.EOPNOTSUPP.number();
  }

  static void set(String path, String name, byte[] value) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    String call = "lsetxattr(" + path + ", " + name + ")";
    int result =
        FileCalls.call(
            FileCalls.LSETXATTR,
            scratch,
            scratch.path(path, call).address(),
            scratch.otherPath(name, call).address(),
            copy(scratch, value, call).address(),
            value.length,
            0);
    if (result < 0) {
      throw scratch.failure(call);
    }
  }

  static MemorySegment copy(Native.Scratch scratch, byte[] value, String call)
      throws LinuxException {
    if (value.length > MAX_BYTES) {
      throw new LinuxException(call, Errno.E2BIG);
    }
    MemorySegment segment = scratch.transfer();
    MemorySegment.copy(value, 0, segment, ValueLayout.JAVA_BYTE, 0, value.length);
    return segment;
  }

  static Map<String, byte[]> all(String path) throws LinuxException {
    Map<String, byte[]> all = new TreeMap<>();
    for (String name : names(path)) {
      get(path, name).ifPresent(value -> all.put(name, value));
    }
    return all;
  }

  private static List<String> names(String path) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    MemorySegment list = scratch.transfer();
    int size =
        FileCalls.call(
            FileCalls.LLISTXATTR,
            scratch,
            scratch.path(path, "llistxattr").address(),
            list.address(),
            MAX_BYTES,
            0,
            0);
    if (size < 0) {
      if (isAbsence(scratch.lastErrno())) {
        return List.of();
      }
      throw scratch.failure("llistxattr(" + path + ")");
    }
    List<String> names = new ArrayList<>();
    String joined = new String(bytes(list, size), StandardCharsets.ISO_8859_1);
    int start = 0;
    for (int end = joined.indexOf(0); end >= 0; end = joined.indexOf(0, start)) {
      names.add(joined.substring(start, end));
      start = end + 1;
    }
    return names;
  }

  static byte[] bytes(MemorySegment from, int size) {
    byte[] bytes = new byte[size];
    MemorySegment.copy(from, ValueLayout.JAVA_BYTE, 0, bytes, 0, size);
    return bytes;
  }
}
