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
import dev.janiko.registry.reference.ImageReference;
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
  private final NamedSources sources;
  private final StageNames names;
  private final Expander expander;
  private final Map<String, String> globals;

  private Planner(Dockerfile dockerfile, PlanOptions options) {
    this.dockerfile = dockerfile;
    this.options = options;
    this.sources = new NamedSources(options.sources(), options.targetPlatform());
    this.names = new StageNames(dockerfile, sources, options.targetPlatform());
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

  /**
   * Looks at what stages say of each other, whichever of them is built.
   *
   * @throws BuildException if a stage copies from one that it cannot copy from, or the target is
   *     named and does not exist
   */
  public static void checkStages(Dockerfile dockerfile, PlanOptions options) {
    Planner planner = new Planner(dockerfile, options);
    if (options.target().isPresent()) {
      planner.target();
    }
    for (int i = 0; i < dockerfile.stages().size(); i++) {
      for (Instruction instruction : dockerfile.stages().get(i).instructions()) {
        if (instruction instanceof Instruction.Copy copy) {
          planner.names.copySource(i, copy);
        }
      }
    }
  }

  /**
   * An image that a stage starts from.
   *
   * @param reference its name
   * @param platform the platform that is asked for
   */
  public record BaseImage(ImageReference reference, Platform platform) {}

  /**
   * The image that a stage starts from.
   *
   * @param index the stage's position in the file, from 0
   * @return empty if it starts from another stage or from nothing, or if its name or its platform
   *     cannot be read, which a build of the stage tells
   */
  public static Optional<BaseImage> image(Dockerfile dockerfile, int index, PlanOptions options) {
    Planner planner = new Planner(dockerfile, options);
    Instruction.From from = dockerfile.stages().get(index).from();
    try {
      String name = planner.baseName(from);
      if (name.equals("scratch") || planner.names.earlier(index, name).isPresent()) {
        return Optional.empty();
      }
      ImageReference reference = StageNames.reference(name, from.range());
      return Optional.of(new BaseImage(reference, planner.platform(from)));
    } catch (BuildException _) {
      return Optional.empty();
    }
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
    return new BuildPlan(dockerfile, List.copyOf(planned.values()), epoch(), globals, names);
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
    OptionalInt source = names.earlier(dockerfile.stages().size(), epoch.toLowerCase(Locale.ROOT));
    if (source.isPresent()) {
      throw noEpoch(epoch, syntax(source.getAsInt()));
    }
    throw BuildException.of(Kind.DOCKERFILE, "invalid " + EPOCH + ": " + epoch)
        .withHint("give the seconds since 1970");
  }

  /** A stage has a time if it is nothing but one source from elsewhere. */
  private static BuildException noEpoch(String epoch, Stage stage) {
    for (Instruction instruction : stage.instructions()) {
      if (!(instruction instanceof Instruction.Add)) {
        return BuildException.at(
                instruction.range(),
                Kind.DOCKERFILE,
                EPOCH
                    + " stage does not meet source-only requirements: unsupported "
                    + instruction.keyword()
                    + " instruction")
            .withHint("give the seconds since 1970");
      }
    }
    return BuildException.of(
            Kind.DOCKERFILE, EPOCH + "=" + epoch + ": the time of a stage is not supported")
        .withHint("give the seconds since 1970");
  }

  private PlannedStage stage(int index) {
    Stage syntax = syntax(index);
    Platform platform = platform(syntax.from());
    StageBase base = base(index, platform);
    Set<Integer> needs = new TreeSet<>();
    List<Instruction> instructions = new ArrayList<>();
    if (base instanceof StageBase.EarlierStage earlier) {
      needs.add(earlier.index());
      instructions.addAll(triggers(dockerfile.stages().get(earlier.index()), syntax.from()));
    }
    instructions.addAll(syntax.instructions());
    for (Instruction instruction : instructions) {
      for (CopySource source : names.sources(index, instruction)) {
        if (source instanceof CopySource.EarlierStage earlier) {
          needs.add(earlier.index());
        }
      }
    }
    if (base instanceof StageBase.EarlierStage earlier) {
      platform = platform(dockerfile.stages().get(earlier.index()).from());
    }
    return new PlannedStage(index, names.display(index), syntax, base, needs, platform);
  }

  /** A stage as it is written; of one whose name was given to something else, its first line. */
  private Stage syntax(int index) {
    Stage stage = dockerfile.stages().get(index);
    return replacement(stage.from()).isPresent() ? new Stage(stage.from(), List.of()) : stage;
  }

  private Optional<NamedSource> replacement(Instruction.From from) {
    return from.stageName().flatMap(sources::find);
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

  private StageBase base(int index, Platform platform) {
    Instruction.From from = dockerfile.stages().get(index).from();
    String name = baseName(from);
    Optional<NamedSource> own = replacement(from);
    if (own.isPresent()) {
      return named(own.get(), from.stageName().orElseThrow(), from, platform);
    }
    Optional<NamedSource> source = sources.find(name, platform);
    if (source.isPresent() && !name.equals("scratch")) {
      return named(source.get(), name, from, platform);
    }
    OptionalInt earlier = names.earlier(index, name);
    if (earlier.isPresent()) {
      return new StageBase.EarlierStage(earlier.getAsInt());
    }
    if (name.equals("scratch")) {
      return new StageBase.Scratch();
    }
    return new StageBase.Image(ImageChoice.of(StageNames.reference(name, from.range()), platform));
  }

  private static StageBase named(
      NamedSource source, String name, Instruction.From from, Platform platform) {
    if (source instanceof NamedSource.Image image
        && image.reference().equals(StageNames.reference("scratch", from.range()))) {
      return new StageBase.Scratch();
    }
    return NamedSources.image(source, name, platform)
        .map(StageBase.Image::new)
        .orElseThrow(() ->
            BuildException.at(
                    from.range(),
                    Kind.DOCKERFILE,
                    "the build context \"" + name + "\" is a folder, which no stage can start from")
                .withHint("COPY --from=" + name + " takes files from it"));
  }

  private String baseName(Instruction.From from) {
    String name = expand(from, from.image());
    if (name.isBlank()) {
      throw BuildException.at(
              from.range(), Kind.DOCKERFILE, "base name (" + from.image() + ") should not be blank")
          .about(from.image())
          .withHint("give the ARG a default before the first FROM, or a value with --build-arg");
    }
    return name;
  }

  /** The platform that a stage's base is for: its own, else the build's. */
  private Platform platform(Instruction.From from) {
    Optional<String> word = from.platform();
    if (word.isEmpty()) {
      return options.targetPlatform();
    }
    String text = expand(from, word.get());
    if (text.isEmpty()) {
      throw BuildException.at(
              from.range(),
              Kind.DOCKERFILE,
              "empty platform value from expression " + word.get() + meant(word.get()))
          .about(word.get())
          .withHint("expected: FROM --platform=os/arch[/variant] or a declared ARG");
    }
    try {
      return Platform.parse(text);
    } catch (IllegalArgumentException e) {
      throw BuildException.at(
              from.range(),
              Kind.DOCKERFILE,
              "failed to parse platform " + word.get() + ": " + e.getMessage() + meant(word.get()))
          .about(word.get())
          .withHint("expected: FROM --platform=os/arch[/variant], such as linux/amd64");
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
