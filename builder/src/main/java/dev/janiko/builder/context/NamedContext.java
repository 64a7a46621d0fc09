package dev.janiko.builder.context;

import dev.janiko.builder.plan.NamedSource;

/** What a name given with {@code --build-context} stands for, before it is fetched. */
public sealed interface NamedContext {
  /**
   * Files, which may have to be fetched.
   *
   * @param place where they are
   */
  record Files(ContextPlace place) implements NamedContext {}

  /**
   * What needs no fetching before the build.
   *
   * @param source an image, in a registry or a layout
   */
  record Image(NamedSource source) implements NamedContext {}
}
