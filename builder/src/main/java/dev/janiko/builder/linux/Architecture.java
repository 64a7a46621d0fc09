package dev.janiko.builder.linux;

import java.util.Locale;

/**
 * The machine's instruction set, as far as the kernel's and the C library's numbers depend on it.
 *
 * <p>Only the ones listed are supported: system calls made with another machine's numbers would do
 * something else than what was asked. All that differs between them is chosen by {@link #either}:
 *
 * <table>
 * <caption>What differs</caption>
 * <tr><th>what</th><th>x86-64</th><th>arm64</th><th>where</th></tr>
 * <tr><td>system call numbers</td><td>a table of its own</td><td>the generic table</td>
 *     <td>{@link SystemCall}</td></tr>
 * <tr><td>O_DIRECTORY</td><td>0200000</td><td>040000</td><td>{@link FileFlags}</td></tr>
 * <tr><td>O_NOFOLLOW</td><td>0400000</td><td>0100000</td><td>{@link FileFlags}</td></tr>
 * <tr><td>signal mask in ucontext_t</td><td>296, behind the registers</td>
 *     <td>40, before them</td><td>{@link ChildCalls}</td></tr>
 * <tr><td>size of ucontext_t</td><td>968</td><td>4560</td><td>{@link ChildCalls}, by the larger
 *     </td></tr>
 * </table>
 *
 * <p>The same on both, as both are 64-bit, little-endian and take the generic definitions: errno,
 * the other {@code O_} flags and all {@code AT_} ones, mount, clone, prctl, waitid and capability
 * constants, ioctl requests, signal numbers, the layouts of statx, timespec, linux_dirent64, ifreq
 * and winsize, {@code uc_link} and {@code uc_stack}, and the way that up to eight words travel to a
 * function.
 */
enum Architecture {
  X86_64,
  AARCH64;

  /** The one this program runs on. */
  static final Architecture CURRENT = of(System.getProperty("os.arch", ""));

  /**
   * The one with a name as in the system property {@code os.arch}.
   *
   * @throws UnsupportedOperationException if its system call numbers are not known here
   */
  static Architecture of(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64", "arm64" -> AARCH64;
      default ->
          throw new UnsupportedOperationException(
              "this machine's architecture, \""
                  + name
                  + "\", is not supported: Linux system calls are known for x86-64 and arm64 only");
    };
  }

  /** The number that holds on this machine. */
  int either(int x86, int arm) {
    return switch (this) {
      case X86_64 -> x86;
      case AARCH64 -> arm;
    };
  }
}
