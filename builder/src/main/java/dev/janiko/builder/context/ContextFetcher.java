package dev.janiko.builder.context;

import java.io.IOException;
import java.nio.file.Path;

/** Brings contexts here that are elsewhere. */
public interface ContextFetcher {
  /**
   * Brings a context's files into a folder.
   *
   * @return the folder
   * @throws IOException if they cannot be had
   */
  Path folder(ContextPlace place) throws IOException;

  /**
   * Brings a Dockerfile into a file.
   *
   * @return the file
   * @throws IOException if it cannot be had
   */
  Path file(DockerfilePlace place) throws IOException;

  /** Brings nothing. */
  static ContextFetcher none() {
    return new ContextFetcher() {
      @Override
      public Path folder(ContextPlace place) {
        throw new IllegalArgumentException("nothing is fetched: " + place);
      }

      @Override
      public Path file(DockerfilePlace place) {
        throw new IllegalArgumentException("nothing is fetched: " + place);
      }
    };
  }
}
