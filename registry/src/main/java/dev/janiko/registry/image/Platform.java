package dev.janiko.registry.image;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an image runs on: {@code os/architecture[/variant]} in Go's names, normalised as containerd
 * does ({@code x86_64} is {@code amd64}, {@code arm64/v8} is {@code arm64}, {@code arm} is {@code
 * arm/v7}).
 *
 * @param os the operating system, such as {@code linux}
 * @param architecture the processor, such as {@code amd64}
 * @param variant the kind of the processor, such as {@code v7}, or empty
 */
public record Platform(String os, String architecture, String variant) {
  private static final String LINUX = "linux";
  private static final String ARM = "arm";
  private static final String ARM64 = "arm64";
  private static final String AMD64 = "amd64";

  /** Normalises the names. */
  public Platform {
    requireNonNull(os, "os is null");
    requireNonNull(architecture, "architecture is null");
    requireNonNull(variant, "variant is null");
    os = os.toLowerCase(Locale.ROOT);
    os = os.equals("macos") ? "darwin" : os;
    architecture = architecture.toLowerCase(Locale.ROOT);
    variant = variant.toLowerCase(Locale.ROOT);
    switch (architecture) {
      case "i386", "i486", "i586", "i686" -> {
        architecture = "386";
        variant = "";
      }
      case "x86_64", "x86-64", AMD64 -> {
        architecture = AMD64;
        variant = variant.equals("v1") ? "" : variant;
      }
      case "aarch64", ARM64 -> {
        architecture = ARM64;
        variant = variant.equals("8") || variant.equals("v8") ? "" : variant;
      }
      case "armhf" -> {
        architecture = ARM;
        variant = "v7";
      }
      case "armel" -> {
        architecture = ARM;
        variant = "v6";
      }
      case ARM -> variant = armVariant(variant);
      default -> {}
    }
  }

  private static String armVariant(String variant) {
    return switch (variant) {
      case "", "7" -> "v7";
      case "5", "6", "8" -> "v" + variant;
      default -> variant;
    };
  }

  /** The platform of the operating system and processor, without a variant. */
  public static Platform of(String os, String architecture) {
    return new Platform(os, architecture, "");
  }

  /** The platform that this process runs on. */
  public static Platform host() {
    String os = System.getProperty("os.name", LINUX);
    return of(os.toLowerCase(Locale.ROOT), System.getProperty("os.arch", AMD64));
  }

  /**
   * Parses {@code os/architecture[/variant]}; a single word is an operating system if it is a known
   * one, else an architecture of Linux.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static Platform parse(String text) {
    requireNonNull(text, "text is null");
    String[] parts = text.split("/", -1);
    for (String part : parts) {
      if (!isName(part)) {
        throw new IllegalArgumentException(
            "\""
                + part
                + "\" is an invalid component of \""
                + text
                + "\": platform specifier component must match \"^[A-Za-z0-9_.-]+$\":"
                + " invalid argument");
      }
    }
    return switch (parts.length) {
      case 1 -> isKnownOs(parts[0]) ? of(parts[0], host().architecture) : of(LINUX, parts[0]);
      case 2 -> of(parts[0], parts[1]);
      case 3 -> new Platform(parts[0], parts[1], parts[2]);
      default ->
          throw new IllegalArgumentException(
              "invalid platform \"" + text + "\": expected os/architecture[/variant]");
    };
  }

  private static boolean isName(String part) {
    return !part.isEmpty()
        && part.chars()
            .allMatch(c ->
                (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '_'
                    || c == '-'
                    || c == '.');
  }

  private static boolean isKnownOs(String part) {
    return switch (part.toLowerCase(Locale.ROOT)) {
      case LINUX, "windows", "darwin", "macos", "freebsd", "netbsd", "openbsd", "wasip1" -> true;
      default -> false;
    };
  }

  /**
   * What runs on this platform, the best first: itself, then older variants, then 32-bit ARM on
   * 64-bit ARM (containerd's order).
   */
  public List<Platform> runnable() {
    List<Platform> all = new ArrayList<>();
    all.add(this);
    switch (architecture) {
      case AMD64 -> older(all, variant, 2);
      case ARM -> older(all, variant, 5);
      case ARM64 -> {
        older(all, variant, 9);
        Platform arm = new Platform(os, ARM, "v8");
        all.add(arm);
        arm.older(all, arm.variant, 5);
      }
      default -> {}
    }
    return List.copyOf(all);
  }

  private void older(List<Platform> all, String from, int oldest) {
    if (from.length() != 2 || from.charAt(0) != 'v') {
      return;
    }
    for (int n = from.charAt(1) - '0' - 1; n >= oldest; n--) {
      all.add(new Platform(os, architecture, "v" + n));
    }
    if (!architecture.equals(ARM)) {
      all.add(of(os, architecture));
    }
  }

  /** Says whether an image for the other platform runs on this one. */
  public boolean accepts(Platform other) {
    return runnable().contains(other);
  }

  /** The platform as {@code os/architecture[/variant]}. */
  @Override
  public String toString() {
    return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
  }
}
