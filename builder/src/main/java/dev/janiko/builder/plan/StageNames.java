package dev.janiko.builder.plan;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.Mount;
import dev.janiko.dockerfile.SourceRange;
import dev.janiko.dockerfile.Stage;
import dev.janiko.dockerfile.text.Suggestion;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.reference.InvalidReferenceException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Finds what the names in {@code FROM} and {@code --from} stand for. */
final class StageNames implements BuildPlan.Names {
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
  @Override
  public CopySource copySource(int stage, Instruction.Copy copy) {
    Optional<String> from = copy.from();
    if (from.isEmpty()) {
      return new CopySource.Context();
    }
    return named(stage, from.get(), copy.range());
  }

  /** What an instruction of a stage takes files from. */
  @Override
  public List<CopySource> sources(int stage, Instruction instruction) {
    if (instruction instanceof Instruction.Copy copy) {
      return List.of(copySource(stage, copy));
    }
    if (instruction instanceof Instruction.Run run) {
      return run.mounts().stream()
          .flatMap(mount -> mountSource(stage, mount, run.range()).stream())
          .toList();
    }
    return List.of();
  }

  private CopySource named(int stage, String from, SourceRange range) {
    if (from.indexOf('$') >= 0) {
      throw BuildException.at(
              range,
              Kind.DOCKERFILE,
              "variable expansion is not supported for --from, define a new stage with FROM using ARG"
                  + " from global scope as a workaround")
          .about(from);
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
    refuseLater(stage, from, range);
    return new CopySource.Image(ImageChoice.of(reference(from, range), platform));
  }

  private CopySource of(NamedSource source, String name) {
    if (source instanceof NamedSource.Folder folder) {
      return new CopySource.Folder(folder.folder());
    }
    return new CopySource.Image(NamedSources.image(source, name, platform).orElseThrow());
  }

  /**
   * Where a mount takes its files from: a stage or an image. Unlike COPY it knows no numbers.
   *
   * @param mount the value of {@code --mount}
   * @return nothing if the mount names no source, or the empty one
   */
  @Override
  public Optional<CopySource> mountSource(int stage, String mount, SourceRange range) {
    String from = mountFrom(mount, range);
    if (from.isEmpty() || from.equals("scratch")) {
      return Optional.empty();
    }
    Optional<NamedSource> source = sources.find(from);
    if (source.isPresent()) {
      return Optional.of(of(source.get(), from));
    }
    String name = from.toLowerCase(Locale.ROOT);
    OptionalInt earlier = earlier(stage, name);
    if (earlier.isPresent()) {
      return Optional.of(new CopySource.EarlierStage(earlier.getAsInt()));
    }
    for (int i = stage; i < stages.size(); i++) {
      if (named(i, name)) {
        throw laterMount(stage, i, Mount.targetOf(mount)).at(range);
      }
    }
    return Optional.of(new CopySource.Image(ImageChoice.of(reference(from, range), platform)));
  }

  private BuildException laterMount(int stage, int from, String target) {
    String message =
        from == stage
            ? "circular dependency detected on stage: " + display(stage)
            : "cannot mount from stage \"%s\" to \"%s\", stage needs to be defined before current"
                    .formatted(display(from), target)
                + " command";
    return BuildException.of(Kind.DOCKERFILE, message);
  }

  private static String mountFrom(String mount, SourceRange range) {
    try {
      return Mount.fromOf(mount);
    } catch (DockerfileException e) {
      throw BuildException.of(Kind.DOCKERFILE, String.valueOf(e.getMessage()), e).at(range);
    }
  }

  private CopySource index(int stage, String from, SourceRange range) {
    int index = Integer.parseInt(from);
    if (index >= stages.size()) {
      throw BuildException.at(range, Kind.DOCKERFILE, "invalid stage index " + from)
          .about("--from=" + from)
          .withHint("the stages of this Dockerfile are 0 to " + (stages.size() - 1));
    }
    refuseUnlessEarlier(stage, index, range, from);
    Optional<String> name = stages.get(index).from().stageName();
    Optional<NamedSource> source = name.flatMap(sources::find);
    if (source.isPresent()) {
      return of(source.get(), name.orElseThrow());
    }
    return new CopySource.EarlierStage(index);
  }

  private void refuseLater(int stage, String from, SourceRange range) {
    String name = from.toLowerCase(Locale.ROOT);
    for (int i = stage; i < stages.size(); i++) {
      if (named(i, name)) {
        refuseUnlessEarlier(stage, i, range, from);
      }
    }
  }

  private void refuseUnlessEarlier(int stage, int index, SourceRange range, String from) {
    if (index == stage) {
      throw BuildException.at(
              range, Kind.DOCKERFILE, "circular dependency detected on stage: " + display(stage))
          .about("--from=" + from)
          .withHint("a stage can copy from those before it" + names(stage));
    }
    if (index > stage) {
      throw BuildException.at(
              range,
              Kind.DOCKERFILE,
              "cannot copy from stage \"%s\", it needs to be defined before current stage \"%s\""
                  .formatted(display(index), display(stage)))
          .about("--from=" + from)
          .withHint("move that stage up; a stage can copy from those before it" + names(stage));
    }
  }

  /** The names of the stages before one, for messages. */
  private String names(int before) {
    if (before == 0) {
      return ", and there are none";
    }
    return IntStream.range(0, before)
        .mapToObj(this::display)
        .collect(Collectors.joining(", ", ": ", ""));
  }

  /**
   * The stage that may have been meant by a name that is none.
   *
   * @param before the stage whose instruction has the name
   */
  @Override
  public Optional<String> meant(int before, String name) {
    List<String> names =
        stages.subList(0, before).stream().flatMap(stage -> stage.name().stream()).toList();
    return Suggestion.nearest(name.toLowerCase(Locale.ROOT), names);
  }

  static ImageReference reference(String text, SourceRange range) {
    try {
      return ImageReference.parse(text);
    } catch (InvalidReferenceException e) {
      throw BuildException.at(
              range,
              Kind.DOCKERFILE,
              "failed to parse stage name \"%s\": %s".formatted(text, e.getMessage()))
          .about(text)
          .withHint(
              "expected: the name of an earlier stage, or an image: [host/]name[:tag|@digest]");
    }
  }

  private boolean named(int index, String name) {
    return stages.get(index).from().stageName().filter(name::equals).isPresent();
  }

  private static boolean isIndex(String from) {
    return !from.isEmpty() && from.length() < 9 && from.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
