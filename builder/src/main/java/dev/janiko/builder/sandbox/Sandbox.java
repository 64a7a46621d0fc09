package dev.janiko.builder.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Roots for the stages of one build. */
public interface Sandbox extends AutoCloseable {
  /** How it isolates, such as {@code namespace}. */
  String name();

  /**
   * Prepares the root of a stage.
   *
   * @param stageName for messages
   * @param unpackedLayers the folders of the base image's unpacked layers, lowest first, where the
   *     sandbox is made of such (namespace); else empty, and the caller unpacks the base into the
   *     root
   */
  StageRoot openStage(String stageName, List<Path> unpackedLayers) throws IOException;

  /** Ends what still runs and removes everything it made, also after failures. */
  @Override
  void close() throws IOException;
}
