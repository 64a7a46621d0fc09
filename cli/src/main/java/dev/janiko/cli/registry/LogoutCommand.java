package dev.janiko.cli.registry;

import dev.janiko.cli.invocation.Surroundings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code janiko logout}: forgets the credentials for a registry. */
@Command(
    name = "logout",
    description = "Forgets the credentials for a registry.",
    sortOptions = false)
final class LogoutCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private RegistryFlags registry = new RegistryFlags();

  @Parameters(
      arity = "0..1",
      paramLabel = "REGISTRY",
      description = "HOST[:PORT][/PATH]; Docker Hub if not given.")
  private String place = "docker.io";

  LogoutCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    return new RegistryWork(surroundings, registry)
        .run(() -> {
          String where = LoginCommand.keyOf(place);
          boolean known = LoginCommand.file(surroundings.environment(), registry).erase(where);
          surroundings
              .err()
              .println(known ? "logged out of " + where : "there were no credentials for " + where);
        });
  }
}
