package dev.janiko.cli;

import picocli.CommandLine;

/** The commands that work with images without building any. */
final class RegistryCommands {
  private final Surroundings surroundings;

  RegistryCommands(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Adds all of them. */
  void addTo(CommandLine program) {
    program
        .addSubcommand("copy", copying("Copies an image from one place to others."))
        .addSubcommand("digest", places(new DigestCommand(surroundings)))
        .addSubcommand("inspect", places(new InspectCommand(surroundings)))
        .addSubcommand(
            "manifest",
            new CommandLine(new ManifestCommand(surroundings))
                .addSubcommand("create", places(new ManifestCommand.Create(surroundings))))
        .addSubcommand("pull", copying("Copies an image out of a registry."));
    addKanikos(program);
    program.addSubcommand("logout", new LogoutCommand(surroundings));
  }

  /** Adds those that Kaniko's executor has, too. */
  void addKanikos(CommandLine program) {
    program
        .addSubcommand("push", copying("Pushes an archive or a layout to registries."))
        .addSubcommand("login", new LoginCommand(surroundings, System.in));
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
