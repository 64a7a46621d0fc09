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
import dev.janiko.dockerfile.pattern.GlobPattern;
import dev.janiko.dockerfile.pattern.PatternException;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import dev.janiko.dockerfile.text.UserInfo;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** COPY and ADD: files of the context, of another stage or of an image become the stage's. */
final class CopyStep {
  private final StageScope scope;
  private final Workspace workspace;
  private final RemoteFiles remote;
  private final Clock clock;

  CopyStep(StageScope scope, Workspace workspace, RemoteFiles remote, Clock clock) {
    this.scope = scope;
    this.workspace = workspace;
    this.remote = remote;
    this.clock = clock;
  }

  /** What the layer depends on; the files are those that would be copied. */
  LayerPlan plan(ImageState state, Instruction.Transfer copy, CopySource from) {
    Words words = scope.words(state, copy.range());
    Expanded expanded = Expanded.of(words, copy);
    List<AddSource> sources = AddSource.of(copy, expanded.sources());
    String createdBy = createdBy(copy, expanded);
    CacheKey.Parts key =
        CacheKey.of(copy.kind().name())
            .add("history", createdBy)
            .add("sources", sources.stream().map(AddSource::toString).toList())
            .add("destination", destination(state, expanded.destination()).toString())
            .add("chown", expanded.chown().orElse(""))
            .add("chmod", expanded.chmod().orElse(""))
            .add("link", copy.link())
            .add("parents", parents(copy))
            .add("exclude", copy.exclude())
            .add("unpack", unpack(copy));
    boolean foreign = !(from instanceof CopySource.Context) && !(from instanceof CopySource.Folder);
    return new LayerPlan(
        LayerPlan.Kind.COPY,
        key.key(),
        () -> content(words, copy, from),
        foreign ? List.of(from) : List.of(),
        layer -> state.recorded(createdBy, clock.instant(), layer));
  }

  private String content(Words words, Instruction.Transfer copy, CopySource from)
      throws IOException {
    Expanded expanded = Expanded.of(words, copy);
    List<AddSource> sources = AddSource.of(copy, expanded.sources());
    List<String> paths = new ArrayList<>();
    List<String> fetched = new ArrayList<>();
    for (AddSource source : sources) {
      switch (source) {
        case AddSource.Local local -> paths.add(local.path());
        case AddSource.Web _ when expanded.checksum().isPresent() ->
            fetched.add(expanded.checksum().get());
        case AddSource.Web _, AddSource.Git _ ->
            fetched.add(fetched((Instruction.Add) copy, source, expanded.checksum()).identity());
      }
    }
    List<CopyRequest.Document> documents = documents(words, copy);
    CacheKey.Parts key = CacheKey.of("content").add("fetched", fetched);
    if (!paths.isEmpty() || !documents.isEmpty()) {
      key.add("files", local(copy, from, paths, documents));
    }
    return key.key().hex();
  }

  private String local(
      Instruction.Transfer copy,
      CopySource from,
      List<String> paths,
      List<CopyRequest.Document> documents)
      throws IOException {
    Workspace.Source source = workspace.source(from);
    CopyRules rules =
        new CopyRules(
            Optional.empty(),
            false,
            Optional.empty(),
            excluded(copy.exclude()),
            new CopyRules.Manner(false, false, parents(copy)));
    CopyRequest request =
        new CopyRequest(
            source.root(),
            new IgnoreRules(source.ignored()),
            paths,
            documents,
            new CopyRequest.Destination(UnixPath.of("/"), true),
            rules);
    try {
      return ContentDigest.of(request, !source.isContext());
    } catch (CopyException e) {
      throw BuildException.of(Kind.CONTEXT, copy.kind() + " failed: " + e.getMessage(), e);
    }
  }

  /** Whether archives are unpacked, as far as that is said: what is fetched is not by default. */
  private static String unpack(Instruction.Transfer transfer) {
    return transfer instanceof Instruction.Add add
        ? add.unpack().map(String::valueOf).orElse("default")
        : "never";
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
    List<AddSource> sources = AddSource.of(copy, expanded.sources());
    List<CopyRequest.Document> documents = documents(words, copy);
    CopyRequest.Destination destination = destination(state, expanded.destination());
    try {
      Copier copier = new Copier(workspace.root());
      Job job = new Job(copy, expanded, destination);
      for (AddSource source : sources) {
        copier.copy(
            source instanceof AddSource.Local local
                ? local(job, workspace.source(from), List.of(local.path()), List.of())
                : remote(job, source));
      }
      if (!documents.isEmpty()) {
        copier.copy(local(job, workspace.source(from), List.of(), documents));
      }
    } catch (CopyException e) {
      throw BuildException.of(Kind.CONTEXT, copy.kind() + " failed: " + e.getMessage(), e);
    }
    return state.recorded(createdBy(copy, expanded), clock.instant(), workspace.commit());
  }

  /** The instruction's words with their variables replaced. */
  private record Expanded(
      List<String> sources,
      String destination,
      Optional<String> chown,
      Optional<String> chmod,
      Optional<String> checksum) {
    static Expanded of(Words words, Instruction.Transfer copy) {
      return new Expanded(
          words.expandAll(copy.sources()),
          words.expand(copy.destination()),
          words.expand(copy.chown()).filter(text -> !text.isEmpty()),
          words.expand(copy.chmod()).filter(text -> !text.isEmpty()),
          copy instanceof Instruction.Add add ? words.expand(add.checksum()) : Optional.empty());
    }
  }

  private CopyRules rules(Instruction.Transfer copy, Expanded expanded, boolean isContext)
      throws IOException {
    Optional<FileMode> mode = expanded.chmod().map(text -> mode(text));
    // As BuildKit has it, a copy with a mode of its own is no linked one.
    boolean linked = copy.link() && mode.isEmpty();
    boolean unpacks = copy instanceof Instruction.Add add && add.unpack().orElse(true);
    return new CopyRules(
        owner(expanded.chown(), isContext),
        expanded.chown().isPresent(),
        mode,
        excluded(copy.exclude()),
        new CopyRules.Manner(unpacks, linked, parents(copy)));
  }

  private static boolean parents(Instruction.Transfer transfer) {
    return transfer instanceof Instruction.Copy copy && copy.parents();
  }

  private static Exclusions excluded(List<String> patterns) {
    try {
      return new IgnoreRules(PatternMatcher.of(patterns));
    } catch (PatternException e) {
      throw BuildException.of(
          Kind.DOCKERFILE, "invalid excludepatterns: " + patterns + ": " + e.getMessage(), e);
    }
  }

  /** What all sources of an instruction have in common. */
  private record Job(
      Instruction.Transfer transfer, Expanded expanded, CopyRequest.Destination destination) {}

  private CopyRequest local(
      Job job, Workspace.Source source, List<String> paths, List<CopyRequest.Document> documents)
      throws IOException {
    return new CopyRequest(
        source.root(),
        new IgnoreRules(source.ignored()),
        paths,
        documents,
        job.destination(),
        rules(job.transfer(), job.expanded(), source.isContext()));
  }

  /** Fetches a source, and says how it is copied. */
  private CopyRequest remote(Job job, AddSource source) throws IOException {
    Instruction.Add add = (Instruction.Add) job.transfer();
    RemoteFiles.Fetched fetched = fetched(add, source, job.expanded().checksum());
    CopyRules rules = rules(add, job.expanded(), true);
    boolean unpacks = add.unpack().orElse(false);
    return new CopyRequest(
        fetched.root(),
        Exclusions.none(),
        List.of(literal(fetched.path())),
        List.of(),
        job.destination(),
        rules.with(new CopyRules.Manner(unpacks, rules.manner().linked(), false)));
  }

  private RemoteFiles.Fetched fetched(
      Instruction.Add add, AddSource source, Optional<String> checksum) throws IOException {
    return switch (source) {
      case AddSource.Web web -> remote.file(web.address(), checksum);
      case AddSource.Git git ->
          remote.repository(
              AddSource.checked(git.reference(), checksum),
              add.keepGitDir().or(git.reference()::keepGitDir).orElse(false));
      case AddSource.Local local -> throw new IllegalArgumentException(local.path());
    };
  }

  /** A path as a pattern that matches nothing else. */
  private static String literal(String path) {
    if (!GlobPattern.hasWildcards(path)) {
      return path;
    }
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      pattern.append(
          switch (c) {
            case '*', '?', '[' -> "[" + c + "]";
            case '\\' -> "\\\\";
            default -> String.valueOf(c);
          });
    }
    return pattern.toString();
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
    if (parents(copy)) {
      words.add("--parents");
    }
    expanded.chown().ifPresent(text -> words.add("--chown=" + text));
    expanded.chmod().ifPresent(text -> words.add("--chmod=" + text));
    expanded.sources().forEach(source -> words.add(UserInfo.hidden(source)));
    copy.heredocs().forEach(heredoc -> words.add("<<" + heredoc.name()));
    words.add(expanded.destination());
    return String.join(" ", words) + " # buildkit";
  }
}
