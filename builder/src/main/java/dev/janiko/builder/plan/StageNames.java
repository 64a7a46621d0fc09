package dev.janiko.builder.plan;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.SourceRange;
import dev.janiko.dockerfile.Stage;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.reference.InvalidReferenceException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds what the names in {@code FROM} and {@code --from} stand for. */
final class StageNames {
  private final List<Stage> stages;
  private final NamedSources sources;
  private final Platform platform;

  /**
   * Takes the names.
   *
   * @param sources names that win over stages and images
   * @param platform the platform of images that are copied from
   */
  StageNames(Dockerfile dockerfile, NamedSources sources, Platform platform) {
    this.stages = dockerfile.stages();
    this.sources = sources;
    this.platform = platform;
  }

  /** What a stage is called in messages. */
  String display(int index) {
    return stages.get(index).from().stageName().orElse("stage-" + index);
  }

  /** The last stage before a position that bears exactly this name. */
  OptionalInt earlier(int before, String name) {
    for (int i = before - 1; i >= 0; i--) {
      if (named(i, name)) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** Where a COPY of a stage takes its files from. */
  CopySource copySource(int stage, Instruction.Copy copy) {
    Optional<String> from = copy.from();
    if (from.isEmpty()) {
      return new CopySource.Context();
    }
    return named(stage, from.get(), copy.range());
  }

  private CopySource named(int stage, String from, SourceRange range) {
    if (from.indexOf('$') >= 0) {
      throw BuildException.at(
          range,
          Kind.DOCKERFILE,
          "variable expansion is not supported for --from, define a new stage with FROM using ARG"
              + " from global scope as a workaround");
    }
    if (isIndex(from)) {
      return index(stage, from, range);
    }
    Optional<NamedSource> source = sources.find(from);
    if (source.isPresent()) {
      return of(source.get(), from);
    }
    String name = from.toLowerCase(Locale.ROOT);
    OptionalInt earlier = earlier(stage, name);
    if (earlier.isPresent()) {
      return new CopySource.EarlierStage(earlier.getAsInt());
    }
    refuseLater(stage, name, range);
    return new CopySource.Image(ImageChoice.of(reference(from, range), platform));
  }

  private CopySource of(NamedSource source, String name) {
    if (source instanceof NamedSource.Folder folder) {
      return new CopySource.Folder(folder.folder());
    }
    return new CopySource.Image(NamedSources.image(source, name, platform).orElseThrow());
  }

  private CopySource index(int stage, String from, SourceRange range) {
    int index = Integer.parseInt(from);
    if (index >= stages.size()) {
      throw BuildException.at(range, Kind.DOCKERFILE, "invalid stage index " + from)
          .withHint("the stages of this Dockerfile are 0 to " + (stages.size() - 1));
    }
    refuseUnlessEarlier(stage, index, range);
    Optional<String> name = stages.get(index).from().stageName();
    Optional<NamedSource> source = name.flatMap(sources::find);
    if (source.isPresent()) {
      return of(source.get(), name.orElseThrow());
    }
    return new CopySource.EarlierStage(index);
  }

  private void refuseLater(int stage, String name, SourceRange range) {
    for (int i = stage; i < stages.size(); i++) {
      if (named(i, name)) {
        refuseUnlessEarlier(stage, i, range);
      }
    }
  }

  private void refuseUnlessEarlier(int stage, int index, SourceRange range) {
    if (index == stage) {
      throw BuildException.at(
          range, Kind.DOCKERFILE, "circular dependency detected on stage: " + display(stage));
    }
    if (index > stage) {
      throw BuildException.at(
          range,
          Kind.DOCKERFILE,
          "cannot copy from stage \"%s\", it needs to be defined before current stage \"%s\""
              .formatted(display(index), display(stage)));
    }
  }

  static ImageReference reference(String text, SourceRange range) {
    try {
      return ImageReference.parse(text);
    } catch (InvalidReferenceException e) {
      throw BuildException.at(
          range,
          Kind.DOCKERFILE,
          "failed to parse stage name \"%s\": %s".formatted(text, e.getMessage()));
    }
  }

  private boolean named(int index, String name) {
    return stages.get(index).from().stageName().filter(name::equals).isPresent();
  }

  private static boolean isIndex(String from) {
    return !from.isEmpty() && from.length() < 9 && from.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
