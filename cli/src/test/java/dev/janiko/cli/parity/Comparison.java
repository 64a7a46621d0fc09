package dev.janiko.cli.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An image of the engine beside one of Janiko: every way in which they are not equal, a line each.
 *
 * @param engine the engine's, with the second its build began
 * @param janiko ours, with the second its build began
 * @param judge what of theirs counts
 */
record Comparison(Built engine, Built janiko, Judge judge) {
  /** What only describes the machine that built, or that the classic builder says in addition. */
  private static final Set<String> BESIDE_THE_POINT = Set.of("Hostname", "Image", "Container");

  /** How the engine came to its image. */
  enum Judge {
    /** From the same Dockerfile, with BuildKit. */
    BUILDKIT,
    /** With the classic builder, which words the history its own way. */
    CLASSIC,
    /** From another Dockerfile, whose history is another. */
    TWIN;

    static Judge of(Case input) {
      if (input.twin().isPresent()) {
        return TWIN;
      }
      return input.classic() ? CLASSIC : BUILDKIT;
    }
  }

  /** An image and when its build began, in seconds since 1970. */
  record Built(FlatImage image, long since) {}

  /** The differences; none if the images are equal. */
  List<String> differences() {
    List<String> lines = new ArrayList<>();
    compare("file", files(engine), files(janiko), lines);
    compare("config", config(engine), config(janiko), lines);
    compare("history", history(engine), history(janiko), lines);
    return List.copyOf(lines);
  }

  private static void compare(
      String what, Map<String, String> engine, Map<String, String> janiko, List<String> lines) {
    TreeSet<String> names = new TreeSet<>(engine.keySet());
    names.addAll(janiko.keySet());
    for (String name : names) {
      String theirs = engine.getOrDefault(name, "(nothing)");
      String ours = janiko.getOrDefault(name, "(nothing)");
      if (!theirs.equals(ours)) {
        lines.add(what + " " + name + "\n    engine: " + theirs + "\n    janiko: " + ours);
      }
    }
  }

  private static Map<String, String> files(Built built) {
    Map<String, String> files = new TreeMap<>();
    built.image().entries().forEach((path, entry) -> files.put(path, describe(entry, built)));
    return files;
  }

  /** A time of the build itself is only "now", and folders' times are of no account. */
  private static String describe(FlatEntry entry, Built built) {
    String time =
        entry.type().equals("dir")
            ? ""
            : entry.seconds() >= built.since() ? " now" : " " + entry.seconds();
    return entry.type()
        + " "
        + entry.mode()
        + " "
        + entry.owner()
        + time
        + (entry.content().isEmpty() ? "" : " " + entry.content())
        + (entry.links().isEmpty() ? "" : " links " + entry.links())
        + (entry.xattrs().isEmpty() ? "" : " xattrs " + entry.xattrs());
  }

  private Map<String, String> config(Built built) {
    JsonNode document = built.image().config();
    Map<String, String> config = new TreeMap<>();
    config.put("architecture", document.path("architecture").asText());
    config.put("os", document.path("os").asText());
    config.put("author", document.path("author").asText());
    config.put("variant", document.path("variant").asText());
    for (Map.Entry<String, JsonNode> field : document.path("config").properties()) {
      if (!BESIDE_THE_POINT.contains(field.getKey()) && !saysNothing(field.getValue())) {
        config.put("config." + field.getKey(), field.getValue().toString());
      }
    }
    if (judge != Judge.BUILDKIT) {
      config.remove("config.ArgsEscaped"); // only BuildKit sets it
    }
    return config;
  }

  private static boolean saysNothing(JsonNode value) {
    return value.isNull()
        || (value.isContainerNode() && value.isEmpty())
        || (value.isTextual() && value.asText().isEmpty())
        || (value.isBoolean() && !value.asBoolean());
  }

  private Map<String, String> history(Built built) {
    Map<String, String> history = new TreeMap<>();
    if (judge != Judge.BUILDKIT) {
      return history;
    }
    JsonNode document = built.image().config();
    history.put("layers", String.valueOf(document.path("rootfs").path("diff_ids").size()));
    int number = 0;
    for (JsonNode entry : document.path("history")) {
      String layer = entry.path("empty_layer").asBoolean() ? " (no layer)" : "";
      String text = HistoryText.comparable(entry.path("created_by").asText());
      history.put("%03d".formatted(number++), text + layer);
    }
    return history;
  }
}
