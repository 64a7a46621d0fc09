package dev.janiko.builder.sandbox;

import static java.util.Objects.requireNonNull;

/**
 * What was found out about this place by trying it.
 *
 * @param what was tried
 * @param possible whether it works
 * @param result what the kernel answered, or what was seen
 */
public record Finding(String what, boolean possible, String result) {
  /** Refuses missing parts. */
  public Finding {
    requireNonNull(what, "what is null");
    requireNonNull(result, "result is null");
  }
}
