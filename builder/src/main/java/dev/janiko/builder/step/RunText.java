package dev.janiko.builder.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** How a RUN is told in an image's history. */
final class RunText {
  private RunText() {}

  /** The history text: the arguments in effect, counted, then the command. */
  static String createdBy(ImageState state, List<String> command) {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    for (DeclaredArg arg : state.args()) {
      values.put(arg.name(), state.environment().get(arg.name()).or(arg::value).orElse(""));
    }
    List<String> words = new ArrayList<>();
    if (!values.isEmpty()) {
      words.add("|" + values.size());
    }
    for (Map.Entry<String, String> value : values.entrySet()) {
      words.add(value.getKey() + "=" + value.getValue());
    }
    words.addAll(command);
    return "RUN " + String.join(" ", words) + " # buildkit";
  }
}
