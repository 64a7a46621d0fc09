package dev.janiko.registry.image;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.janiko.registry.RegistryException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * How containers of an image run: the {@code config} object of an image config.
 *
 * <p>A view on the JSON object: fields that are not named here survive every change. Absent and
 * empty are the same, as they are in Docker. Each {@code with…} method answers a changed copy.
 */
public final class RunConfig {
  /** Fields in the order in which Go's struct has them; all others are written after these. */
  private static final List<String> ORDER =
      List.of(
          "User",
          "ExposedPorts",
          "Env",
          "Entrypoint",
          "Cmd",
          "Volumes",
          "WorkingDir",
          "Labels",
          "StopSignal",
          "ArgsEscaped",
          "Healthcheck",
          "OnBuild",
          "Shell");

  private final ObjectNode node;

  private RunConfig(ObjectNode node) {
    this.node = node;
  }

  /** A config that says nothing. */
  public static RunConfig empty() {
    return new RunConfig(Nodes.object());
  }

  /** Takes over a node that nobody else changes, after checking the types of its fields. */
  static RunConfig read(ObjectNode owned) throws RegistryException {
    for (String key : List.of("User", "WorkingDir", "StopSignal")) {
      Nodes.text(owned, key);
    }
    for (String key : List.of("Env", "Entrypoint", "Cmd", "OnBuild", "Shell")) {
      Nodes.texts(owned, key);
    }
    Nodes.object(owned, "ExposedPorts");
    Nodes.object(owned, "Volumes");
    Nodes.textMap(owned, "Labels");
    Nodes.flag(owned, "ArgsEscaped");
    Optional<ObjectNode> healthcheck = Nodes.object(owned, "Healthcheck");
    if (healthcheck.isPresent()) {
      Healthcheck.read(healthcheck.get());
    }
    return new RunConfig(owned);
  }

  /** The user, with an optional group after a colon, or empty. */
  public String user() {
    return text("User");
  }

  /** The ports, such as {@code 80/tcp}, in the order of the document. */
  public SequencedSet<String> exposedPorts() {
    return keys("ExposedPorts");
  }

  /** The environment as {@code NAME=value}, in order. */
  public List<String> env() {
    return texts("Env");
  }

  /** The value of one environment variable. */
  public Optional<String> env(String name) {
    String prefix = name + "=";
    return env().stream()
        .filter(entry -> entry.startsWith(prefix))
        .reduce((first, second) -> second)
        .map(entry -> entry.substring(prefix.length()));
  }

  /** The entry point, or empty. */
  public List<String> entrypoint() {
    return texts("Entrypoint");
  }

  /** The command, or the entry point's arguments, or empty. */
  public List<String> cmd() {
    return texts("Cmd");
  }

  /** The paths of volumes, in the order of the document. */
  public SequencedSet<String> volumes() {
    return keys("Volumes");
  }

  /** The working directory, or empty. */
  public String workingDir() {
    return text("WorkingDir");
  }

  /** The labels, in the order of the document. */
  public SequencedMap<String, String> labels() {
    return Collections.unmodifiableSequencedMap(checked(() -> Nodes.textMap(node, "Labels")));
  }

  /** The signal that stops a container, or empty. */
  public String stopSignal() {
    return text("StopSignal");
  }

  /** Whether the command line is escaped already (Windows). */
  public boolean argsEscaped() {
    return checked(() -> Nodes.flag(node, "ArgsEscaped"));
  }

  /** The health check, if one is given. */
  public Optional<Healthcheck> healthcheck() {
    return checked(() -> {
      Optional<ObjectNode> object = Nodes.object(node, "Healthcheck");
      return object.isPresent()
          ? Optional.of(Healthcheck.read(object.get()))
          : Optional.<Healthcheck>empty();
    });
  }

  /** The instructions for builds upon this image, or empty. */
  public List<String> onBuild() {
    return texts("OnBuild");
  }

  /** The shell of shell forms, or empty for the platform's default. */
  public List<String> shell() {
    return texts("Shell");
  }

  /** A copy with the user. */
  public RunConfig withUser(String user) {
    return with("User", text(user, "user"));
  }

  /** A copy with these ports and no others. */
  public RunConfig withExposedPorts(Collection<String> ports) {
    return with("ExposedPorts", Nodes.set(ports));
  }

  /** A copy with this environment and no other, each entry as {@code NAME=value}. */
  public RunConfig withEnv(List<String> env) {
    return with("Env", Nodes.array(env));
  }

  /** A copy with the variable changed in its place, or added at the end. */
  public RunConfig withEnv(String name, String value) {
    List<String> env = new ArrayList<>(env());
    String entry = name + "=" + requireNonNull(value, "value is null");
    for (int i = 0; i < env.size(); i++) {
      if (env.get(i).startsWith(name + "=") || env.get(i).equals(name)) {
        env.set(i, entry);
        return withEnv(env);
      }
    }
    env.add(entry);
    return withEnv(env);
  }

  /** A copy with the entry point; empty takes it away. */
  public RunConfig withEntrypoint(List<String> entrypoint) {
    return with("Entrypoint", Nodes.array(entrypoint));
  }

  /** A copy with the command; empty takes it away. */
  public RunConfig withCmd(List<String> cmd) {
    return with("Cmd", Nodes.array(cmd));
  }

  /** A copy with these volumes and no others. */
  public RunConfig withVolumes(Collection<String> volumes) {
    return with("Volumes", Nodes.set(volumes));
  }

  /** A copy with the working directory. */
  public RunConfig withWorkingDir(String workingDir) {
    return with("WorkingDir", text(workingDir, "workingDir"));
  }

  /** A copy with these labels and no others. */
  public RunConfig withLabels(Map<String, String> labels) {
    return with("Labels", Nodes.textMap(labels));
  }

  /** A copy with the stop signal. */
  public RunConfig withStopSignal(String signal) {
    return with("StopSignal", text(signal, "signal"));
  }

  /** A copy that says whether the command line is escaped. */
  public RunConfig withArgsEscaped(boolean escaped) {
    return with("ArgsEscaped", BooleanNode.valueOf(escaped));
  }

  /** A copy with the health check, or without one. */
  public RunConfig withHealthcheck(Optional<Healthcheck> healthcheck) {
    return with("Healthcheck", healthcheck.map(Healthcheck::node).orElseGet(Nodes::object));
  }

  /** A copy with these instructions for builds upon the image and no others. */
  public RunConfig withOnBuild(List<String> onBuild) {
    return with("OnBuild", Nodes.array(onBuild));
  }

  /** A copy with the shell; empty means the platform's default. */
  public RunConfig withShell(List<String> shell) {
    return with("Shell", Nodes.array(shell));
  }

  /** A copy with only the fields that this class names. */
  public RunConfig withoutOtherFields() {
    ObjectNode copy = node.deepCopy();
    copy.retain(ORDER);
    return new RunConfig(copy);
  }

  /** The object as it is written: known fields in their order unless empty, then all others. */
  ObjectNode canonical() {
    ObjectNode out = Nodes.object();
    for (String key : ORDER) {
      JsonNode value = Nodes.get(node, key);
      if (value != null && !isEmpty(value)) {
        out.set(key, isMap(key) ? sorted((ObjectNode) value) : value);
      }
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!ORDER.contains(field.getKey())) {
        out.set(field.getKey(), field.getValue());
      }
    }
    return out;
  }

  private static boolean isMap(String key) {
    return key.equals("ExposedPorts") || key.equals("Volumes") || key.equals("Labels");
  }

  private static ObjectNode sorted(ObjectNode map) {
    ObjectNode out = Nodes.object();
    map.properties().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> out.set(entry.getKey(), entry.getValue()));
    return out;
  }

  private static boolean isEmpty(JsonNode value) {
    return switch (value) {
      case TextNode text -> text.textValue().isEmpty();
      case BooleanNode flag -> !flag.booleanValue();
      default -> value.isContainerNode() && value.isEmpty();
    };
  }

  private static JsonNode text(String value, String what) {
    return TextNode.valueOf(requireNonNull(value, what + " is null"));
  }

  private RunConfig with(String key, JsonNode value) {
    ObjectNode copy = node.deepCopy();
    copy.set(key, value);
    return new RunConfig(copy);
  }

  private String text(String key) {
    return checked(() -> Nodes.text(node, key));
  }

  private List<String> texts(String key) {
    return checked(() -> Nodes.texts(node, key));
  }

  private SequencedSet<String> keys(String key) {
    LinkedHashSet<String> keys = new LinkedHashSet<>();
    checked(() -> Nodes.object(node, key))
        .ifPresent(map -> map.fieldNames().forEachRemaining(keys::add));
    return Collections.unmodifiableSequencedSet(keys);
  }

  /** Reads what was checked when the view was made. */
  private static <T> T checked(Reading<T> reading) {
    try {
      return reading.read();
    } catch (RegistryException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Reading<T> {
    T read() throws RegistryException;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RunConfig config && canonical().equals(config.canonical());
  }

  @Override
  public int hashCode() {
    return canonical().hashCode();
  }

  @Override
  public String toString() {
    return "RunConfig" + canonical();
  }
}
