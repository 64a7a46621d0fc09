package dev.janiko.builder.compare;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * One way in which two images are not alike.
 *
 * @param area what part of an image it is about
 * @param subject a path, a config field, a number in the history or of a layer; for people
 * @param attribute what of the subject differs, such as {@code mode}
 * @param left what the first image has; empty for nothing
 * @param right what the second image has; empty for nothing
 * @param leftOrigin where the first image has it from, for files
 * @param rightOrigin where the second image has it from, for files
 */
public record Difference(
    Area area,
    String subject,
    String attribute,
    Optional<String> left,
    Optional<String> right,
    Optional<Origin> leftOrigin,
    Optional<Origin> rightOrigin) {
  /** The attribute of something that only one of the images has. */
  public static final String PRESENCE = "presence";

  /** Checks the parts. */
  public Difference {
    requireNonNull(area, "area is null");
    requireNonNull(subject, "subject is null");
    requireNonNull(attribute, "attribute is null");
    requireNonNull(left, "left is null");
    requireNonNull(right, "right is null");
    requireNonNull(leftOrigin, "leftOrigin is null");
    requireNonNull(rightOrigin, "rightOrigin is null");
  }

  /** A difference that no single layer is the origin of. */
  static Difference of(
      Area area, String subject, String attribute, Sides<Optional<String>> values) {
    return new Difference(
        area,
        subject,
        attribute,
        values.left(),
        values.right(),
        Optional.empty(),
        Optional.empty());
  }

  /** A part of an image. */
  public enum Area {
    /** The file system. */
    FILE,
    /** The config, without the history and the layers in it, and the manifest's annotations. */
    CONFIG,
    /** The history. */
    HISTORY,
    /** How the file system is divided into layers. */
    LAYER
  }

  /**
   * The layer that something comes from.
   *
   * @param layer its number, counted from 1
   * @param instruction what made it, as the history says; empty if it does not
   */
  public record Origin(int layer, String instruction) {
    /** Checks the parts. */
    public Origin {
      requireNonNull(instruction, "instruction is null");
    }
  }
}
