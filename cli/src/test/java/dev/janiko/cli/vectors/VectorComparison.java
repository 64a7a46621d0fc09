package dev.janiko.cli.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds where an image differs from the one that BuildKit made. */
final class VectorComparison {
  /** Mount points that BuildKit leaves behind in a base without these folders. */
  private static final Set<String> MOUNT_POINTS = Set.of("proc/", "sys/");

  /** Rows whose files tell of the machine they were made on: contents are not compared. */
  private static final Pattern OF_THE_MACHINE =
      Pattern.compile(
          "test(EmptyStringArgInEnv|(ImageManifest)?CacheImportExport|NoCache|CopyWildcardCache"
              + "|MultiStageImplicitFrom|ShmSize|Ulimit|CgroupParent)#.*"
              + "|TestBuildMultiStage(Unused)?Arg#.*");

  /** Files of the tables' base images, with other users than ours. */
  private static final Set<String> OF_THE_BASE = Set.of("etc/passwd", "etc/group");

  private static final long SLACK_SECONDS = 2;

  private final VectorRow row;
  private final VectorImage image;
  private final VectorBase base;
  private final Instant start;
  private final List<String> differences = new ArrayList<>();

  VectorComparison(VectorRow row, VectorImage image, VectorBase base, Instant start) {
    this.row = row;
    this.image = image;
    this.base = base;
    this.start = start;
  }

  List<String> differences() {
    if (!row.json().has("config")) {
      // The table's own build gave no single image to look into; this one is there, at least.
      return List.of();
    }
    compareConfig();
    compareHistory();
    compareLayers();
    return List.copyOf(differences);
  }

  private void compareConfig() {
    JsonNode expected = row.json().get("config");
    for (String field : List.of("architecture", "os", "variant", "author")) {
      compare("config " + field, image.config().path(field), expected.path(field));
    }
    ObjectNode actual = image.config().get("config").deepCopy();
    if (actual.get("Labels") instanceof ObjectNode labels) {
      labels.remove(base.labels());
      if (labels.isEmpty()) {
        actual.remove("Labels");
      }
    }
    compare("config", actual, expected.get("config"));
  }

  private void compareHistory() {
    List<String> expected = history(row.json().get("history"), row.isOnBase() ? 2 : 0);
    List<String> actual =
        history(image.config().get("history"), row.isOnBase() ? base.history() : 0);
    if (!actual.equals(expected)) {
      differences.add(
          "history\n    expected "
              + String.join("\n             ", expected)
              + "\n    but was  "
              + String.join("\n             ", actual));
    }
  }

  private static List<String> history(JsonNode entries, int skipped) {
    List<String> texts = new ArrayList<>();
    for (int i = skipped; i < entries.size(); i++) {
      JsonNode entry = entries.get(i);
      texts.add(
          entry.path("created_by").asText()
              + " | "
              + entry.path("comment").asText()
              + (entry.path("empty_layer").asBoolean() ? " | empty" : ""));
    }
    return texts;
  }

  private void compareLayers() {
    JsonNode expected = row.json().get("layers");
    int own = row.isOnBase() ? base.layers() : 0;
    List<List<ObjectNode>> layers = image.layers();
    List<List<ObjectNode>> actual = layers.subList(Math.min(own, layers.size()), layers.size());
    int first = row.isOnBase() ? 1 : 0;
    if (expected.size() - first != actual.size()) {
      differences.add((expected.size() - first) + " layers expected, but was " + actual.size());
      return;
    }
    for (int i = 0; i < actual.size(); i++) {
      compareLayer("layer " + i, actual.get(i), expected.get(i + first));
    }
  }

  private void compareLayer(String what, List<ObjectNode> actual, JsonNode expected) {
    List<String> wanted = new ArrayList<>();
    for (JsonNode entry : expected) {
      if (!MOUNT_POINTS.contains(entry.get("name").asText())) {
        ObjectNode copy = entry.deepCopy();
        copy.remove("content");
        forgetContent(copy);
        wanted.add(copy.toString());
      }
    }
    List<String> found = new ArrayList<>();
    for (int i = 0; i < actual.size(); i++) {
      found.add(comparable(actual.get(i), expected));
    }
    if (!found.equals(wanted)) {
      differences.add(
          what
              + "\n    expected "
              + String.join("\n             ", wanted)
              + "\n    but was  "
              + String.join("\n             ", found));
    }
  }

  /** An entry with its time in the words of the expected one of the same name. */
  private String comparable(ObjectNode entry, JsonNode expected) {
    ObjectNode copy = entry.deepCopy();
    for (JsonNode other : expected) {
      if (other.get("name").equals(entry.get("name"))) {
        JsonNode time = other.path("mtime");
        long seconds = entry.get("mtime").asLong();
        if (time.isMissingNode()) {
          copy.remove("mtime");
        } else if (time.asText().equals("CTX") && row.isContextTime(seconds)) {
          copy.set("mtime", TextNode.valueOf("CTX"));
        } else if (time.asText().equals("NOW") && isNow(seconds)) {
          copy.set("mtime", TextNode.valueOf("NOW"));
        }
      }
    }
    forgetContent(copy);
    // One order of fields, whatever the table's.
    ObjectNode ordered = copy.objectNode();
    for (String field :
        List.of("name", "type", "mode", "uid", "gid", "mtime", "linkname", "size", "sha256")) {
      if (copy.has(field)) {
        ordered.set(field, copy.get(field));
      }
    }
    return ordered.toString();
  }

  private void forgetContent(ObjectNode entry) {
    boolean ofTheMachine = OF_THE_MACHINE.matcher(row.id()).matches();
    if (ofTheMachine || OF_THE_BASE.contains(entry.get("name").asText())) {
      entry.remove(List.of("size", "sha256"));
    }
    if (ofTheMachine && entry.path("mtime").isNumber()) {
      entry.remove("mtime");
    }
  }

  private boolean isNow(long seconds) {
    return seconds >= start.getEpochSecond() - SLACK_SECONDS
        && seconds <= Instant.now().getEpochSecond() + SLACK_SECONDS;
  }

  private void compare(String what, JsonNode actual, JsonNode expected) {
    if (!actual.equals(expected)) {
      differences.add(what + "\n    expected " + expected + "\n    but was  " + actual);
    }
  }
}
