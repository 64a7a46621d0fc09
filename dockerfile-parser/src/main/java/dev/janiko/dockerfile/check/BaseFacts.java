package dev.janiko.dockerfile.check;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * What checks know of the image that a stage starts from.
 *
 * @param environment the variables that it sets
 * @param shell whether it sets a shell
 * @param platform its platform, such as {@code linux/amd64}; empty if that is not known
 * @param wanted the platform that was asked for; empty if that is not known
 */
public record BaseFacts(
    Map<String, String> environment, boolean shell, String platform, String wanted) {
  /** Copies the variables. */
  public BaseFacts {
    environment = Map.copyOf(environment);
    requireNonNull(platform, "platform is null");
    requireNonNull(wanted, "wanted is null");
  }

  /** An image of the right platform that sets these variables. */
  public static BaseFacts of(Map<String, String> environment) {
    return new BaseFacts(environment, false, "", "");
  }
}
