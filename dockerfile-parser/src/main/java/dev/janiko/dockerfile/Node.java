package dev.janiko.dockerfile;

import java.util.List;
import java.util.Optional;

/**
 * An instruction as the first pass reads it: its words, before anything is known about them.
 *
 * @param source where it stands
 * @param flags the leading words that begin with {@code --}, quotes removed
 * @param args the words after them; for ENV and LABEL name, value and separator in turns
 * @param json whether the words were a JSON array
 * @param heredocs the heredocs opened on its line, in order
 * @param child the instruction within ONBUILD
 */
record Node(
    Source source,
    List<String> flags,
    List<String> args,
    boolean json,
    List<Heredoc> heredocs,
    Optional<Node> child) {
  Node {
    flags = List.copyOf(flags);
    args = List.copyOf(args);
    heredocs = List.copyOf(heredocs);
  }

  String keyword() {
    return source.keyword();
  }

  SourceRange range() {
    return source.range();
  }

  /** Whether heredocs can be opened on its line. */
  boolean takesHeredocs() {
    return Keyword.of(keyword())
        .map(kind ->
            switch (kind) {
              case ADD, COPY, RUN -> !json;
              case ONBUILD -> child.filter(Node::takesHeredocs).isPresent();
              default -> false;
            })
        .orElse(false);
  }

  Node with(Source newSource, List<Heredoc> newHeredocs) {
    return new Node(newSource, flags, args, json, newHeredocs, child);
  }
}
