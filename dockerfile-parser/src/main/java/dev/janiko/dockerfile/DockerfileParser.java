package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads Dockerfiles. Stateless. */
public final class DockerfileParser {
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private DockerfileParser() {}

  /**
   * Reads a Dockerfile.
   *
   * @param bytes the file, in UTF-8; what is not valid becomes a replacement character
   * @param fileName the name to show in messages
   * @throws DockerfileException if it is not a valid Dockerfile, with its place in the file
   */
  public static Dockerfile parse(byte[] bytes, String fileName) {
    return parse(new String(bytes, StandardCharsets.UTF_8), fileName);
  }

  /**
   * Reads a Dockerfile.
   *
   * @param text the text; a byte order mark at its start is dropped
   * @param fileName the name to show in messages
   * @throws DockerfileException if it is not a valid Dockerfile, with its place in the file
   */
  public static Dockerfile parse(String text, String fileName) {
    requireNonNull(text, "text is null");
    requireNonNull(fileName, "fileName is null");
    try {
      return read(withoutMark(text), fileName);
    } catch (DockerfileException e) {
      throw e.in(fileName);
    }
  }

  /**
   * Reads the trigger of an ONBUILD instruction, as found in an image or a parent stage.
   *
   * @param trigger the trigger's text
   * @param range the lines to which the instruction and its errors are attributed, which is where
   *     the stage that runs the trigger begins
   * @throws DockerfileException if it is not one valid instruction that a trigger may be
   */
  public static Instruction parseTrigger(String trigger, SourceRange range) {
    requireNonNull(trigger, "trigger is null");
    requireNonNull(range, "range is null");
    try {
      List<String> lines = PhysicalLines.of(withoutMark(trigger));
      List<Node> nodes = new NodeReader(lines, Directives.read(lines)).read();
      if (nodes.size() != 1) {
        throw DockerfileException.of("onbuild trigger should be a single expression");
      }
      Node node = nodes.getFirst();
      Source written = node.source();
      Source source = new Source(range, written.original(), written.keyword(), List.of(), false);
      Instruction instruction = InstructionReader.read(node.with(source, node.heredocs()));
      if (instruction instanceof Instruction.From) {
        throw DockerfileException.of("FROM isn't allowed as an ONBUILD trigger");
      }
      return instruction;
    } catch (DockerfileException e) {
      String expected = e.hint().map(hint -> "; " + hint).orElse("");
      throw e.moved(range).withHint("the ONBUILD trigger is: " + trigger + expected);
    }
  }

  private static String withoutMark(String text) {
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }

  /** The nodes of a text, for looking at the first pass alone. */
  static List<Node> nodes(String text) {
    String plain = withoutMark(text);
    if (plain.isEmpty()) {
      throw DockerfileException.of(SourceRange.line(1), "the Dockerfile cannot be empty")
          .withHint("Begin with FROM <image>.");
    }
    List<String> lines = PhysicalLines.of(plain);
    return new NodeReader(lines, Directives.read(lines)).read();
  }

  private static Dockerfile read(String text, String fileName) {
    List<Node> nodes = nodes(text);
    Directives directives = Directives.read(PhysicalLines.of(text));
    List<Instruction.Arg> globalArgs = new ArrayList<>();
    List<StageUnderWay> stages = new ArrayList<>();
    for (Node node : nodes) {
      Instruction instruction = instruction(node);
      if (instruction instanceof Instruction.From from) {
        stages.add(new StageUnderWay(from, new ArrayList<>()));
      } else if (!stages.isEmpty()) {
        stages.getLast().instructions().add(instruction);
      } else if (instruction instanceof Instruction.Arg arg) {
        globalArgs.add(arg);
      } else {
        throw DockerfileException.of(node.range(), "no build stage in current context")
            .withHint("The first instruction must be FROM; only ARG may stand before it.");
      }
    }
    if (stages.isEmpty()) {
      throw DockerfileException.of(
              nodes.getLast().range(), "dockerfile contains no stages to build")
          .withHint("Add a FROM instruction.");
    }
    return new Dockerfile(
        fileName,
        directives.all(),
        directives.escape(),
        globalArgs,
        stages.stream().map(stage -> new Stage(stage.from(), stage.instructions())).toList(),
        text);
  }

  private record StageUnderWay(Instruction.From from, List<Instruction> instructions) {}

  private static Instruction instruction(Node node) {
    try {
      return InstructionReader.read(node);
    } catch (DockerfileException e) {
      int line = node.range().startLine();
      throw Keyword.of(node.keyword())
          .map(keyword -> e.withHintUnlessGiven("expected: " + Usage.of(keyword)))
          .orElse(e)
          .withMessage("dockerfile parse error on line " + line + ": " + e.getMessage())
          .at(node.range());
    }
  }
}
