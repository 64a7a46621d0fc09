package dev.janiko.dockerfile;

import dev.janiko.dockerfile.text.GoDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Prints a tree so that it parses to an equal one. Not thread-safe; used once. */
final class DockerfilePrinter {
  /** Ends no line for the parser, unlike a blank or tab, and is trimmed like one. */
  private static final char VERTICAL_TAB = 0x0b;

  private final StringBuilder out = new StringBuilder();
  private final char escape;

  private DockerfilePrinter(char escape) {
    this.escape = escape;
  }

  static String print(Dockerfile dockerfile) {
    DockerfilePrinter printer = new DockerfilePrinter(dockerfile.escape());
    printer.directives(dockerfile);
    dockerfile.globalArgs().forEach(printer::instruction);
    for (Stage stage : dockerfile.stages()) {
      printer.instruction(stage.from());
      stage.instructions().forEach(printer::instruction);
    }
    return printer.out.toString();
  }

  private void directives(Dockerfile dockerfile) {
    for (ParserDirective directive : dockerfile.directives()) {
      // Below a #! line, which is not kept, an escape directive did not count.
      boolean ignored =
          directive.name().equals("escape")
              && !directive.value().equals(String.valueOf(dockerfile.escape()));
      if (!ignored) {
        out.append("# ").append(directive.name()).append('=').append(directive.value());
        out.append('\n');
      }
    }
    // Without it a comment that looks like a directive would become one.
    out.append('\n');
  }

  private void instruction(Instruction instruction) {
    for (String comment : instruction.source().comments()) {
      out.append("# ").append(comment).append('\n');
    }
    switch (instruction) {
      case Instruction.From from -> from(from);
      case Instruction.Arg arg -> line(arg, List.of(), declarations(arg));
      case Instruction.Env env -> line(env, List.of(), pairs(env.pairs(), env.legacy()));
      case Instruction.Label label -> line(label, List.of(), pairs(label.pairs(), label.legacy()));
      case Instruction.Maintainer it -> line(it, List.of(), it.name());
      case Instruction.Workdir it -> line(it, List.of(), it.path());
      case Instruction.User it -> line(it, List.of(), it.user());
      case Instruction.Stopsignal it -> line(it, List.of(), it.signal());
      case Instruction.Expose it -> line(it, List.of(), ports(it.ports()));
      case Instruction.Volume it -> line(it, List.of(), words(it.paths(), it.json()));
      case Instruction.Shell it -> line(it, List.of(), JsonStrings.print(it.args()));
      case Instruction.Run run -> run(run);
      case Instruction.Cmd it -> line(it, List.of(), command(it.command()));
      case Instruction.Entrypoint it -> line(it, List.of(), command(it.command()));
      case Instruction.Healthcheck it -> healthcheck(it);
      case Instruction.Onbuild it ->
          out.append(it.keyword()).append(' ').append(it.trigger()).append('\n');
      case Instruction.Copy copy -> copy(copy);
      case Instruction.Add add -> add(add);
    }
  }

  private void line(Instruction instruction, List<String> flags, String rest) {
    int start = out.length();
    out.append(instruction.keyword());
    flags.forEach(flag -> out.append(' ').append(flag));
    if (rest.startsWith("--")) {
      out.append(" --");
    }
    if (!rest.isEmpty()) {
      out.append(' ').append(rest);
    }
    if (out.length() > start && out.charAt(out.length() - 1) == escape) {
      out.append(VERTICAL_TAB);
    }
    out.append('\n');
  }

  private void heredocs(List<Heredoc> heredocs) {
    for (Heredoc heredoc : heredocs) {
      out.append(heredoc.content()).append(heredoc.name()).append('\n');
    }
  }

  private void from(Instruction.From from) {
    List<String> flags = new ArrayList<>();
    from.platform().ifPresent(platform -> flags.add(flag("platform", platform)));
    String as = from.writtenStageName().map(name -> " AS " + name).orElse("");
    line(from, flags, from.image() + as);
  }

  private static String declarations(Instruction.Arg arg) {
    return arg.declarations().stream()
        .map(it -> it.name() + it.defaultWord().map(word -> "=" + word).orElse(""))
        .collect(Collectors.joining(" "));
  }

  private static String pairs(List<NameValue> pairs, boolean legacy) {
    String separator = legacy ? " " : "=";
    return pairs.stream()
        .map(pair -> pair.name() + separator + pair.value())
        .collect(Collectors.joining(" "));
  }

  private static String words(List<String> words, boolean json) {
    if (json) {
      return JsonStrings.print(words);
    }
    // Words that were not JSON must not become JSON by standing closer together.
    boolean likeJson = words.getFirst().startsWith("[");
    return String.join(likeJson ? String.valueOf(VERTICAL_TAB) : " ", words);
  }

  private static String command(Command command) {
    return switch (command) {
      case Command.Exec(List<String> args) -> JsonStrings.print(args);
      case Command.Shell(String text, List<Heredoc> _) -> text;
    };
  }

  private void run(Instruction.Run run) {
    List<String> flags = new ArrayList<>();
    run.mounts().forEach(mount -> flags.add(flag("mount", mount)));
    run.network().ifPresent(network -> flags.add(flag("network", network)));
    run.security().ifPresent(security -> flags.add(flag("security", security)));
    run.devices().forEach(device -> flags.add(flag("device", device)));
    line(run, flags, command(run.command()));
    if (run.command() instanceof Command.Shell shell) {
      heredocs(shell.heredocs());
    }
  }

  private void healthcheck(Instruction.Healthcheck healthcheck) {
    switch (healthcheck.test()) {
      case HealthTest.None _ -> line(healthcheck, List.of(), "NONE");
      case HealthTest.Check check -> {
        List<String> flags = new ArrayList<>();
        duration(flags, "interval", check.interval());
        duration(flags, "timeout", check.timeout());
        duration(flags, "start-period", check.startPeriod());
        duration(flags, "start-interval", check.startInterval());
        if (check.retries() != 0) {
          flags.add(flag("retries", String.valueOf(check.retries())));
        }
        line(healthcheck, flags, "CMD " + command(check.command()));
      }
    }
  }

  private static void duration(List<String> flags, String name, Duration duration) {
    if (!duration.isZero()) {
      flags.add(flag(name, GoDuration.print(duration)));
    }
  }

  private void copy(Instruction.Copy copy) {
    List<String> flags = new ArrayList<>();
    copy.from().ifPresent(from -> flags.add(flag("from", from)));
    transfer(copy, flags);
    if (copy.parents()) {
      flags.add("--parents");
    }
    transferLine(copy, flags);
  }

  private void add(Instruction.Add add) {
    List<String> flags = new ArrayList<>();
    transfer(add, flags);
    add.keepGitDir().ifPresent(keep -> flags.add(flag("keep-git-dir", keep.toString())));
    add.checksum().ifPresent(checksum -> flags.add(flag("checksum", checksum)));
    add.unpack().ifPresent(unpack -> flags.add(flag("unpack", unpack.toString())));
    transferLine(add, flags);
  }

  private static void transfer(Instruction.Transfer transfer, List<String> flags) {
    transfer.chown().ifPresent(chown -> flags.add(flag("chown", chown)));
    transfer.chmod().ifPresent(chmod -> flags.add(flag("chmod", chmod)));
    if (transfer.link()) {
      flags.add("--link");
    }
    transfer.exclude().forEach(exclude -> flags.add(flag("exclude", exclude)));
  }

  private void transferLine(Instruction.Transfer transfer, List<String> flags) {
    // Heredocs come first, where no quote of another source can hide them.
    List<String> words =
        new ArrayList<>(transfer.heredocs().stream().map(HeredocWord::print).toList());
    words.addAll(transfer.sources());
    words.add(transfer.destination());
    boolean json =
        words.stream().anyMatch(DockerfilePrinter::needsJson)
            || isTrimmed(words.getFirst())
            || isTrimmed(words.getLast())
            || JsonStrings.parse(String.join(" ", words)).isPresent();
    int start = out.length();
    line(transfer, flags, words(words, json));
    if (!json && !HeredocWord.ofLine(out.substring(start)).isEmpty()) {
      heredocs(transfer.heredocs());
    }
  }

  private static boolean needsJson(String word) {
    return word.isEmpty() || word.chars().anyMatch(c -> c == '\n' || GoText.isSeparator((char) c));
  }

  /** Whether the parser would take blanks off the word where it ends a line. */
  private static boolean isTrimmed(String word) {
    return !GoText.trim(word).equals(word);
  }

  private static String flag(String name, String value) {
    StringBuilder flag = new StringBuilder("--").append(name).append('=');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean plain = Character.isLetterOrDigit(c) || "_-./:=,@%+*".indexOf(c) >= 0;
      flag.append(plain || Character.isSurrogate(c) ? "" : "\\").append(c);
    }
    return flag.toString();
  }

  /**
   * Ports, whose order says nothing. Blanks that separate no words, such as a no-break space, are
   * cut off at the ends of a line, so that words with them are put between others.
   */
  private static String ports(List<String> ports) {
    List<String> order = new ArrayList<>(ports);
    move(order, order.size() - 1, port -> !GoText.isSpace(port.charAt(port.length() - 1)));
    move(
        order.subList(0, Math.max(1, order.size() - 1)),
        0,
        port -> !GoText.isSpace(port.charAt(0)));
    return String.join(" ", order);
  }

  private static void move(List<String> words, int to, Predicate<String> fits) {
    if (!fits.test(words.get(to))) {
      words.stream()
          .filter(fits)
          .findFirst()
          .ifPresent(word -> Collections.swap(words, words.indexOf(word), to));
    }
  }
}
