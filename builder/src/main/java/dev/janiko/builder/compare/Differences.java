package dev.janiko.builder.compare;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What comparing two images found.
 *
 * @param images the images
 * @param files their file systems
 * @param found the differences that count: files by path, then config, history and layers
 * @param ignored how many more there are that rules say to ignore
 */
public record Differences(
    Sides<IndexedImage> images, Sides<FlatImage> files, List<Difference> found, int ignored) {
  /** Keeps its own copy of the list. */
  public Differences {
    requireNonNull(images, "images is null");
    requireNonNull(files, "files is null");
    found = List.copyOf(found);
  }

  /** Whether no difference counts. */
  public boolean none() {
    return found.isEmpty();
  }

  /** The differences of one part. */
  public List<Difference> of(Difference.Area area) {
    return found.stream().filter(difference -> difference.area() == area).toList();
  }
}
