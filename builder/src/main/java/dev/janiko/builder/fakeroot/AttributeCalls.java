package dev.janiko.builder.fakeroot;

import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.TracedInode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Calls on extended attributes, of which those that only root may set are recorded. */
final class AttributeCalls {
  private static final int CREATE = 1;
  private static final int REPLACE = 2;
  private static final int MOST_BYTES = 65_536;

  private final Caller caller;

  AttributeCalls(Caller caller) {
    this.caller = caller;
  }

  /** How a call names the inode, by its first argument. */
  enum Naming {
    PATH,
    LINK,
    DESCRIPTOR
  }

  private TracedInode inode(Naming naming) throws IOException {
    return switch (naming) {
      case PATH -> caller.at(caller.string(0), true);
      case LINK -> caller.at(caller.string(0), false);
      case DESCRIPTOR -> caller.descriptor(caller.number(0));
    };
  }

  private void requireRoot() throws LinuxException {
    if (!caller.identity().may(Identity.SETFCAP)) {
      throw new LinuxException("setxattr", Errno.EPERM);
    }
  }

  Reply set(Naming naming) throws IOException {
    String name = caller.string(1);
    if (!TracedInode.isKept(name)) {
      return Reply.PROCEED;
    }
    requireRoot();
    int size = caller.number(3);
    if (size < 0 || size > MOST_BYTES) {
      throw new LinuxException("setxattr", Errno.E2BIG);
    }
    byte[] value = size == 0 ? new byte[0] : caller.bytes(caller.word(2), size).array();
    int flags = caller.number(4);
    try (TracedInode inode = inode(naming)) {
      boolean there = inode.xattr(name).isPresent();
      if (there && (flags & CREATE) != 0) {
        throw new LinuxException("setxattr", Errno.EEXIST);
      }
      if (!there && (flags & REPLACE) != 0) {
        throw new LinuxException("setxattr", Errno.ENODATA);
      }
      inode.setXattr(name, value);
      return Reply.DONE;
    }
  }

  Reply get(Naming naming) throws IOException {
    String name = caller.string(1);
    if (!TracedInode.isKept(name)) {
      return Reply.PROCEED;
    }
    Optional<byte[]> value;
    try (TracedInode inode = inode(naming)) {
      value = inode.xattr(name);
    }
    return value.isPresent() ? hand(value.get(), 2) : Reply.PROCEED;
  }

  /** Writes into the buffer and size that two arguments are, as both reading calls have it. */
  private Reply hand(byte[] value, int buffer) throws IOException {
    long size = caller.word(buffer + 1);
    if (size == 0) {
      return new Reply.Value(value.length);
    }
    if (size < value.length) {
      throw new LinuxException("getxattr", Errno.ERANGE);
    }
    caller.write(caller.word(buffer), value);
    return new Reply.Value(value.length);
  }

  Reply list(Naming naming) throws IOException {
    Set<String> names;
    try (TracedInode inode = inode(naming)) {
      Set<String> kept = inode.xattrs().keySet();
      if (kept.isEmpty()) {
        return Reply.PROCEED;
      }
      names = new LinkedHashSet<>(inode.ordinaryXattrs());
      names.addAll(kept);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String name : names) {
      all.writeBytes(name.getBytes(StandardCharsets.ISO_8859_1));
      all.write(0);
    }
    return hand(all.toByteArray(), 1);
  }

  Reply remove(Naming naming) throws IOException {
    String name = caller.string(1);
    if (!TracedInode.isKept(name)) {
      return Reply.PROCEED;
    }
    requireRoot();
    try (TracedInode inode = inode(naming)) {
      if (inode.xattr(name).isEmpty()) {
        throw new LinuxException("removexattr", Errno.ENODATA);
      }
      inode.removeXattr(name);
      return Reply.DONE;
    }
  }
}
