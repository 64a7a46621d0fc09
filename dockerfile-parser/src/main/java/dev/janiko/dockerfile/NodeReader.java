package dev.janiko.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The first pass: lines to nodes. Joins continuation lines, drops comments, takes heredoc bodies.
 * Not thread-safe; used once.
 */
final class NodeReader {
  /** Chained ONBUILDs are refused in the second pass; this keeps the first from running deep. */
  private static final int MAX_DEPTH = 20;

  private final List<String> lines;
  private final char escape;
  private final int directiveLines;
  private final List<Node> nodes = new ArrayList<>();
  private List<String> comments = new ArrayList<>();
  private int position;

  NodeReader(List<String> lines, Directives directives) {
    this.lines = lines;
    this.escape = directives.escape();
    this.directiveLines = directives.all().stream().mapToInt(ParserDirective::line).max().orElse(0);
  }

  /**
   * All nodes.
   *
   * @throws DockerfileException if there is none, or one cannot be split into words
   */
  List<Node> read() {
    while (position < lines.size()) {
      int start = position;
      String written = PhysicalLines.withoutLineEnd(lines.get(position));
      String line = GoText.trimLeft(written);
      position++;
      if (line.startsWith("#")) {
        // An indented comment keeps its # and so is never a description or a check option.
        comment(GoText.trim(written.substring(1)));
      } else if (line.isEmpty()) {
        comments = new ArrayList<>();
      } else {
        nodes.add(instruction(start + 1, line));
        comments = new ArrayList<>();
      }
    }
    if (nodes.isEmpty()) {
      throw DockerfileException.of(
              SourceRange.line(Math.max(1, lines.size())), "file with no instructions")
          .withHint("Begin with FROM <image>.");
    }
    return List.copyOf(nodes);
  }

  /** Directives describe nothing, and an empty comment parts what is above it from what follows. */
  private void comment(String text) {
    if (text.isEmpty()) {
      comments = new ArrayList<>();
    } else if (position > directiveLines) {
      comments.add(text);
    }
  }

  private Node instruction(int startLine, String firstLine) {
    StringBuilder joined = new StringBuilder();
    boolean emptyLines = false;
    int kept = continued(firstLine);
    boolean more = kept >= 0;
    joined.append(firstLine, 0, more ? kept : firstLine.length());
    while (more && position < lines.size()) {
      String line = PhysicalLines.withoutLineEnd(lines.get(position));
      position++;
      String content = GoText.trimLeft(line);
      if (content.startsWith("#")) {
        continue;
      }
      if (content.isEmpty()) {
        emptyLines = true;
        continue;
      }
      kept = continued(line);
      more = kept >= 0;
      joined.append(line, 0, more ? kept : line.length());
    }
    String text = joined.toString();
    try {
      Node node = node(text, SourceRange.line(startLine), 0);
      List<Heredoc> heredocs =
          node.takesHeredocs() && text.contains("<<") ? heredocs(text) : List.of();
      Source source =
          new Source(
              new SourceRange(startLine, position), text, node.keyword(), comments, emptyLines);
      return node.with(source, heredocs);
    } catch (DockerfileException e) {
      throw Arguments.line(text)
          .keyword()
          .map(keyword -> e.withHintUnlessGiven("expected: " + Usage.of(keyword)))
          .orElse(e)
          .at(new SourceRange(startLine, position));
    }
  }

  /** How much of the line counts if the next one continues it; -1 if it does not. */
  private int continued(String line) {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
      end--;
    }
    boolean escaped = end > 0 && line.charAt(end - 1) == escape;
    boolean doubled = end > 1 && line.charAt(end - 2) == escape;
    return escaped && !doubled ? end - 1 : -1;
  }

  private Node node(String text, SourceRange range, int depth) {
    Arguments.Line line = Arguments.line(text);
    Source source = new Source(range, text, line.name(), List.of(), false);
    Optional<Keyword> keyword = line.keyword();
    if (keyword.isEmpty()) {
      // Told once the whole file is read, as an error of the second pass.
      return new Node(source, line.flags(), List.of(""), false, List.of(), Optional.empty());
    }
    if (keyword.get() == Keyword.ONBUILD && !line.rest().isEmpty()) {
      if (depth > MAX_DEPTH) {
        throw DockerfileException.of("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
      }
      Node child = node(line.rest(), range, depth + 1);
      List<String> args = new ArrayList<>();
      args.add(child.keyword());
      args.addAll(child.args());
      return new Node(source, line.flags(), args, false, List.of(), Optional.of(child));
    }
    Arguments args = Arguments.split(keyword.get(), line.rest(), escape);
    return new Node(source, line.flags(), args.words(), args.json(), List.of(), Optional.empty());
  }

  private List<Heredoc> heredocs(String text) {
    List<Heredoc> heredocs = new ArrayList<>();
    for (HeredocWord word : HeredocWord.ofLine(text)) {
      heredocs.add(heredoc(word));
    }
    return heredocs;
  }

  private Heredoc heredoc(HeredocWord word) {
    StringBuilder content = new StringBuilder();
    while (position < lines.size()) {
      String line = lines.get(position);
      position++;
      String candidate = PhysicalLines.withoutLineEnd(line);
      if (word.chomp()) {
        candidate = candidate.replaceFirst("^\t+", "");
      }
      if (candidate.equals(word.name())) {
        return new Heredoc(
            word.name(), content.toString(), word.expand(), word.chomp(), word.fileDescriptor());
      }
      content.append(line);
    }
    throw DockerfileException.of("unterminated heredoc")
        .about(word.name())
        .withHint("no line is exactly " + word.name());
  }
}
