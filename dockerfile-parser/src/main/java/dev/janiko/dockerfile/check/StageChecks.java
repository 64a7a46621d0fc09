package dev.janiko.dockerfile.check;

import dev.janiko.dockerfile.ArgDeclaration;
import dev.janiko.dockerfile.Command;
import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.Expander;
import dev.janiko.dockerfile.Expansion;
import dev.janiko.dockerfile.Heredoc;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.Keyword;
import dev.janiko.dockerfile.Mount;
import dev.janiko.dockerfile.NameValue;
import dev.janiko.dockerfile.Source;
import dev.janiko.dockerfile.Stage;
import dev.janiko.dockerfile.Variables;
import dev.janiko.dockerfile.pattern.GlobPattern;
import dev.janiko.dockerfile.pattern.SlashPath;
import dev.janiko.dockerfile.text.GoQuote;
import dev.janiko.dockerfile.text.Suggestion;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The checks of the instructions of the stages that are built. Not thread-safe; used once. */
final class StageChecks {
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)(?:_|^)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)");
  private static final Pattern NO_SECRET =
      Pattern.compile("(?i)(?:_|^)(?:public|file|version)(?:_|$)");

  private final Dockerfile dockerfile;
  private final CheckContext context;
  private final Findings findings;
  private final Expander expander;
  private final GlobalValues globals;
  private final List<Scope> scopes = new ArrayList<>();

  /** What a stage has set so far, and hands on to stages that begin with it. */
  private static final class Scope {
    private final Map<String, String> values;
    private final Set<String> declared;
    private final boolean known;
    private boolean workdir;
    private boolean shell;

    Scope(Map<String, String> values, Set<String> declared, boolean known) {
      this.values = new LinkedHashMap<>(values);
      this.declared = new LinkedHashSet<>(declared);
      this.known = known;
    }

    static Scope after(Scope parent) {
      Scope scope = new Scope(parent.values, parent.declared, parent.known);
      scope.workdir = parent.workdir;
      scope.shell = parent.shell;
      return scope;
    }
  }

  StageChecks(Dockerfile dockerfile, CheckContext context, Findings findings) {
    this.dockerfile = dockerfile;
    this.context = context;
    this.findings = findings;
    this.expander = new Expander(dockerfile.escape());
    this.globals = GlobalValues.of(dockerfile, context.buildArgs());
  }

  void run() {
    Set<Integer> built = new Reachability(dockerfile, globals).from(context.target());
    for (int i = 0; i < dockerfile.stages().size(); i++) {
      Stage stage = dockerfile.stages().get(i);
      boolean isBuilt = built.contains(i);
      Scope scope = scope(stage.from(), i, isBuilt ? context.bases().apply(i) : Optional.empty());
      scopes.add(scope);
      if (isBuilt) {
        Map<Keyword, Source> last = new EnumMap<>(Keyword.class);
        for (Instruction instruction : stage.instructions()) {
          check(instruction, scope);
          repeated(instruction, last);
        }
      }
    }
  }

  private void platform(Instruction.From from, BaseFacts base) {
    if (!base.platform().equals(base.wanted())) {
      findings.add(
          Rule.INVALID_BASE_IMAGE_PLATFORM,
          from.source(),
          "Base image "
              + globals.base(from)
              + " was pulled with platform "
              + GoQuote.quote(base.platform())
              + ", expected "
              + GoQuote.quote(base.wanted())
              + " for current build",
          from.image());
    }
  }

  private Scope scope(Instruction.From from, int index, Optional<BaseFacts> facts) {
    String image = globals.base(from);
    for (int i = index - 1; i >= 0; i--) {
      if (dockerfile.stages().get(i).name().filter(image::equals).isPresent()) {
        return Scope.after(scopes.get(i));
      }
    }
    Optional<BaseFacts> base =
        image.equals("scratch") ? Optional.of(BaseFacts.of(Map.of())) : facts;
    facts.ifPresent(it -> platform(from, it));
    Map<String, String> environment = base.map(BaseFacts::environment).orElse(Map.of());
    Set<String> names = new LinkedHashSet<>(environment.keySet());
    names.add("PATH");
    Scope scope = new Scope(environment, names, base.isPresent());
    scope.shell = base.map(BaseFacts::shell).orElse(false);
    return scope;
  }

  private void repeated(Instruction instruction, Map<Keyword, Source> last) {
    Keyword kind = instruction.kind();
    if (kind == Keyword.CMD || kind == Keyword.ENTRYPOINT || kind == Keyword.HEALTHCHECK) {
      Source previous = last.put(kind, instruction.source());
      if (previous != null) {
        findings.add(
            Rule.MULTIPLE_INSTRUCTIONS_DISALLOWED,
            previous,
            "Multiple "
                + kind
                + " instructions should not be used in the same stage because only the last one"
                + " will be used");
      }
    }
  }

  private void check(Instruction instruction, Scope scope) {
    Source source = instruction.source();
    switch (instruction) {
      case Instruction.Arg arg -> arg(arg, scope);
      case Instruction.Env env -> {
        legacy(env.legacy(), "ENV", source);
        Map<String, String> set = pairs(env.pairs(), source, scope);
        set.keySet().forEach(name -> secret("ENV", name, source));
        scope.values.putAll(set);
        scope.declared.addAll(set.keySet());
      }
      case Instruction.Label label -> {
        legacy(label.legacy(), "LABEL", source);
        pairs(label.pairs(), source, scope);
      }
      case Instruction.Workdir workdir -> workdir(workdir, scope);
      case Instruction.User user -> expand(user.user(), source, scope);
      case Instruction.Stopsignal signal -> expand(signal.signal(), source, scope);
      case Instruction.Volume volume -> volume.paths().forEach(path -> expand(path, source, scope));
      case Instruction.Expose expose -> expose(expose, scope);
      case Instruction.Shell _ -> scope.shell = true;
      case Instruction.Cmd cmd -> shellForm(cmd.command(), "CMD", source, scope);
      case Instruction.Entrypoint entrypoint ->
          shellForm(entrypoint.command(), "ENTRYPOINT", source, scope);
      case Instruction.Transfer transfer -> transfer(transfer, scope);
      case Instruction.Run run -> run.mounts().forEach(mount -> mount(mount, source, scope));
      case Instruction.From _,
          Instruction.Healthcheck _,
          Instruction.Maintainer _,
          Instruction.Onbuild _ -> {
        // Nothing in them is expanded here.
      }
    }
  }

  private Optional<String> expand(String word, Source source, Scope scope) {
    return process(word, source, scope).map(Expansion::text);
  }

  private Optional<Expansion> process(String word, Source source, Scope scope) {
    try {
      Expansion expansion = expander.process(word, Variables.of(scope.values));
      undefined(expansion, source, scope);
      return Optional.of(expansion);
    } catch (DockerfileException _) {
      // The build tells what is wrong with it.
      return Optional.empty();
    }
  }

  private void heredoc(Heredoc heredoc, Source source, Scope scope) {
    if (heredoc.expand()) {
      try {
        Variables variables = Variables.of(scope.values);
        undefined(expander.processHeredoc(heredoc.text(), variables), source, scope);
      } catch (DockerfileException _) {
        // The build tells what is wrong with it.
      }
    }
  }

  private void undefined(Expansion expansion, Source source, Scope scope) {
    for (String name : new TreeSet<>(expansion.unmatched())) {
      if (scope.known && !scope.declared.contains(name)) {
        findings.add(
            Rule.UNDEFINED_VAR,
            source,
            "Usage of undefined variable '$"
                + name
                + "'"
                + Suggestion.nearest(name, scope.declared)
                    .map(nearest -> " (did you mean $" + nearest + "?)")
                    .orElse(""),
            name);
      }
    }
  }

  private List<String> expandWords(String word, Scope scope) {
    try {
      // BuildKit never says that a variable here is undefined.
      return expander.expandWords(word, Variables.of(scope.values));
    } catch (DockerfileException _) {
      return List.of(word);
    }
  }

  private void arg(Instruction.Arg arg, Scope scope) {
    for (ArgDeclaration declaration : arg.declarations()) {
      secret("ARG", declaration.name(), arg.source());
      declaration
          .defaultWord()
          .flatMap(word -> expand(word, arg.source(), scope))
          .ifPresent(value -> scope.values.put(declaration.name(), value));
      Optional.ofNullable(context.buildArgs().get(declaration.name()))
          .ifPresent(value -> scope.values.put(declaration.name(), value));
      scope.declared.add(declaration.name());
    }
  }

  private Map<String, String> pairs(List<NameValue> pairs, Source source, Scope scope) {
    Map<String, String> set = new LinkedHashMap<>();
    for (NameValue pair : pairs) {
      Optional<String> name = expand(pair.name(), source, scope);
      Optional<String> value = expand(pair.value(), source, scope);
      name.ifPresent(it -> set.put(it, value.orElse("")));
    }
    return set;
  }

  private void legacy(boolean legacy, String keyword, Source source) {
    if (legacy) {
      findings.add(
          Rule.LEGACY_KEY_VALUE_FORMAT,
          source,
          "\""
              + keyword
              + " key=value\" should be used instead of legacy \""
              + keyword
              + " key value\" format");
    }
  }

  private void secret(String keyword, String name, Source source) {
    if (SECRET.matcher(name).find() && !NO_SECRET.matcher(name).find()) {
      findings.add(
          Rule.SECRETS_USED_IN_ARG_OR_ENV,
          source,
          "Do not use ARG or ENV instructions for sensitive data ("
              + keyword
              + " "
              + GoQuote.quote(name)
              + ")",
          name);
    }
  }

  private void workdir(Instruction.Workdir workdir, Scope scope) {
    Optional<Expansion> expansion = process(workdir.path(), workdir.source(), scope);
    String path = expansion.map(Expansion::text).orElse(workdir.path());
    // A variable of an image that is not known may well hold a whole path.
    boolean guessed = !scope.known && expansion.filter(it -> !it.unmatched().isEmpty()).isPresent();
    if (!scope.workdir && !guessed && !path.startsWith("/")) {
      findings.add(
          Rule.WORKDIR_RELATIVE_PATH,
          workdir.source(),
          "Relative workdir "
              + GoQuote.quote(path)
              + " can have unexpected results if the base image changes",
          workdir.path());
    }
    scope.workdir = true;
  }

  private void expose(Instruction.Expose expose, Scope scope) {
    List<String> ports =
        expose.ports().stream().flatMap(word -> expandWords(word, scope).stream()).toList();
    for (String port : ports) {
      int slash = port.indexOf('/');
      String protocol = slash < 0 ? "" : port.substring(slash + 1);
      if (!protocol.equals(protocol.toLowerCase(Locale.ROOT))) {
        findings.add(
            Rule.EXPOSE_PROTO_CASING,
            expose.source(),
            "Defined protocol '" + port + "' in EXPOSE instruction should be lowercase",
            port);
      }
      if (port.indexOf(':') >= 0) {
        findings.add(
            Rule.EXPOSE_INVALID_FORMAT,
            expose.source(),
            "EXPOSE instruction should not define an IP address or host-port mapping, found '"
                + port
                + "'",
            port);
      }
    }
  }

  private void shellForm(Command command, String keyword, Source source, Scope scope) {
    if (command instanceof Command.Shell && !scope.shell) {
      findings.add(
          Rule.JSON_ARGS_RECOMMENDED,
          source,
          "JSON arguments recommended for "
              + keyword
              + " to prevent unintended behavior related to OS signals");
    }
  }

  private void transfer(Instruction.Transfer transfer, Scope scope) {
    Source source = transfer.source();
    transfer.chown().ifPresent(word -> expand(word, source, scope));
    transfer.chmod().ifPresent(word -> expand(word, source, scope));
    expand(transfer.destination(), source, scope);
    transfer.heredocs().forEach(heredoc -> heredoc(heredoc, source, scope));
    boolean fromContext = true;
    String verb = "Copy";
    switch (transfer) {
      case Instruction.Copy copy -> fromContext = copy.from().isEmpty();
      case Instruction.Add add -> {
        verb = "Add";
        add.checksum().ifPresent(word -> expand(word, source, scope));
      }
    }
    for (String word : transfer.sources()) {
      String path = expand(word, source, scope).orElse(word);
      boolean remote = path.contains("://") || path.startsWith("git@");
      if (fromContext && !remote && ignores(path)) {
        findings.add(
            Rule.COPY_IGNORED_FILE,
            source,
            "Attempting to "
                + verb
                + " file "
                + GoQuote.quote(path)
                + " that is excluded by .dockerignore",
            word);
      }
    }
  }

  private boolean ignores(String path) {
    if (context.ignored().hasNegations() || GlobPattern.hasWildcards(path)) {
      return false;
    }
    String clean = SlashPath.clean("/" + path).substring(1);
    // The root is ignored when a file of any name is.
    return context.ignored().matchesOrParentMatches(clean.isEmpty() ? "\u0001" : clean);
  }

  private void mount(String text, Source source, Scope scope) {
    try {
      Mount.parse(text, value -> expand(value, source, scope).orElse(value));
    } catch (DockerfileException _) {
      // The build tells what is wrong with it.
    }
  }
}
