package dev.janiko.builder.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The mode bits that the kernel takes from everything this thread makes (umask(2)). */
public final class Umask {
  private static final String KEY = "Umask:";

  private Umask() {}

  /** The mask, read without changing it, which umask(2) cannot do. */
  public static int current() throws IOException {
    Path status = Path.of("/proc/thread-self/status");
    for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
      if (line.startsWith(KEY)) {
        return Integer.parseInt(line.substring(KEY.length()).strip(), 8);
      }
    }
    throw new IOException(status + " has no line " + KEY);
  }

  /** Sets the mask of all threads that share the caller's file system state. */
  public static void set(int mask) {
    Syscall.call(SystemCall.UMASK, mask);
  }
}
