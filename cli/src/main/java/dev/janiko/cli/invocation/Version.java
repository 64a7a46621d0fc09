package dev.janiko.cli.invocation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of this program, as the build wrote it down. */
public final class Version {
  private Version() {}

  /** Returns the line that {@code janiko version} prints. */
  public static String line() {
    return "janiko " + number();
  }

  /** Returns the version alone. */
  public static String number() {
    try (InputStream in = Version.class.getResourceAsStream("version.txt")) {
      if (in == null) {
        throw new IllegalStateException("version.txt is missing beside " + Version.class);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
