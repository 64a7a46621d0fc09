package dev.janiko.builder.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * Which differences do not count.
 *
 * <p>A rule is {@code times}, {@code builder}, or {@code AREA[.ATTRIBUTE][=SUBJECT]}: areas are
 * {@code file}, {@code config}, {@code history} and {@code layer}; the subject of a file is a
 * pattern as {@code .dockerignore} has them, which goes for all that is below a folder, too; that
 * of a config is a field such as {@code config.Labels.version}, which goes for all that is below
 * it, too, where {@code *} stands for anything; that of a history or a layer is a number.
 */
public final class IgnoreRules {
  /** The times of files, of the image and of its history. */
  public static final String TIMES = "times";

  /** What builders say of themselves and the machine they ran on. */
  public static final String BUILDER = "builder";

  private static final List<String> TIME_RULES =
      List.of("file.mtime", "config=created", "history.created");
  private static final List<String> BUILDER_RULES =
      List.of(
          "config=container",
          "config=container_config",
          "config=docker_version",
          "config=id",
          "config=parent",
          "config=throwaway",
          "config=moby.*",
          "config=config.Hostname",
          "config=config.Domainname",
          "config=config.Image",
          "config=config.Container",
          "config=config.ArgsEscaped",
          "history.comment");

  private final List<IgnoreRule> rules;

  private IgnoreRules(List<IgnoreRule> rules) {
    this.rules = List.copyOf(rules);
  }

  /** Every difference counts. */
  public static IgnoreRules none() {
    return new IgnoreRules(List.of());
  }

  /**
   * Reads rules.
   *
   * @throws IllegalArgumentException if one is no rule; the message says what rules there are
   */
  public static IgnoreRules of(List<String> texts) {
    List<IgnoreRule> rules = new ArrayList<>();
    for (String text : texts) {
      switch (text) {
        case TIMES -> TIME_RULES.forEach(rule -> rules.add(IgnoreRule.parse(rule)));
        case BUILDER -> BUILDER_RULES.forEach(rule -> rules.add(IgnoreRule.parse(rule)));
        default -> rules.add(IgnoreRule.parse(text));
      }
    }
    return new IgnoreRules(rules);
  }

  /** Whether a difference does not count. */
  boolean ignore(Difference difference) {
    return rules.stream().anyMatch(rule -> rule.matches(difference));
  }
}
