package dev.janiko.builder.step;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.dockerfile.ArgDeclaration;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.Expander;
import dev.janiko.dockerfile.SourceRange;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the instructions of a stage take their values from besides the stage's own state. Immutable.
 *
 * @param expander expands words with the Dockerfile's escape character
 * @param buildArgs {@code --build-arg} values by name
 * @param globalArgs arguments from before the first stage, built-in ones included
 * @param mounts what mounts bring in from outside
 */
public record StageScope(
    Expander expander,
    Map<String, String> buildArgs,
    Map<String, String> globalArgs,
    MountResources mounts) {
  /** Makes the maps immutable. */
  public StageScope {
    buildArgs = Map.copyOf(buildArgs);
    globalArgs = Map.copyOf(globalArgs);
    requireNonNull(mounts, "mounts is null");
  }

  Words words(ImageState state, SourceRange range) {
    return new Words(expander, state.environment(), range);
  }

  /** Judges a word of the language; what is wrong with it is told with its place. */
  <T> T judged(SourceRange range, Supplier<T> judgement) {
    try {
      return judgement.get();
    } catch (DockerfileException | IllegalArgumentException e) {
      throw BuildException.of(Kind.DOCKERFILE, String.valueOf(e.getMessage()), e).at(range);
    }
  }

  /** The value of an argument: the build's, else its own default, else the global one's. */
  Optional<String> argValue(ArgDeclaration declaration, Words words) {
    Optional<String> given = Optional.ofNullable(buildArgs.get(declaration.name()));
    return given
        .or(() -> words.expand(declaration.defaultWord()))
        .or(() -> Optional.ofNullable(globalArgs.get(declaration.name())));
  }
}
