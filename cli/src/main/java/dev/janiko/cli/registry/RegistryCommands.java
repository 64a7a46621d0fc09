package dev.janiko.cli.registry;

import dev.janiko.cli.invocation.CommandGroup;
import dev.janiko.cli.invocation.Surroundings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;

/** The commands that work with images without building any. */
public final class RegistryCommands {
  /** Those that begin by asking a registry for an image. */
  public static final Set<String> TRANSFERS =
      Set.of("copy", "digest", "inspect", "manifest", "pull");

  private final Surroundings surroundings;

  /** Sets up the making of commands. */
  public RegistryCommands(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** What makes each of them, in the order of the help. */
  public Map<String, Supplier<Object>> all() {
    Map<String, Supplier<Object>> all = new LinkedHashMap<>();
    all.put("copy", () -> copying("Copies an image from one place to others."));
    all.put("digest", () -> places(new DigestCommand(surroundings)));
    all.put("inspect", () -> places(new InspectCommand(surroundings)));
    all.put("manifest", this::manifest);
    all.put("pull", () -> copying("Copies an image out of a registry."));
    all.putAll(ofKaniko());
    all.put("logout", () -> new LogoutCommand(surroundings));
    return all;
  }

  /** What makes those that Kaniko's executor has, too. */
  public Map<String, Supplier<Object>> ofKaniko() {
    Map<String, Supplier<Object>> some = new LinkedHashMap<>();
    some.put("push", () -> copying("Pushes an archive or a layout to registries."));
    some.put("login", () -> new LoginCommand(surroundings, System.in));
    return some;
  }

  private CommandLine manifest() {
    return CommandGroup.of(
            surroundings,
            "manifest",
            "Makes indexes of images, and artifacts that refer to images.")
        .addSubcommand("attach", places(new ManifestAttachCommand(surroundings)))
        .addSubcommand("create", places(new ManifestCreateCommand(surroundings)));
  }

  private CommandLine copying(String description) {
    CommandLine line = places(new CopyCommand(surroundings));
    line.getCommandSpec().usageMessage().description(description);
    return line;
  }

  private static CommandLine places(Object command) {
    CommandLine line = new CommandLine(command);
    line.getCommandSpec().usageMessage().footer(CopyCommand.PLACES);
    return line;
  }
}
