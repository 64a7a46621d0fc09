package dev.janiko.builder.copy;

import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import java.util.List;

/**
 * What one {@code COPY} asks for.
 *
 * @param root where the sources' paths begin
 * @param exclusions what below it is left out
 * @param sources paths and patterns, as written
 * @param documents files given inline
 * @param destination where to copy to
 * @param rules what the copies become
 */
public record CopyRequest(
    RootFs root,
    Exclusions exclusions,
    List<String> sources,
    List<Document> documents,
    Destination destination,
    CopyRules rules) {
  /** Makes the lists immutable. */
  public CopyRequest {
    sources = List.copyOf(sources);
    documents = List.copyOf(documents);
  }

  /**
   * A file given inline.
   *
   * @param name its name
   * @param content its bytes as text, written as UTF-8
   */
  public record Document(String name, String content) {}

  /**
   * Where to copy to.
   *
   * @param path absolute
   * @param isFolder whether it was written as a folder, with a slash or a dot at its end
   */
  public record Destination(UnixPath path, boolean isFolder) {}
}
