package dev.janiko.cli.foreign;

import dev.janiko.cli.invocation.UsageException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Makes a command understand flags of other builders. */
public final class ForeignFlags {
  private ForeignFlags() {}

  /** Adds flags to a command; those that are always refused stay out of its help. */
  public static void add(CommandSpec command, List<ForeignFlag> flags) {
    for (ForeignFlag flag : flags) {
      OptionSpec.Builder option =
          OptionSpec.builder(flag.name())
              .hidden(!flag.accepted())
              .description("No effect. " + flag.text());
      if (flag.isSwitch()) {
        option.type(Boolean.class).arity("0..1").fallbackValue("true").paramLabel("BOOL");
      } else {
        option.type(List.class).auxiliaryTypes(String.class).arity("1").paramLabel("VALUE");
      }
      command.addOption(option.build());
    }
  }

  /**
   * Checks the flags that a command line had.
   *
   * @return what to tell about them, a line for each that has no effect
   * @throws UsageException if it asks for what cannot be had
   */
  public static List<String> check(ParseResult line, List<ForeignFlag> flags) {
    List<String> notes = new ArrayList<>();
    for (ForeignFlag flag : flags) {
      if (line.hasMatchedOption(flag.name())) {
        Object value = line.matchedOptionValue(flag.name(), (Object) "");
        flag.refusal(value)
            .ifPresent(refusal -> {
              throw new UsageException(refusal);
            });
        notes.add(flag.name() + " has no effect: " + flag.text());
      }
    }
    return notes;
  }
}
