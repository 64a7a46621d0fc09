package dev.janiko.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the AOT cache by a rehearsal of the product in its finished folder: command lines, and a
 * whole build upon an image that holds the product's own files, from a registry of our own and back
 * to it. The classes that a build uses, and how often it goes which way in them, are known then.
 */
final class AotTraining {
  private final Path home;
  private final MachineCode machine;

  AotTraining(Path home, MachineCode machine) {
    this.home = home;
    this.machine = machine;
  }

  /** Runs the rehearsal. A cache that was not written is this build's failure. */
  void train(List<String> command) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("janiko-rehearsal");
    try {
      Path context = context(work);
      Path archive = work.resolve("layer.tar");
      Distribution.run(List.of("tar", "-cf", archive.toString(), "-C", tree(work).toString(), "."));
      Distribution.run(List.of("gzip", "-1", "-n", "-k", archive.toString()));
      try (RehearsalRegistry registry =
          RehearsalRegistry.start(work.resolve("layer.tar.gz"), archive)) {
        List<String> whole = new ArrayList<>();
        for (String argument : command) {
          whole.add(argument.replace(ElfLauncher.HOME, home.toString()));
        }
        whole.addAll(
            List.of(registry.host(), context.toString(), work.resolve("store").toString()));
        String output = Distribution.run(whole);
        if (!Files.exists(home.resolve("lib/janiko.aot"))) {
          throw new IOException("the rehearsal wrote no AOT cache:\n" + output);
        }
        output
            .lines()
            .filter(line -> line.startsWith("rehearsed without a build"))
            .forEach(System.out::println);
      }
    } finally {
      Distribution.run(List.of("rm", "-rf", "--one-file-system", work.toString()));
    }
  }

  private static Path context(Path work) throws IOException {
    Path context = Files.createDirectory(work.resolve("context"));
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        ARG REGISTRY
        FROM ${REGISTRY}/base AS first
        ENV greeting="hello ${REGISTRY}"
        WORKDIR /app
        COPY --chown=1:2 . /app/
        RUN ["/true", "$greeting"]
        FROM first
        COPY --from=first /app/D* /copies/
        RUN ["/true"]
        USER 1000
        LABEL a=b
        EXPOSE 80
        ENTRYPOINT ["/true"]
        CMD ["x"]
        """);
    return context;
  }

  /** The files of the image: the product's, and a program that does nothing. */
  private Path tree(Path work) throws IOException, InterruptedException {
    Path tree = Files.createDirectory(work.resolve("tree"));
    Distribution.run(List.of("cp", "-a", home.toString(), tree.resolve("janiko").toString()));
    Files.createDirectories(tree.resolve("etc"));
    Files.writeString(tree.resolve("etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
    Files.writeString(tree.resolve("etc/group"), "root:x:0:\n");
    Path program = tree.resolve("true");
    Files.write(program, ElfLauncher.programThatExits(machine));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return tree;
  }
}
