package dev.janiko.builder.step;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.cache.CacheKey;
import dev.janiko.builder.plan.CopySource;
import java.io.IOException;
import java.util.List;

/**
 * What is known of a layer before its step is carried out.
 *
 * @param kind which steps it belongs with
 * @param own all that the layer depends on, but for the files below it and what it brings
 * @param content what it brings from files that are here
 * @param foreign the stages and images that it takes files from
 * @param after the image after the step, when there is a layer
 */
public record LayerPlan(
    Kind kind, CacheKey own, Content content, List<CopySource> foreign, After after) {
  /** Refuses absent parts. */
  public LayerPlan {
    requireNonNull(kind, "kind is null");
    requireNonNull(own, "own is null");
    requireNonNull(content, "content is null");
    requireNonNull(after, "after is null");
    foreign = List.copyOf(foreign);
  }

  /** The kinds of steps that make layers. */
  public enum Kind {
    /** A command, which may make another layer each time. */
    RUN,
    /** Files that are copied: the same whenever they are. */
    COPY
  }

  /** Names the files that a step brings, by what is in them. */
  @FunctionalInterface
  public interface Content {
    /** A digest of them, or an empty text if the step brings none; reads them. */
    String digest() throws IOException;
  }

  /** How an image goes on from a step. */
  @FunctionalInterface
  public interface After {
    /** The image with the step's layer. */
    ImageState with(PendingLayer layer);
  }
}
