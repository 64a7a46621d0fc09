package dev.janiko.dockerfile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Rows of tables, what was judged of them, and what was found wrong. Not thread-safe. */
final class Vectors {
  /** Counts by table and judgement, for the summary at the end. */
  private static final ConcurrentMap<String, String> SUMMARY = new ConcurrentHashMap<>();

  private final List<String> failures = new ArrayList<>();

  /** The rows of a table in the folder that {@code -Djaniko.vectors} names. */
  List<Map<String, @Nullable Object>> rows(String file) throws IOException {
    String folder = System.getProperty("janiko.vectors");
    return JsonLines.read(
        Path.of(Objects.requireNonNull(folder, "-Djaniko.vectors is not given"), file));
  }

  /** Compares; remembers a difference. */
  void check(String what, @Nullable Object actual, @Nullable Object expected) {
    if (!Objects.equals(actual, expected)) {
      failures.add(what + "\n  expected " + expected + "\n  but was  " + actual);
    }
  }

  List<String> failures() {
    return failures;
  }

  /** Judges each row of a table, and counts those that the judge says it judged. */
  void judge(String file, String what, Judge judge) throws IOException {
    List<Map<String, @Nullable Object>> rows = rows(file);
    Set<Object> judged = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
    int before = failures.size();
    for (Map<String, @Nullable Object> row : rows) {
      if (judge.judge(row)) {
        judged.add(row);
      }
    }
    SUMMARY.put(
        file + " " + what,
        "%d of %d rows judged, %d differences"
            .formatted(judged.size(), rows.size(), failures.size() - before));
  }

  /** A line for each table and judgement. */
  static String summary() {
    StringBuilder out = new StringBuilder();
    new TreeMap<>(SUMMARY)
        .forEach((what, count) -> out.append(what).append(": ").append(count).append('\n'));
    return out.toString();
  }

  /** Judges one row. */
  @FunctionalInterface
  interface Judge {
    /** Returns whether there was something to judge. */
    boolean judge(Map<String, @Nullable Object> row) throws IOException;
  }

  static String string(Map<String, @Nullable Object> row, String key) {
    return Objects.toString(row.get(key), "");
  }

  @SuppressWarnings("unchecked") // The reader makes nothing but such maps and lists.
  static List<Map<String, @Nullable Object>> objects(
      Map<String, @Nullable Object> row, String key) {
    Object value = row.get(key);
    return value == null ? List.of() : (List<Map<String, @Nullable Object>>) value;
  }

  @SuppressWarnings("unchecked") // As above.
  static List<String> strings(Map<String, @Nullable Object> row, String key) {
    Object value = row.get(key);
    return value == null ? List.of() : (List<String>) value;
  }

  @SuppressWarnings("unchecked") // As above.
  static Map<String, @Nullable Object> object(Map<String, @Nullable Object> row, String key) {
    Object value = row.get(key);
    return value == null ? Map.of() : (Map<String, @Nullable Object>) value;
  }
}
