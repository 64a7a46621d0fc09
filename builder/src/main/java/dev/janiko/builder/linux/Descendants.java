package dev.janiko.builder.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Processes that descend from this one but left its session, as everything a {@link Launch} starts
 * does: what remains of a program when the program itself has ended.
 *
 * <p>For places without process namespaces. Processes that the JVM started otherwise share its
 * session and are left alone.
 */
public final class Descendants {
  private static final long PR_SET_CHILD_SUBREAPER = 36;
  private static final long PR_SET_DUMPABLE = 4;
  private static final long NO_WAIT = 1;
  private static final Path PROC = Path.of("/proc");
  private static final int ROUNDS = 2000;
  private static final int STATE = 0;
  private static final int PARENT = 1;
  private static final int SESSION = 3;

  private Descendants() {}

  /** Has orphans among them become children of this process, instead of the machine's init. */
  public static void adopt() throws LinuxException {
    Syscall.check(
        Syscall.call(SystemCall.PRCTL, PR_SET_CHILD_SUBREAPER, 1), "prctl(PR_SET_CHILD_SUBREAPER)");
  }

  /**
   * Closes this process's memory, environment and descriptors to them, and to all others without
   * CAP_SYS_PTRACE, though they are the same user.
   */
  public static void keepOut() throws LinuxException {
    Syscall.check(Syscall.call(SystemCall.PRCTL, PR_SET_DUMPABLE, 0), "prctl(PR_SET_DUMPABLE)");
  }

  /**
   * Kills them all, also those they start meanwhile, and returns when they are gone.
   *
   * @throws IOException if some do not die within seconds
   */
  public static void killAll() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      List<Entry> found = find();
      if (found.isEmpty()) {
        return;
      }
      for (Entry entry : found) {
        Syscall.call(SystemCall.KILL, entry.pid(), Child.KILL);
        Syscall.call(SystemCall.WAIT4, entry.pid(), 0, NO_WAIT, 0);
      }
      pause(round);
    }
    throw new IOException("processes that a step left behind do not end when killed: " + find());
  }

  private static void pause(int round) {
    if (round > 0) {
      try {
        Thread.sleep(1);
      } catch (InterruptedException e) {
        // What was begun is finished first; the caller sees the interruption then.
        Thread.currentThread().interrupt();
        Thread.onSpinWait();
      }
    }
  }

  private static List<Entry> find() throws IOException {
    long self = ProcessHandle.current().pid();
    long session = Syscall.call(SystemCall.GETSID, 0);
    Map<Long, Entry> all = new HashMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        read(entry, all);
      }
    }
    List<Entry> found = new ArrayList<>();
    for (Entry entry : all.values()) {
      boolean zombieOfOthers = entry.zombie() && entry.parent() != self;
      if (entry.session() != session && !zombieOfOthers && descends(entry, self, all)) {
        found.add(entry);
      }
    }
    return found;
  }

  private static boolean descends(Entry entry, long ancestor, Map<Long, Entry> all) {
    Entry current = entry;
    for (int i = 0; i <= all.size() && current != null; i++) {
      if (current.parent() == ancestor) {
        return true;
      }
      current = all.get(current.parent());
    }
    return false;
  }

  private static void read(Path process, Map<Long, Entry> all) throws IOException {
    String stat;
    try {
      stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      if (Files.exists(process)) {
        throw e;
      }
      return;
    }
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    long pid = Long.parseLong(String.valueOf(process.getFileName()));
    all.put(
        pid,
        new Entry(
            pid,
            Long.parseLong(fields[PARENT]),
            Long.parseLong(fields[SESSION]),
            fields[STATE].equals("Z")));
  }

  private record Entry(long pid, long parent, long session, boolean zombie) {}
}
