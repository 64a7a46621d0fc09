package dev.janiko.cli.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A Dockerfile with its context, and what BuildKit made of them.
 *
 * @param json the row of the table
 */
record VectorRow(JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long FIRST_TIME = 1_500_000_000;
  private static final String BUILD_ARG = "build-arg:";
  private static final String LABEL = "label:";

  static List<VectorRow> read(Path table) throws IOException {
    List<VectorRow> rows = new ArrayList<>();
    for (String line : Files.readAllLines(table)) {
      rows.add(new VectorRow(JSON.readTree(line)));
    }
    return rows;
  }

  String id() {
    return json.get("id").asText();
  }

  boolean succeeds() {
    return json.get("rc").asInt() == 0;
  }

  /** Whether the image's lowest layers are those of a base image. */
  boolean isOnBase() {
    return json.path("layers").path(0).asText().equals("BASE");
  }

  /** The pieces that the message of a build that fails must hold. */
  List<String> messages() {
    List<String> pieces = new ArrayList<>();
    json.path("err_contains").forEach(piece -> pieces.add(piece.asText()));
    if (pieces.isEmpty()) {
      pieces.add(json.path("error").asText());
    }
    pieces.replaceAll(VectorRow::ofOurs);
    return pieces;
  }

  /** A message without what tells of BuildKit's inner workings. */
  private static String ofOurs(String message) {
    return message
        .replaceFirst("^failed to solve: ", "")
        .replaceFirst(
            "^failed to compute cache key: failed to calculate checksum of ref \\S+: ", "")
        .replaceFirst("^lstat (\\S+): no such file or directory", "\"$1\": not found");
  }

  Optional<String> attribute(String name) {
    JsonNode value = json.path("attrs").path(name);
    return value.isMissingNode() ? Optional.empty() : Optional.of(value.asText());
  }

  Map<String, String> buildArgs() {
    return attributes(BUILD_ARG);
  }

  Map<String, String> labels() {
    return attributes(LABEL);
  }

  /** The contexts with names, by those names. */
  Map<String, String> contexts() {
    return attributes("context:");
  }

  private Map<String, String> attributes(String prefix) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.path("attrs").properties()) {
      if (entry.getKey().startsWith(prefix)) {
        values.put(entry.getKey().substring(prefix.length()), entry.getValue().asText());
      }
    }
    return values;
  }

  String dockerfile() {
    for (JsonNode file : json.get("files")) {
      if (file.get("path").asText().equals(attribute("filename").orElse("Dockerfile"))) {
        return file.path("data").asText();
      }
    }
    return "";
  }

  /** Writes the context; every file gets a time of its own, from a day long gone. */
  void writeContext(Path folder) throws IOException {
    long time = FIRST_TIME;
    List<Path> folders = new ArrayList<>();
    for (JsonNode file : json.get("files")) {
      Path path = folder.resolve(file.get("path").asText().replaceFirst("^/+", ""));
      Files.createDirectories(path.getParent());
      String data = file.path("data").asText("");
      switch (file.get("type").asText()) {
        case "dir" -> folders.add(Files.createDirectories(path));
        case "symlink" -> Files.createSymbolicLink(path, Path.of(data));
        default -> Files.writeString(path, data);
      }
      if (!Files.isSymbolicLink(path)) {
        Files.setPosixFilePermissions(path, mode(file.get("mode").asText()));
      }
      setTime(path, time++);
    }
    for (Path path : folders) {
      setTime(path, time++);
    }
  }

  private static void setTime(Path path, long seconds) throws IOException {
    FileTime time = FileTime.from(java.time.Instant.ofEpochSecond(seconds));
    Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(time, null, null);
  }

  /** Whether a time is that of a file of the context. */
  boolean isContextTime(long seconds) {
    return seconds >= FIRST_TIME && seconds < FIRST_TIME + 2L * json.get("files").size();
  }

  private static Set<PosixFilePermission> mode(String octal) {
    int bits = Integer.parseInt(octal, 8);
    PosixFilePermission[] all = PosixFilePermission.values();
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < all.length; i++) {
      if ((bits & (0400 >> i)) != 0) {
        set.add(all[i]);
      }
    }
    return set;
  }
}
