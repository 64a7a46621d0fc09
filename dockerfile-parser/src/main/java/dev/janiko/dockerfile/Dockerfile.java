package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A parsed Dockerfile. Immutable.
 *
 * @param fileName the name to show in messages
 * @param directives the parser directives, in order
 * @param escape the escape character, {@code \} or {@code `}
 * @param globalArgs the ARGs before the first FROM
 * @param stages the stages; at least one
 * @param text the text it was read from, for excerpts
 */
public record Dockerfile(
    String fileName,
    List<ParserDirective> directives,
    char escape,
    List<Instruction.Arg> globalArgs,
    List<Stage> stages,
    String text) {
  /** Copies the lists. */
  public Dockerfile {
    requireNonNull(fileName, "fileName is null");
    requireNonNull(text, "text is null");
    directives = List.copyOf(directives);
    globalArgs = List.copyOf(globalArgs);
    stages = List.copyOf(stages);
  }

  /** The value of a directive ({@code syntax}, {@code escape}, {@code check}), if it is given. */
  public Optional<String> directive(String name) {
    return directives.stream()
        .filter(directive -> directive.name().equals(name))
        .map(ParserDirective::value)
        .findFirst();
  }

  /**
   * The last stage of that name, whatever its case.
   *
   * @return its index in {@link #stages()}, or empty if no stage has the name
   */
  public Optional<Integer> stageIndex(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    for (int i = stages.size() - 1; i >= 0; i--) {
      if (stages.get(i).name().filter(wanted::equals).isPresent()) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /**
   * The Dockerfile as text that parses to an equal tree, but for places. Comments that stand above
   * instructions are kept, blank lines and other comments are not.
   */
  public String print() {
    return DockerfilePrinter.print(this);
  }
}
