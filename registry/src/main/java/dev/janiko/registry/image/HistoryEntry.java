package dev.janiko.registry.image;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.registry.RegistryException;
import java.time.Instant;
import java.util.Optional;

/**
 * One line of an image's history (OCI image-spec, config.md).
 *
 * @param created when the step was made
 * @param createdBy the instruction, as {@code docker history} shows it
 * @param author who made it, or empty
 * @param comment a remark, or empty
 * @param emptyLayer whether the step made no layer
 */
public record HistoryEntry(
    Optional<Instant> created,
    String createdBy,
    String author,
    String comment,
    boolean emptyLayer) {
  /** The comment that BuildKit leaves. */
  public static final String BUILDKIT = "buildkit.dockerfile.v0";

  /** Checks the parts. */
  public HistoryEntry {
    requireNonNull(created, "created is null");
    requireNonNull(createdBy, "createdBy is null");
    requireNonNull(author, "author is null");
    requireNonNull(comment, "comment is null");
  }

  /** A step as BuildKit notes it, its time still open. */
  public static HistoryEntry buildkit(String createdBy, boolean emptyLayer) {
    return new HistoryEntry(Optional.empty(), createdBy, "", BUILDKIT, emptyLayer);
  }

  /** The same step, made at the time. */
  public HistoryEntry withCreated(Instant time) {
    return new HistoryEntry(Optional.of(time), createdBy, author, comment, emptyLayer);
  }

  static HistoryEntry read(ObjectNode node) throws RegistryException {
    String created = Nodes.text(node, "created");
    return new HistoryEntry(
        created.isEmpty() ? Optional.empty() : Optional.of(Rfc3339.parse(created, "history")),
        Nodes.text(node, "created_by"),
        Nodes.text(node, "author"),
        Nodes.text(node, "comment"),
        Nodes.flag(node, "empty_layer"));
  }

  ObjectNode node() {
    ObjectNode node = Nodes.object();
    created.ifPresent(time -> node.put("created", Rfc3339.format(time)));
    putUnlessEmpty(node, "created_by", createdBy);
    putUnlessEmpty(node, "author", author);
    putUnlessEmpty(node, "comment", comment);
    if (emptyLayer) {
      node.put("empty_layer", true);
    }
    return node;
  }

  private static void putUnlessEmpty(ObjectNode node, String key, String value) {
    if (!value.isEmpty()) {
      node.put(key, value);
    }
  }
}
