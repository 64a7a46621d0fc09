package dev.janiko.builder;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.context.ContextSpec;
import dev.janiko.registry.image.Platform;
import java.util.Map;
import java.util.Optional;

/**
 * A Dockerfile to look at.
 *
 * @param context the folder and the Dockerfile; no folder if only the text is known
 * @param text the Dockerfile where it is not a file; its name in messages is {@code <stdin>}
 * @param target the stage that counts; all do if it is empty
 * @param buildArgs {@code --build-arg} values by name
 * @param platform the platform of the image
 */
public record LintRequest(
    Optional<ContextSpec> context,
    Optional<String> text,
    Optional<String> target,
    Map<String, String> buildArgs,
    Platform platform) {
  /** Copies the arguments; refuses to have neither folder nor text. */
  public LintRequest {
    requireNonNull(context, "context is null");
    requireNonNull(text, "text is null");
    requireNonNull(target, "target is null");
    buildArgs = Map.copyOf(buildArgs);
    requireNonNull(platform, "platform is null");
    if (context.isEmpty() && text.isEmpty()) {
      throw new IllegalArgumentException("no Dockerfile to look at");
    }
  }
}
