package dev.janiko.builder.docker;

import static java.util.Objects.requireNonNull;

/**
 * What an engine says of itself.
 *
 * @param version its version, for people
 * @param api the newest API version it speaks
 * @param platform what it runs on
 * @param buildKit whether it offers BuildKit as its usual builder
 */
public record EngineFacts(String version, String api, String platform, boolean buildKit) {
  /** Checks the parts. */
  public EngineFacts {
    requireNonNull(version, "version is null");
    requireNonNull(api, "api is null");
    requireNonNull(platform, "platform is null");
    if (!api.matches("\\d+\\.\\d+")) {
      throw new IllegalArgumentException("not an API version: " + api);
    }
  }
}
