package dev.janiko.dockerfile;

import dev.janiko.dockerfile.InstructionFlags.Kind;
import dev.janiko.dockerfile.text.GoQuote;
import dev.janiko.dockerfile.text.Suggestion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The second pass: a node to an instruction. Not thread-safe; used for one node. */
final class InstructionReader {
  private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9-_.]*");
  private static final Pattern ONBUILD = Pattern.compile("(?i)^\\s*ONBUILD\\s*");
  private static final List<String> NETWORKS = List.of("default", "none", "host");
  private static final List<String> SECURITIES = List.of("sandbox", "insecure");

  private final Node node;

  private InstructionReader(Node node) {
    this.node = node;
  }

  /**
   * Reads an instruction.
   *
   * @throws DockerfileException if it is unknown or malformed; without a place
   */
  static Instruction read(Node node) {
    Keyword keyword =
        Keyword.of(node.keyword())
            .orElseThrow(() ->
                DockerfileException.of(
                        "unknown instruction: "
                            + node.keyword()
                            + Suggestion.hint(
                                Suggestion.nearestIgnoringCase(
                                    node.keyword(),
                                    Arrays.stream(Keyword.values()).map(Keyword::name).toList())))
                    .about(node.keyword())
                    .withHint("instructions are " + Usage.instructions()));
    return new InstructionReader(node).read(keyword);
  }

  private Instruction read(Keyword keyword) {
    Source source = node.source();
    return switch (keyword) {
      case ADD -> add();
      case ARG -> new Instruction.Arg(source, declarations());
      case CMD -> {
        InstructionFlags.none(node);
        yield new Instruction.Cmd(source, command());
      }
      case COPY -> copy();
      case ENTRYPOINT -> {
        InstructionFlags.none(node);
        yield new Instruction.Entrypoint(source, command());
      }
      case ENV -> new Instruction.Env(source, pairs(keyword), isLegacy());
      case EXPOSE -> new Instruction.Expose(source, atLeastOne(keyword).stream().sorted().toList());
      case FROM -> from();
      case HEALTHCHECK -> HealthcheckReader.read(node);
      case LABEL -> new Instruction.Label(source, pairs(keyword), isLegacy());
      case MAINTAINER -> new Instruction.Maintainer(source, exactlyOne(keyword));
      case ONBUILD -> onbuild();
      case RUN -> run();
      case SHELL -> shell();
      // Its flags have never been looked at, and images are built that rely on it.
      case STOPSIGNAL -> new Instruction.Stopsignal(source, single(keyword));
      case USER -> new Instruction.User(source, exactlyOne(keyword));
      case VOLUME -> volume();
      case WORKDIR -> new Instruction.Workdir(source, exactlyOne(keyword));
    };
  }

  private static DockerfileException error(String message) {
    return DockerfileException.of(message);
  }

  private List<String> atLeastOne(Keyword keyword) {
    if (node.args().isEmpty()) {
      throw error(keyword + " requires at least one argument");
    }
    InstructionFlags.none(node);
    return node.args();
  }

  private String single(Keyword keyword) {
    if (node.args().size() != 1) {
      throw error(keyword + " requires exactly one argument");
    }
    return node.args().getFirst();
  }

  private String exactlyOne(Keyword keyword) {
    String argument = single(keyword);
    InstructionFlags.none(node);
    return argument;
  }

  private List<ArgDeclaration> declarations() {
    if (node.args().isEmpty()) {
      throw error("ARG requires at least one argument");
    }
    List<ArgDeclaration> declarations = new ArrayList<>();
    for (String word : node.args()) {
      int equals = word.indexOf('=');
      if (equals == 0) {
        throw error("ARG names can not be blank").about(word);
      }
      declarations.add(
          equals < 0
              ? new ArgDeclaration(word, Optional.empty())
              : new ArgDeclaration(
                  word.substring(0, equals), Optional.of(word.substring(equals + 1))));
    }
    return declarations;
  }

  private List<NameValue> pairs(Keyword keyword) {
    List<String> triples = atLeastOne(keyword);
    List<NameValue> pairs = new ArrayList<>();
    for (int i = 0; i < triples.size(); i += 3) {
      if (triples.get(i).isEmpty()) {
        throw error(keyword + " names can not be blank").about("=" + triples.get(i + 1));
      }
      pairs.add(new NameValue(triples.get(i), triples.get(i + 1)));
    }
    return pairs;
  }

  private boolean isLegacy() {
    return node.args().size() == 3 && node.args().get(2).isEmpty();
  }

  private Command command() {
    if (node.json()) {
      return new Command.Exec(node.args());
    }
    return new Command.Shell(String.join(" ", node.args()), node.heredocs());
  }

  private Instruction from() {
    List<String> args = node.args();
    Optional<String> written = Optional.empty();
    if (args.size() == 3 && args.get(1).equalsIgnoreCase("as")) {
      written = Optional.of(args.get(2));
    } else if (args.size() != 1) {
      DockerfileException error = error("FROM requires either one or three arguments");
      throw args.size() < 2 ? error : error.about(args.get(1));
    }
    Optional<String> name = written.map(text -> text.toLowerCase(Locale.ROOT));
    if (name.isPresent() && !STAGE_NAME.matcher(name.get()).matches()) {
      throw error(
              "invalid name for build stage: "
                  + GoQuote.quote(written.orElseThrow())
                  + ", name can't start with a number or contain symbols")
          .about(written.orElseThrow());
    }
    InstructionFlags flags = InstructionFlags.read(node, Map.of("platform", Kind.STRING));
    return new Instruction.From(
        node.source(), args.getFirst(), flags.string("platform"), name, written);
  }

  private Instruction run() {
    InstructionFlags flags =
        InstructionFlags.read(
            node,
            Map.of(
                "mount", Kind.STRINGS,
                "network", Kind.STRING,
                "security", Kind.STRING,
                "device", Kind.STRINGS));
    for (String mount : flags.strings("mount")) {
      new MountParser(mount).check();
    }
    flags.strings("device").forEach(Device::parse);
    Optional<String> network = flags.given("network");
    if (network.isPresent() && !NETWORKS.contains(network.get())) {
      throw error("invalid network mode " + GoQuote.quote(network.get()))
          .about("--network")
          .withHint(oneOf(NETWORKS, network.get()));
    }
    Optional<String> security = flags.given("security");
    if (security.isPresent() && !SECURITIES.contains(security.get())) {
      throw error("security " + GoQuote.quote(security.get()) + " is not valid")
          .about("--security")
          .withHint(oneOf(SECURITIES, security.get()));
    }
    return new Instruction.Run(
        node.source(),
        command(),
        flags.strings("mount"),
        network,
        security,
        flags.strings("device"));
  }

  private static String oneOf(List<String> allowed, String given) {
    return "expected one of: "
        + String.join(", ", allowed)
        + Suggestion.hint(Suggestion.nearest(given, allowed));
  }

  private Instruction shell() {
    InstructionFlags.none(node);
    if (node.args().isEmpty()) {
      throw error("SHELL requires at least one argument");
    }
    if (!node.json()) {
      throw error("SHELL requires the arguments to be in JSON form").about(node.args().getFirst());
    }
    return new Instruction.Shell(node.source(), node.args());
  }

  private Instruction volume() {
    List<String> paths = atLeastOne(Keyword.VOLUME).stream().map(GoText::trim).toList();
    if (paths.contains("")) {
      throw error("VOLUME specified can not be an empty string").about("\"\"");
    }
    return new Instruction.Volume(node.source(), paths, node.json());
  }

  private Instruction onbuild() {
    List<String> args = atLeastOne(Keyword.ONBUILD);
    String trigger = GoText.trim(args.getFirst()).toUpperCase(Locale.ROOT);
    if (trigger.equals("ONBUILD")) {
      throw error("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
    }
    if (trigger.equals("MAINTAINER") || trigger.equals("FROM")) {
      throw error(trigger + " isn't allowed as an ONBUILD trigger").about(args.getFirst());
    }
    StringBuilder text =
        new StringBuilder(ONBUILD.matcher(node.source().original()).replaceFirst(""));
    for (Heredoc heredoc : node.heredocs()) {
      text.append('\n').append(heredoc.content()).append(heredoc.name());
    }
    return new Instruction.Onbuild(node.source(), text.toString());
  }

  private void requireDestination(Keyword keyword) {
    if (node.args().size() < 2) {
      throw error(
          keyword
              + " requires at least two arguments, but only one was provided."
              + " Destination could not be determined");
    }
  }

  private Instruction copy() {
    requireDestination(Keyword.COPY);
    InstructionFlags flags =
        InstructionFlags.read(
            node,
            Map.of(
                "from", Kind.STRING,
                "chown", Kind.STRING,
                "chmod", Kind.STRING,
                "link", Kind.BOOL,
                "parents", Kind.BOOL,
                "exclude", Kind.STRINGS));
    Sources sources = sources(Keyword.COPY);
    return new Instruction.Copy(
        node.source(),
        sources.paths(),
        sources.heredocs(),
        node.args().getLast(),
        flags.string("from"),
        flags.string("chown"),
        flags.string("chmod"),
        flags.on("link"),
        flags.on("parents"),
        flags.strings("exclude"));
  }

  private Instruction add() {
    requireDestination(Keyword.ADD);
    InstructionFlags flags =
        InstructionFlags.read(
            node,
            Map.of(
                "chown", Kind.STRING,
                "chmod", Kind.STRING,
                "link", Kind.BOOL,
                "exclude", Kind.STRINGS,
                "keep-git-dir", Kind.BOOL,
                "checksum", Kind.STRING,
                "unpack", Kind.BOOL));
    Sources sources = sources(Keyword.ADD);
    return new Instruction.Add(
        node.source(),
        sources.paths(),
        sources.heredocs(),
        node.args().getLast(),
        flags.string("chown"),
        flags.string("chmod"),
        flags.on("link"),
        flags.strings("exclude"),
        flags.bool("keep-git-dir"),
        flags.string("checksum"),
        flags.bool("unpack"));
  }

  private record Sources(List<String> paths, List<Heredoc> heredocs) {}

  private Sources sources(Keyword keyword) {
    List<String> args = node.args();
    List<String> paths = new ArrayList<>();
    List<Heredoc> heredocs = new ArrayList<>();
    if (HeredocWord.tryParse(args.getLast()).isPresent()) {
      throw error(keyword + " cannot accept a heredoc as a destination").about(args.getLast());
    }
    for (String arg : args.subList(0, args.size() - 1)) {
      Optional<HeredocWord> word = HeredocWord.tryParse(arg);
      if (word.isEmpty()) {
        paths.add(arg);
      } else {
        heredocs.add(heredoc(word.get()));
      }
    }
    for (Heredoc heredoc : node.heredocs()) {
      if (heredocs.stream().noneMatch(taken -> taken.name().equals(heredoc.name()))) {
        throw error(
                "the name of heredoc "
                    + GoQuote.quote(heredoc.name())
                    + " must be one word to be a source of "
                    + keyword)
            .about(heredoc.name());
      }
    }
    return new Sources(paths, heredocs);
  }

  /** The heredoc a word opened; in the JSON form it opened none, and is empty. */
  private Heredoc heredoc(HeredocWord word) {
    Optional<Heredoc> opened =
        node.heredocs().stream()
            .filter(heredoc -> heredoc.name().equals(word.name()))
            .reduce((_, last) -> last);
    if (opened.isEmpty() && !node.json()) {
      throw error(
              "<<"
                  + word.name()
                  + " opens no heredoc, as quotes on the line reach over the blanks between words")
          .about("<<");
    }
    return new Heredoc(
        word.name(),
        opened.map(Heredoc::content).orElse(""),
        word.expand(),
        word.chomp(),
        word.fileDescriptor());
  }
}
