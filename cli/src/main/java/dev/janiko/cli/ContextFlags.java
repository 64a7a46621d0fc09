package dev.janiko.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say what is built, for which platform. */
final class ContextFlags {
  @Option(
      names = {"-c", "--context"},
      paramLabel = "PLACE",
      description =
          "The build context: a folder, dir://, tar://FILE, tar://stdin or - for an archive or a "
              + "Dockerfile on standard input, git://HOST/PATH#REF, https://…git#REF:DIR or the "
              + "address of an archive.")
  @Nullable String context;

  @Option(
      names = "--context-sub-path",
      paramLabel = "DIR",
      description = "A folder in the context to use as the context.")
  @Nullable String subPath;

  @Option(
      names = "--git",
      paramLabel = "OPTIONS",
      description =
          "How a git context is fetched: branch=NAME, recurse-submodules=BOOL, single-branch=BOOL "
              + "(no effect: never more than one commit is), separated by commas.")
  List<String> git = new ArrayList<>();

  @Option(
      names = "--build-context",
      paramLabel = "NAME=PLACE",
      description =
          "What a name in FROM, COPY --from or RUN --mount stands for: a place as of --context, "
              + "docker-image://IMAGE or oci-layout://DIR[:TAG|@DIGEST]. Repeatable.")
  List<String> named = new ArrayList<>();

  @Option(
      names = {"-f", "--dockerfile", "--file"},
      paramLabel = "FILE",
      description =
          "The Dockerfile, looked for from the working directory, then in the context; - for "
              + "standard input, or a web address. Dockerfile in the context if not given.")
  @Nullable String dockerfile;

  @Option(
      names = {"--platform", "--custom-platform", "--customPlatform"},
      paramLabel = "OS/ARCH[/VARIANT]",
      split = ",",
      description =
          "The image's platform; this machine's if not given. For several the result is an index.")
  List<String> platforms = new ArrayList<>();
}
