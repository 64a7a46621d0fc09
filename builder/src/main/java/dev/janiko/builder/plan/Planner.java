package dev.janiko.builder.plan;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.DockerfileParser;
import dev.janiko.dockerfile.Expander;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.Stage;
import dev.janiko.dockerfile.text.Suggestion;
import dev.janiko.registry.image.Platform;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Makes a {@link BuildPlan} of a Dockerfile. */
public final class Planner {
  private static final String EPOCH = "SOURCE_DATE_EPOCH";

  private final Dockerfile dockerfile;
  private final PlanOptions options;
  private final StageNames names;
  private final Expander expander;
  private final Map<String, String> globals;

  private Planner(Dockerfile dockerfile, PlanOptions options) {
    this.dockerfile = dockerfile;
    this.options = options;
    this.names = new StageNames(dockerfile);
    this.expander = new Expander(dockerfile.escape());
    this.globals = GlobalArgs.evaluate(dockerfile, options, targetName());
  }

  /**
   * Resolves what the target needs.
   *
   * @throws BuildException if a base, a stage or the target is named that does not exist
   */
  public static BuildPlan plan(Dockerfile dockerfile, PlanOptions options) {
    return new Planner(dockerfile, options).plan();
  }

  private BuildPlan plan() {
    int target = target();
    Set<Integer> reached = new TreeSet<>();
    Map<Integer, PlannedStage> planned = new java.util.TreeMap<>();
    List<Integer> open = new ArrayList<>(List.of(target));
    while (!open.isEmpty()) {
      int index = open.removeLast();
      if (reached.add(index)) {
        PlannedStage stage = stage(index);
        planned.put(index, stage);
        open.addAll(stage.needs());
      }
    }
    return new BuildPlan(dockerfile, List.copyOf(planned.values()), epoch(), globals);
  }

  private Optional<Instant> epoch() {
    String epoch = options.buildArgs().getOrDefault(EPOCH, globals.getOrDefault(EPOCH, "")).strip();
    // A context that is a folder has no time of its own.
    if (epoch.isEmpty() || epoch.equals("context")) {
      return Optional.empty();
    }
    if (epoch.matches("\\d{1,11}")) {
      return Optional.of(Instant.ofEpochSecond(Long.parseLong(epoch)));
    }
    if (names.earlier(dockerfile.stages().size(), epoch.toLowerCase(Locale.ROOT)).isPresent()) {
      throw BuildException.of(
              Kind.DOCKERFILE, EPOCH + "=" + epoch + ": the time of a stage is not supported")
          .withHint("give the seconds since 1970");
    }
    throw BuildException.of(Kind.DOCKERFILE, "invalid " + EPOCH + ": " + epoch)
        .withHint("give the seconds since 1970");
  }

  private PlannedStage stage(int index) {
    StageBase base = base(index);
    Stage syntax = dockerfile.stages().get(index);
    Set<Integer> needs = new TreeSet<>();
    List<Instruction> instructions = new ArrayList<>();
    if (base instanceof StageBase.EarlierStage earlier) {
      needs.add(earlier.index());
      instructions.addAll(triggers(dockerfile.stages().get(earlier.index()), syntax.from()));
    }
    instructions.addAll(syntax.instructions());
    for (Instruction instruction : instructions) {
      if (instruction instanceof Instruction.Copy copy
          && names.copySource(index, copy) instanceof CopySource.EarlierStage earlier) {
        needs.add(earlier.index());
      }
    }
    return new PlannedStage(index, names.display(index), syntax, base, needs);
  }

  /** What a stage leaves to be carried out in those that start from it. */
  private static List<Instruction> triggers(Stage parent, Instruction.From from) {
    List<Instruction> triggers = new ArrayList<>();
    for (Instruction instruction : parent.instructions()) {
      if (instruction instanceof Instruction.Onbuild onbuild) {
        try {
          triggers.add(DockerfileParser.parseTrigger(onbuild.trigger(), from.range()));
        } catch (DockerfileException e) {
          throw BuildException.of(Kind.DOCKERFILE, String.valueOf(e.getMessage()), e)
              .at(from.range());
        }
      }
    }
    return triggers;
  }

  private StageBase base(int index) {
    Instruction.From from = dockerfile.stages().get(index).from();
    String name = expand(from, from.image());
    if (name.isBlank()) {
      throw BuildException.at(
          from.range(), Kind.DOCKERFILE, "base name (" + from.image() + ") should not be blank");
    }
    requireTargetPlatform(from);
    OptionalInt earlier = names.earlier(index, name);
    if (earlier.isPresent()) {
      return new StageBase.EarlierStage(earlier.getAsInt());
    }
    if (name.equals("scratch")) {
      return new StageBase.Scratch();
    }
    return new StageBase.Image(StageNames.reference(name, from.range()));
  }

  private void requireTargetPlatform(Instruction.From from) {
    Optional<String> word = from.platform();
    if (word.isEmpty()) {
      return;
    }
    String text = expand(from, word.get());
    if (text.isEmpty()) {
      throw BuildException.at(
          from.range(),
          Kind.DOCKERFILE,
          "empty platform value from expression " + word.get() + meant(word.get()));
    }
    Platform platform;
    try {
      platform = Platform.parse(text);
    } catch (IllegalArgumentException e) {
      throw BuildException.at(
          from.range(),
          Kind.DOCKERFILE,
          "failed to parse platform " + word.get() + ": " + e.getMessage() + meant(word.get()));
    }
    if (!platform.equals(options.targetPlatform())) {
      throw BuildException.at(
              from.range(),
              Kind.DOCKERFILE,
              "FROM --platform=%s is not supported: this build makes %s images"
                  .formatted(platform, options.targetPlatform()))
          .withHint("leave --platform out, or run the build on a machine of that platform");
    }
  }

  /** A hint at the argument that may have been meant by one that is not declared. */
  private String meant(String word) {
    return expander
        .process(word, name -> Optional.ofNullable(globals.get(name)))
        .unmatched()
        .stream()
        .map(name -> Suggestion.hint(Suggestion.nearest(name, globals.keySet())))
        .findFirst()
        .orElse("");
  }

  private String expand(Instruction.From from, String word) {
    try {
      return expander.expand(word, name -> Optional.ofNullable(globals.get(name)));
    } catch (DockerfileException e) {
      throw BuildException.of(Kind.DOCKERFILE, String.valueOf(e.getMessage()), e).at(from.range());
    }
  }

  private int target() {
    if (options.target().isEmpty()) {
      return dockerfile.stages().size() - 1;
    }
    String name = options.target().get().toLowerCase(Locale.ROOT);
    int count = dockerfile.stages().size();
    OptionalInt named = names.earlier(count, name);
    if (named.isPresent()) {
      return named.getAsInt();
    }
    if (name.matches("\\d{1,6}") && Integer.parseInt(name) < count) {
      return Integer.parseInt(name);
    }
    throw BuildException.of(
            Kind.DOCKERFILE,
            "target stage \"%s\" could not be found%s"
                .formatted(
                    options.target().get(),
                    Suggestion.hint(Suggestion.nearest(name, displayNames()))))
        .withHint("the stages are: " + String.join(", ", displayNames()));
  }

  private List<String> displayNames() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < dockerfile.stages().size(); i++) {
      all.add(names.display(i));
    }
    return Collections.unmodifiableList(all);
  }

  private String targetName() {
    return options
        .target()
        .or(() -> dockerfile.stages().getLast().from().stageName())
        .orElse("default");
  }
}
