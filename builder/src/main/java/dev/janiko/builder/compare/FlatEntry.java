package dev.janiko.builder.compare;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One path of an image's file system, all layers laid over each other.
 *
 * @param entry what is there; the path is that of the name it was made under
 * @param layer the layer that it comes from, counted from 1
 * @param implied whether no layer has it, but one has something below it
 * @param links all paths that are the same file, sorted; empty if it has only one
 */
public record FlatEntry(LayerEntry entry, int layer, boolean implied, List<String> links) {
  /** Keeps its own copy of the list, which paths of the same file share. */
  public FlatEntry {
    requireNonNull(entry, "entry is null");
    links = List.copyOf(links);
  }
}
