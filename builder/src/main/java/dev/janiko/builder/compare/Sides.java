package dev.janiko.builder.compare;

import java.util.function.Function;

/**
 * The same of both images.
 *
 * @param left of the first image
 * @param right of the second image
 */
public record Sides<T>(T left, T right) {
  /** Something else of both. */
  public <R> Sides<R> map(Function<? super T, ? extends R> function) {
    return new Sides<>(function.apply(left), function.apply(right));
  }

  /** Whether both are equal. */
  boolean equal() {
    return left().equals(right());
  }
}
