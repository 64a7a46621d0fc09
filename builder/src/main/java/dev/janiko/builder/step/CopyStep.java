package dev.janiko.builder.step;

import dev.janiko.builder.cache.CacheKey;
import dev.janiko.builder.copy.ContentDigest;
import dev.janiko.builder.copy.Copier;
import dev.janiko.builder.copy.CopyException;
import dev.janiko.builder.copy.CopyRequest;
import dev.janiko.builder.copy.CopyRules;
import dev.janiko.builder.copy.Exclusions;
import dev.janiko.builder.copy.FileMode;
import dev.janiko.builder.copy.Owner;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.sandbox.UserLookup;
import dev.janiko.dockerfile.Heredoc;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.pattern.PatternException;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** COPY and ADD: files of the context, of another stage or of an image become the stage's. */
final class CopyStep {
  private static final Pattern URL = Pattern.compile("(?i)https?://.+");
  private static final Pattern GIT =
      Pattern.compile("(?:git|ssh)://.+|[\\w.-]+@[\\w.-]+:.+|(?i:https?)://.+\\.git(?:[#?].*)?");

  private final StageScope scope;
  private final Workspace workspace;
  private final Clock clock;

  CopyStep(StageScope scope, Workspace workspace, Clock clock) {
    this.scope = scope;
    this.workspace = workspace;
    this.clock = clock;
  }

  /** What the layer depends on; the files are those that would be copied. */
  LayerPlan plan(ImageState state, Instruction.Transfer copy, CopySource from) {
    Words words = scope.words(state, copy.range());
    Expanded expanded = Expanded.of(words, copy);
    refuseRemote(copy, expanded.sources());
    String createdBy = createdBy(copy, expanded);
    CacheKey.Parts key =
        CacheKey.of(copy.kind().name())
            .add("history", createdBy)
            .add("sources", expanded.sources())
            .add("destination", destination(state, expanded.destination()).toString())
            .add("chown", expanded.chown().orElse(""))
            .add("chmod", expanded.chmod().orElse(""))
            .add("link", copy.link())
            .add("exclude", copy.exclude())
            .add("unpack", copy instanceof Instruction.Add add && add.unpack().orElse(true));
    return new LayerPlan(
        LayerPlan.Kind.COPY,
        key.key(),
        () -> content(words, copy, from),
        from instanceof CopySource.Context ? List.of() : List.of(from),
        layer -> state.recorded(createdBy, clock.instant(), layer));
  }

  private String content(Words words, Instruction.Transfer copy, CopySource from)
      throws IOException {
    Workspace.Source source = workspace.source(from);
    CopyRules rules =
        new CopyRules(
            Optional.empty(),
            false,
            Optional.empty(),
            excluded(copy.exclude()),
            new CopyRules.Manner(false, false));
    CopyRequest request =
        new CopyRequest(
            source.root(),
            new IgnoreRules(source.ignored()),
            words.expandAll(copy.sources()),
            documents(words, copy),
            new CopyRequest.Destination(UnixPath.of("/"), true),
            rules);
    try {
      return ContentDigest.of(request, !source.isContext());
    } catch (CopyException e) {
      throw BuildException.of(Kind.CONTEXT, copy.kind() + " failed: " + e.getMessage(), e);
    }
  }

  private static List<CopyRequest.Document> documents(Words words, Instruction.Transfer copy) {
    List<CopyRequest.Document> documents = new ArrayList<>();
    for (Heredoc heredoc : copy.heredocs()) {
      String content = heredoc.expand() ? words.expandHeredoc(heredoc.text()) : heredoc.text();
      documents.add(new CopyRequest.Document(heredoc.name(), content));
    }
    return documents;
  }

  ImageState execute(ImageState state, Instruction.Transfer copy, CopySource from)
      throws IOException {
    Words words = scope.words(state, copy.range());
    Expanded expanded = Expanded.of(words, copy);
    refuseRemote(copy, expanded.sources());
    Workspace.Source source = workspace.source(from);
    CopyRules rules = rules(copy, expanded, source);
    CopyRequest request =
        new CopyRequest(
            source.root(),
            new IgnoreRules(source.ignored()),
            expanded.sources(),
            documents(words, copy),
            destination(state, expanded.destination()),
            rules);
    try {
      new Copier(workspace.root()).copy(request);
    } catch (CopyException e) {
      throw BuildException.of(Kind.CONTEXT, copy.kind() + " failed: " + e.getMessage(), e);
    }
    return state.recorded(createdBy(copy, expanded), clock.instant(), workspace.commit());
  }

  /** The instruction's words with their variables replaced. */
  private record Expanded(
      List<String> sources, String destination, Optional<String> chown, Optional<String> chmod) {
    static Expanded of(Words words, Instruction.Transfer copy) {
      return new Expanded(
          words.expandAll(copy.sources()),
          words.expand(copy.destination()),
          words.expand(copy.chown()).filter(text -> !text.isEmpty()),
          words.expand(copy.chmod()).filter(text -> !text.isEmpty()));
    }
  }

  private CopyRules rules(Instruction.Transfer copy, Expanded expanded, Workspace.Source source)
      throws IOException {
    Optional<FileMode> mode = expanded.chmod().map(text -> mode(text));
    // As BuildKit has it, a copy with a mode of its own is no linked one.
    boolean linked = copy.link() && mode.isEmpty();
    boolean unpacks = copy instanceof Instruction.Add add && add.unpack().orElse(true);
    return new CopyRules(
        owner(expanded.chown(), source.isContext()),
        expanded.chown().isPresent(),
        mode,
        excluded(copy.exclude()),
        new CopyRules.Manner(unpacks, linked));
  }

  private static Exclusions excluded(List<String> patterns) {
    try {
      return new IgnoreRules(PatternMatcher.of(patterns));
    } catch (PatternException e) {
      throw BuildException.of(
          Kind.DOCKERFILE, "invalid excludepatterns: " + patterns + ": " + e.getMessage(), e);
    }
  }

  private static void refuseRemote(Instruction.Transfer copy, List<String> sources) {
    for (String source : sources) {
      boolean git = GIT.matcher(source).matches();
      if (!git && !URL.matcher(source).matches()) {
        continue;
      }
      if (copy instanceof Instruction.Copy) {
        throw BuildException.of(
            Kind.DOCKERFILE, "source can't be a " + (git ? "git ref" : "URL") + " for COPY");
      }
      throw BuildException.of(
              Kind.DOCKERFILE,
              "ADD of a " + (git ? "git repository" : "URL") + " is not supported by this version")
          .withHint("fetch it in a RUN, or put it into the build context");
    }
    if (copy instanceof Instruction.Add add && add.checksum().isPresent()) {
      throw BuildException.of(
          Kind.DOCKERFILE,
          sources.size() > 1
              ? "checksum can't be specified for multiple sources"
              : "checksum requires HTTP(S) or Git sources");
    }
  }

  private Optional<Owner> owner(Optional<String> chown, boolean isContext) throws IOException {
    if (chown.isEmpty()) {
      return isContext ? Optional.of(Owner.ROOT) : Optional.empty();
    }
    UserLookup.Owner found = workspace.users().forChown(chown.get());
    return Optional.of(new Owner(found.uid(), found.gid()));
  }

  private static FileMode mode(String text) {
    return FileMode.parse(text)
        .orElseThrow(() ->
            BuildException.of(
                    Kind.DOCKERFILE,
                    Character.isDigit(text.charAt(0))
                        ? "invalid chmod parameter: '%s'. it should be octal string and between 0 and 07777"
                            .formatted(text)
                        : "invalid chmod parameter: '%s': invalid syntax".formatted(text))
                .withHint(
                    "write it as a number, such as 755, or as chmod takes it, such as u=rwX"));
  }

  private static CopyRequest.Destination destination(ImageState state, String written) {
    boolean isFolder =
        written.isEmpty() || written.equals(".") || written.endsWith("/") || written.endsWith("/.");
    String path = WorkingDirectory.clean(WorkingDirectory.join(state.run().workingDir(), written));
    return new CopyRequest.Destination(UnixPath.of(path), isFolder);
  }

  private static String createdBy(Instruction.Transfer copy, Expanded expanded) {
    List<String> words = new ArrayList<>(List.of(copy.kind().name()));
    expanded.chown().ifPresent(text -> words.add("--chown=" + text));
    expanded.chmod().ifPresent(text -> words.add("--chmod=" + text));
    words.addAll(expanded.sources());
    copy.heredocs().forEach(heredoc -> words.add("<<" + heredoc.name()));
    words.add(expanded.destination());
    return String.join(" ", words) + " # buildkit";
  }
}
