package dev.janiko.cli.options;

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
              + "Dockerfile on standard input, git://HOST/PATH#REF, https://…git#REF:DIR, "
              + "user@HOST:PATH or ssh://, s3://BUCKET/KEY, gs://BUCKET/NAME, or the address of an "
              + "archive or of a blob of Azure.")
  @Nullable String context;

  @Option(
      names = {"-b", "--bucket"},
      paramLabel = "BUCKET",
      description = "The build context: context.tar.gz in this bucket of Google Cloud Storage.")
  @Nullable String bucket;

  @Option(
      names = "--context-sub-path",
      paramLabel = "DIR",
      description = "A folder in the context to use as the context.")
  @Nullable String subPath;

  @Option(
      names = "--git",
      paramLabel = "OPTIONS",
      description =
          "How a git context is fetched: branch=NAME, recurse-submodules=BOOL, insecure-skip-tls=BOOL, "
              + "and, with no effect as never more than one commit is fetched, single-branch=BOOL "
              + "and depth=N; separated by commas. Repeatable.")
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
