package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executor image where nothing is allowed: what it pushes runs, and what it cannot it says. */
class RestrictedIT {
  private static final String ORDINARY = "65532:65532";

  @TempDir private Path work;
  private Parts parts;
  private Engine engine;
  private String executor;

  @BeforeEach
  void findParts() throws IOException {
    parts = Parts.read();
    engine = new Engine(parts, new Shell(work));
    executor = engine.load(Parts.executorArchive());
  }

  private Case packages() {
    return Case.toBuild().stream()
        .filter(input -> input.name().equals("run/packages"))
        .findFirst()
        .orElseThrow();
  }

  private Shell.Result push(Janiko janiko, String destination) {
    List<String> arguments = new ArrayList<>(List.of("--context", "/workspace"));
    arguments.addAll(packages().options(parts.registry()));
    arguments.addAll(List.of("--destination", destination));
    return new Shell(work).run(janiko.environment(), janiko.with(arguments));
  }

  private String[] mounts() {
    return new String[] {"-v", packages().folder() + ":/workspace:ro"};
  }

  @Test
  void aServiceUserOwnsItsFilesWhenTheEngineRunsThePushedImage() {
    String image = parts.registry() + "/restricted/packages:1";
    push(Janiko.restricted(engine, executor, ORDINARY, mounts()), image).good();
    String look = "stat -c '%U:%G %a' /var/lib/demo /var/lib/demo/state /srv/demo /usr/bin/demo";
    Shell.Result seen =
        engine.run("run", "--rm", "--network", "none", "--user", "demo", image, "sh", "-c", look);
    assertThat(seen.good().output())
        .contains("demo:demo 2750\ndemo:demo 644\ndemo:adm 750\nroot:root 4755\n");
  }

  @Test
  void rootWithoutCapabilitiesIsEnough() {
    String image = parts.registry() + "/restricted/packages:2";
    Janiko bare =
        Janiko.inplace(
            engine,
            executor,
            "--cap-drop",
            "ALL",
            "--security-opt",
            "no-new-privileges",
            mounts()[0],
            mounts()[1]);
    push(bare, image).good();
  }

  @Test
  void aRootDirectoryThatIsClosedIsSaid() {
    Janiko closed =
        Janiko.inplace(
            engine, executor, "--user", ORDINARY, "--cap-drop", "ALL", mounts()[0], mounts()[1]);
    Shell.Result refused = push(closed, parts.registry() + "/restricted/packages:3");
    assertThat(refused.code()).isNotZero();
    assertThat(refused.output()).contains("who may not write to the root directory");
  }
}
