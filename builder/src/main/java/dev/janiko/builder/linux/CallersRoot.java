package dev.janiko.builder.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The root directory of processes whose calls are answered here, where that is not this process's.
 *
 * <p>Their paths, with all links on the way, are looked up in it and never lead out (openat2(2)
 * with RESOLVE_IN_ROOT). What was found is held until {@link #release}. Used by one thread.
 */
public final class CallersRoot implements AutoCloseable {
  private static final long RESOLVE_NO_XDEV = 0x01;
  private static final long RESOLVE_NO_MAGICLINKS = 0x02;
  private static final long RESOLVE_IN_ROOT = 0x10;
  private static final int HOW_BYTES = 24;

  private final Dir root;
  private final @Nullable Ledger ledger;
  private final List<Descriptor> held = new ArrayList<>();

  private CallersRoot(Dir root, @Nullable Ledger ledger) {
    this.root = root;
    this.ledger = ledger;
  }

  /** The root of a thread. */
  public static CallersRoot of(int thread, Ledger ledger) throws LinuxException {
    return new CallersRoot(Dir.open(UnixPath.of("/proc/" + thread + "/root"), ledger), ledger);
  }

  /** A directory as root; closing this leaves it open. */
  static CallersRoot in(Dir root) throws LinuxException {
    return new CallersRoot(root.duplicate(), null);
  }

  /**
   * A path of this process that leads where one in the root leads, links followed.
   *
   * @param path raw, from the root
   * @param follow whether a link at its end is followed
   */
  public String reach(String path, boolean follow) throws LinuxException {
    long flags = FileFlags.O_PATH | FileFlags.O_CLOEXEC | (follow ? 0 : FileFlags.O_NOFOLLOW);
    long number = open(path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    Descriptor found = new Descriptor(number, path, ledger);
    held.add(found);
    return found.selfPath();
  }

  /**
   * Opens a directory in the root, on its own file system.
   *
   * @throws LinuxException EXDEV if it is on another
   */
  public Dir openDirectory(String path) throws LinuxException {
    long flags = FileFlags.O_CLOEXEC | FileFlags.O_DIRECTORY;
    long how = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
    return new Dir(new Descriptor(open(path, flags, how), path, ledger));
  }

  private long open(String path, long flags, long resolve) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    MemorySegment how = scratch.struct;
    how.set(ValueLayout.JAVA_LONG, 0, flags);
    how.set(ValueLayout.JAVA_LONG, 8, 0);
    how.set(ValueLayout.JAVA_LONG, 16, resolve);
    long address = scratch.path(path, "openat2").address();
    long from = root.descriptor.number();
    long number = Syscall.call(SystemCall.OPENAT2, from, address, how.address(), HOW_BYTES);
    return Syscall.check(number, "openat2");
  }

  /**
   * Where a link of /proc says that a directory is, as its processes see it.
   *
   * @param link such as {@code /proc/7/cwd}
   */
  public static String place(String link) throws LinuxException {
    Native.Scratch scratch = Native.scratch();
    MemorySegment target = scratch.otherPath;
    long address = scratch.path(link, "readlink").address();
    long most = Native.Scratch.PATH_BYTES;
    long length =
        Syscall.call(SystemCall.READLINKAT, FileFlags.AT_FDCWD, address, target.address(), most);
    Syscall.check(length, "readlink(" + link + ")");
    byte[] bytes = target.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Lets go of what was reached. */
  public void release() {
    held.forEach(Descriptor::close);
    held.clear();
  }

  @Override
  public void close() {
    release();
    root.close();
  }
}
