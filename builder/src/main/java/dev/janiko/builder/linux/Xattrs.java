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
 * Extended attributes (xattr(7)) of one inode.
 *
 * <p>It is named by its descriptor or, as no call takes a name in a directory, by a path that no
 * link can divert: {@code /proc/self/fd/N/name}, where the last name is not followed.
 */
final class Xattrs {
  /** XATTR_SIZE_MAX and XATTR_LIST_MAX of the kernel. */
  private static final int MAX_BYTES = 65_536;

  private final Descriptor descriptor;

  /** In the directory; empty if the descriptor's own inode is meant. */
  private final String name;

  private Xattrs(Descriptor descriptor, String name) {
    this.descriptor = descriptor;
    this.name = name;
  }

  /** Those of what a descriptor holds. */
  static Xattrs of(Descriptor descriptor) {
    return new Xattrs(descriptor, "");
  }

  /** Those of a name in a directory. */
  static Xattrs of(Descriptor directory, String name) {
    return new Xattrs(directory, name);
  }

  /** One of them, or nothing if it is not set or the file system has none at all. */
  Optional<byte[]> get(String attribute) throws LinuxException {
    Ledger ledger = descriptor.ledger();
    if (ledger != null && Ledger.keeps(attribute)) {
      return new Ledgered(descriptor, ledger, name).xattr(attribute);
    }
    Native.Scratch scratch = Native.scratch();
    MemorySegment value = scratch.transfer();
    long size =
        Syscall.call(
            either(SystemCall.FGETXATTR, SystemCall.LGETXATTR),
            inode(scratch),
            scratch.otherPath(attribute, "getxattr").address(),
            value.address(),
            MAX_BYTES);
    if (isAbsence(size)) {
      return Optional.empty();
    }
    check(size, "getxattr " + attribute);
    return Optional.of(bytes(value, size));
  }

  /** Sets one of them. */
  void set(String attribute, byte[] value) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    String call = "setxattr " + attribute;
    Ledger ledger = descriptor.ledger();
    if (ledger != null && Ledger.keeps(attribute)) {
      new Ledgered(descriptor, ledger, name).setXattr(attribute, value);
      return;
    }
    if (value.length > MAX_BYTES) {
      throw new LinuxException(descriptor.describe(call, name), Errno.E2BIG);
    }
    MemorySegment copy = scratch.transfer();
    MemorySegment.copy(value, 0, copy, ValueLayout.JAVA_BYTE, 0, value.length);
    check(
        Syscall.call(
            either(SystemCall.FSETXATTR, SystemCall.LSETXATTR),
            inode(scratch),
            scratch.otherPath(attribute, call).address(),
            copy.address(),
            value.length),
        call);
  }

  /** All that this process may see. */
  Map<String, byte[]> all() throws LinuxException {
    Map<String, byte[]> all = new TreeMap<>();
    for (String attribute : names()) {
      get(attribute).ifPresent(value -> all.put(attribute, value));
    }
    Ledger ledger = descriptor.ledger();
    if (ledger != null) {
      all.putAll(new Ledgered(descriptor, ledger, name).xattrs());
    }
    return all;
  }

  private List<String> names() throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    MemorySegment list = scratch.transfer();
    long size =
        Syscall.call(
            either(SystemCall.FLISTXATTR, SystemCall.LLISTXATTR),
            inode(scratch),
            list.address(),
            MAX_BYTES);
    if (isAbsence(size)) {
      return List.of();
    }
    check(size, "listxattr");
    List<String> names = new ArrayList<>();
    String joined = new String(bytes(list, size), StandardCharsets.ISO_8859_1);
    int start = 0;
    for (int end = joined.indexOf(0); end >= 0; end = joined.indexOf(0, start)) {
      names.add(joined.substring(start, end));
      start = end + 1;
    }
    return names;
  }

  private SystemCall either(SystemCall byDescriptor, SystemCall byPath) {
    return name.isEmpty() ? byDescriptor : byPath;
  }

  /** The first argument of the calls: a number, or the address of a path in the first buffer. */
  private long inode(Native.Scratch scratch) throws LinuxException {
    return name.isEmpty()
        ? descriptor.number()
        : scratch.path(descriptor.selfPath() + "/" + name, "xattr").address();
  }

  private static boolean isAbsence(long answer) {
    return Syscall.is(answer, Errno.ENODATA) || Syscall.is(answer, Errno.EOPNOTSUPP);
  }

  private void check(long answer, String call) throws LinuxException {
    descriptor.check(answer, call, name);
  }

  private static byte[] bytes(MemorySegment from, long size) {
    return from.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE);
  }
}
