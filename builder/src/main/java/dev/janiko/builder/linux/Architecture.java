package dev.janiko.builder.linux;

import java.util.Locale;

/**
 * The machine's instruction set, as far as the kernel's numbers depend on it.
 *
 * <p>Only the ones listed are supported: system calls made with another machine's numbers would do
 * something else than what was asked.
 */
enum Architecture {
  X86_64,
  AARCH64;

  /** The one this program runs on. */
  static Architecture current() {
    return of(System.getProperty("os.arch", ""));
  }

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
}
