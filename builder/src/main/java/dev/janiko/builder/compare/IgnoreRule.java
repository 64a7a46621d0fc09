package dev.janiko.builder.compare;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.compare.Difference.Area;
import dev.janiko.dockerfile.pattern.PatternException;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Differences of an area that do not count.
 *
 * @param area the area
 * @param attribute what of a subject; all of it if empty
 * @param subject which subjects
 */
record IgnoreRule(Area area, Optional<String> attribute, Predicate<String> subject) {
  IgnoreRule {
    requireNonNull(area, "area is null");
    requireNonNull(attribute, "attribute is null");
    requireNonNull(subject, "subject is null");
  }

  static IgnoreRule parse(String text) {
    int equals = text.indexOf('=');
    String what = equals < 0 ? text : text.substring(0, equals);
    int dot = what.indexOf('.');
    String areaName = dot < 0 ? what : what.substring(0, dot);
    Area area =
        switch (areaName) {
          case "file", "path" -> Area.FILE;
          case "config" -> Area.CONFIG;
          case "history" -> Area.HISTORY;
          case "layer" -> Area.LAYER;
          default -> throw unknown(text);
        };
    String attribute = dot < 0 ? "" : what.substring(dot + 1);
    String subject = equals < 0 ? "" : text.substring(equals + 1);
    if ((dot >= 0 && attribute.isEmpty()) || (equals >= 0 && subject.isEmpty())) {
      throw unknown(text);
    }
    return new IgnoreRule(
        area,
        attribute.isEmpty() ? Optional.empty() : Optional.of(attribute),
        equals < 0 ? _ -> true : subject(area, subject, text));
  }

  private static Predicate<String> subject(Area area, String subject, String text) {
    return switch (area) {
      case FILE -> paths(subject, text);
      case CONFIG -> fields(subject);
      case HISTORY, LAYER -> subject::equals;
    };
  }

  private static Predicate<String> paths(String pattern, String text) {
    try {
      PatternMatcher matcher = PatternMatcher.of(List.of(pattern));
      return path -> matcher.matchesOrParentMatches(path.substring(1));
    } catch (PatternException e) {
      throw new IllegalArgumentException(
          "--ignore " + text + ": the pattern is wrong: " + e.getMessage(), e);
    }
  }

  private static Predicate<String> fields(String wanted) {
    StringBuilder regex = new StringBuilder();
    for (String part : wanted.split("\\*", -1)) {
      regex.append(Pattern.quote(part)).append(".*");
    }
    regex.setLength(regex.length() - 2);
    Pattern pattern =
        Pattern.compile(regex + "(\\..*)?", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
    return field -> pattern.matcher(field).matches();
  }

  private static IllegalArgumentException unknown(String text) {
    return new IllegalArgumentException(
        "--ignore "
            + text
            + " is no rule: give times, builder, or AREA[.ATTRIBUTE][=SUBJECT], where AREA is file,"
            + " config, history or layer; for example file=var/log, file.mtime, config=created");
  }

  boolean matches(Difference difference) {
    if (difference.area() != area) {
      return false;
    }
    if (attribute.isPresent()) {
      String wanted = attribute.get().toLowerCase(Locale.ROOT);
      String of = difference.attribute().toLowerCase(Locale.ROOT);
      if (!of.equals(wanted) && !of.startsWith(wanted + ".")) {
        return false;
      }
    }
    return subject.test(difference.subject());
  }
}
