package dev.janiko.dockerfile;

import dev.janiko.dockerfile.text.ByteSize;
import dev.janiko.dockerfile.text.Csv;
import dev.janiko.dockerfile.text.GoQuote;
import dev.janiko.dockerfile.text.Suggestion;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** Reads one {@code --mount}. Not thread-safe; used once. */
final class MountParser {
  private static final List<String> TYPES = List.of("bind", "cache", "tmpfs", "secret", "ssh");
  private static final List<String> SHARINGS = List.of("shared", "private", "locked");
  private static final List<String> KEYS =
      List.of(
          "type",
          "from",
          "source",
          "src",
          "target",
          "dst",
          "destination",
          "readonly",
          "ro",
          "readwrite",
          "rw",
          "required",
          "size",
          "id",
          "sharing",
          "mode",
          "uid",
          "gid",
          "env");
  private static final long MAX_ID = 0xffff_ffffL;

  private final String text;
  private String type = "bind";
  private String from = "";
  private String source = "";
  private String target = "";
  private String id = "";
  private Optional<String> sharing = Optional.empty();
  private Optional<String> env = Optional.empty();
  private Optional<Boolean> readOnly = Optional.empty();
  private boolean required;
  private OptionalLong size = OptionalLong.empty();
  private OptionalLong mode = OptionalLong.empty();
  private OptionalLong uid = OptionalLong.empty();
  private OptionalLong gid = OptionalLong.empty();

  MountParser(String text) {
    this.text = text;
  }

  private List<String> fields() {
    try {
      return Csv.fields(text);
    } catch (IllegalArgumentException e) {
      throw error("failed to parse csv mounts: " + e.getMessage()).about(text);
    }
  }

  /** Checks what can be known before variables have values. */
  void check() {
    for (String field : fields()) {
      int equals = field.indexOf('=');
      if (equals < 0 || !field.substring(0, equals).equalsIgnoreCase("from")) {
        continue;
      }
      int dollar = field.indexOf('$', equals + 1);
      if (dollar >= 0 && dollar != field.length() - 1) {
        throw error("'from' doesn't support variable expansion, define alias stage instead")
            .about(field);
      }
    }
  }

  /** The value of the last {@code from}, or nothing. */
  String from() {
    check();
    return last(List.of("from"));
  }

  /** The value of the last option of some keys, as written, or nothing. */
  String last(List<String> keys) {
    String value = "";
    for (String field : fields()) {
      int equals = field.indexOf('=');
      if (equals >= 0 && keys.contains(field.substring(0, equals).toLowerCase(Locale.ROOT))) {
        value = field.substring(equals + 1);
      }
    }
    return value;
  }

  Mount parse(UnaryOperator<String> expand) {
    check();
    for (String field : fields()) {
      int equals = field.indexOf('=');
      if (equals < 0) {
        flag(field);
      } else {
        String key = field.substring(0, equals).toLowerCase(Locale.ROOT);
        option(key, expand.apply(field.substring(equals + 1)), field);
      }
    }
    return finish();
  }

  private void flag(String field) {
    switch (field.toLowerCase(Locale.ROOT)) {
      case "readonly", "ro" -> readOnly = Optional.of(true);
      case "readwrite", "rw" -> readOnly = Optional.of(false);
      case "required" -> {
        requireType("required", "secret", "ssh");
        required = true;
      }
      default ->
          throw error("invalid field '" + field + "' must be a key=value pair")
              .about(field)
              .withHint("keys are " + String.join(", ", KEYS));
    }
  }

  private void option(String key, String value, String field) {
    switch (key) {
      case "type" -> type = oneOf(value, TYPES, "mount type");
      case "from" -> from = value;
      case "source", "src" -> source = value;
      case "target", "dst", "destination" -> target = value;
      case "readonly", "ro" -> readOnly = Optional.of(bool(key, value));
      case "readwrite", "rw" -> readOnly = Optional.of(!bool(key, value));
      case "required" -> {
        requireType(key, "secret", "ssh");
        required = bool(key, value);
      }
      case "size" -> {
        requireType(key, "tmpfs");
        size = ByteSize.parse(value);
        if (size.isEmpty()) {
          throw error("invalid value for size: " + value).about(field);
        }
      }
      case "id" -> id = value;
      case "sharing" -> sharing = Optional.of(oneOf(value, SHARINGS, "sharing value"));
      case "mode" -> mode = number(key, value, 8);
      case "uid" -> uid = number(key, value, 10);
      case "gid" -> gid = number(key, value, 10);
      case "env" -> env = Optional.of(value);
      default ->
          throw error(
                  "unexpected key '"
                      + key
                      + "' in '"
                      + field
                      + "'"
                      + Suggestion.hint(Suggestion.nearest(key, KEYS)))
              .about(field)
              .withHint("keys are " + String.join(", ", KEYS));
    }
  }

  private void requireType(String key, String... allowed) {
    if (!List.of(allowed).contains(type)) {
      throw error("unexpected key '" + key + "' for mount type '" + type + "'").about(key);
    }
  }

  private static String oneOf(String value, List<String> allowed, String what) {
    String lower = value.toLowerCase(Locale.ROOT);
    if (!allowed.contains(lower)) {
      throw error(
              "unsupported "
                  + what
                  + " "
                  + GoQuote.quote(value)
                  + Suggestion.hint(Suggestion.nearest(value, allowed)))
          .about(value)
          .withHint("expected one of: " + String.join(", ", allowed));
    }
    return lower;
  }

  private static boolean bool(String key, String value) {
    return switch (value) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw error("invalid value for " + key + ": " + value).about(value);
    };
  }

  private static OptionalLong number(String key, String value, int radix) {
    boolean digits = !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
    try {
      long number = digits ? Long.parseLong(value, radix) : -1;
      if (number >= 0 && number <= MAX_ID) {
        return OptionalLong.of(number);
      }
    } catch (NumberFormatException _) {
      // Told below, as for all that is not such a number.
    }
    throw error("invalid value " + value + " for " + key).about(value);
  }

  private Mount finish() {
    if (type.equals("bind") || type.equals("tmpfs")) {
      refuseOwnership("mode", mode);
      refuseOwnership("uid", uid);
      refuseOwnership("gid", gid);
    }
    if (sharing.isPresent() && !type.equals("cache")) {
      throw error("invalid cache sharing set for " + type + " mount").about("sharing");
    }
    Mount.Ownership owner = new Mount.Ownership(uid, gid, mode);
    return switch (type) {
      case "bind" -> bind();
      case "cache" -> {
        refuse("env", env.isPresent());
        Mount.Sharing shared =
            Mount.Sharing.valueOf(sharing.orElse("shared").toUpperCase(Locale.ROOT));
        yield new Mount.Cache(id, from, source, target, readOnly.orElse(false), shared, owner);
      }
      case "tmpfs" -> {
        refuse("env", env.isPresent());
        refuse("from", !from.isEmpty());
        refuse("source", !source.isEmpty());
        yield new Mount.Tmpfs(target, size, readOnly.orElse(false));
      }
      case "secret" -> secret(owner);
      default -> ssh(owner);
    };
  }

  private Mount bind() {
    refuse("env", env.isPresent());
    return new Mount.Bind(from, source, target, readOnly.orElse(true));
  }

  private Mount secret(Mount.Ownership owner) {
    if (!from.isEmpty()) {
      throw error("secret mount should not have a from").about("from");
    }
    if (source.isEmpty() && target.isEmpty() && id.isEmpty()) {
      throw error("invalid secret mount. one of source, target required");
    }
    if (!source.isEmpty() && !id.isEmpty()) {
      throw error("both source and id can't be set").about("source");
    }
    return new Mount.Secret(id.isEmpty() ? source : id, target, env, required, owner);
  }

  private Mount ssh(Mount.Ownership owner) {
    if (!source.isEmpty()) {
      throw error("ssh does not support source").about("source");
    }
    refuse("env", env.isPresent());
    refuse("from", !from.isEmpty());
    return new Mount.Ssh(id, target, required, owner);
  }

  private void refuseOwnership(String key, OptionalLong value) {
    if (value.isPresent()) {
      throw error(key + " not allowed for " + GoQuote.quote(type) + " type mounts").about(key);
    }
  }

  private void refuse(String key, boolean given) {
    if (given) {
      throw error("unexpected key '" + key + "' for mount type '" + type + "'").about(key);
    }
  }

  private static DockerfileException error(String message) {
    return DockerfileException.of(message);
  }
}
