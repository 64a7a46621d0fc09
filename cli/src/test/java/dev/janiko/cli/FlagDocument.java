package dev.janiko.cli;

import dev.janiko.cli.foreign.ForeignFlag;
import dev.janiko.cli.foreign.KanikoVariables;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.progress.Window;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Writes {@code docs/flags.md}: every flag of the executor and of the warmer, as they are. */
final class FlagDocument {
  /** Flags of Kaniko's executor, as its last release has them. */
  static final Set<String> KANIKO =
      Set.of(
          ("--dockerfile --context --context-sub-path --bucket --destination --no-push"
                  + " --no-push-cache --tar-path --tarPath --oci-layout-path --digest-file"
                  + " --image-name-with-digest-file --image-name-tag-with-digest-file --build-arg"
                  + " --target --skip-unused-stages --label --cache --cache-repo --cache-dir"
                  + " --cache-ttl --cache-copy-layers --cache-run-layers --compressed-caching"
                  + " --compression --compression-level --snapshot-mode --snapshotMode"
                  + " --single-snapshot --use-new-run --reproducible --force"
                  + " --force-build-metadata --cleanup --ignore-path --ignore-var-run"
                  + " --whitelist-var-run --custom-platform --customPlatform --insecure"
                  + " --insecure-pull --insecure-registry --skip-tls-verify"
                  + " --skip-tls-verify-pull --skip-tls-verify-registry --registry-certificate"
                  + " --registry-client-cert --registry-mirror --registry-map"
                  + " --skip-default-registry-fallback --push-retry"
                  + " --push-ignore-immutable-tag-errors --image-download-retry"
                  + " --image-fs-extract-retry --skip-push-permission-check --git --kaniko-dir"
                  + " --verbosity --log-format --log-timestamp"
                  + " --azure-container-registry-config")
              .split(" "));

  /** Flags that only the fork of it has that is developed further. */
  static final Set<String> FORK =
      Set.of(
          ("--annotation --image-format --secret --credential-helpers --dryrun --materialize"
                  + " --preserve-context --pre-cleanup")
              .split(" "));

  /** Flags of Kaniko's warmer that its executor has not. */
  static final Set<String> WARMER = Set.of("--image");

  /** What is better here than there. */
  static final Map<String, String> BETTER =
      Map.ofEntries(
          Map.entry("--context", "archives may have any compression; git over ssh; http://."),
          Map.entry("--context-sub-path", "It counts for every kind of context."),
          Map.entry("--dockerfile", "- is standard input."),
          Map.entry("--digest-file", "It is written when the image is pushed, not before."),
          Map.entry(
              "--image-name-tag-with-digest-file", "It does not disturb the file without tags."),
          Map.entry("--target", "It may be a stage's number; other stages are not built."),
          Map.entry("--label", "Only the image gets it, no stage before."),
          Map.entry("--cache", "Looked up at once, past a miss; all found: nothing is downloaded."),
          Map.entry("--cache-repo", "Not needed with --no-push; layers are mounted, not resent."),
          Map.entry("--cache-copy-layers", "On, with ADD and WORKDIR."),
          Map.entry("--compression", "Whatever the base image is, but for docker's format."),
          Map.entry("--reproducible", "Base layers stay as they are; no memory is needed for it."),
          Map.entry("--snapshot-mode", "All modes are exact and none reads files."),
          Map.entry("--oci-layout-path", "Relative to the working directory."),
          Map.entry("--custom-platform", "The variant is kept, and RUN works with an emulator."),
          Map.entry("--skip-tls-verify-pull", "It has an effect."),
          Map.entry("--registry-mirror", "With credentials of its own, and by HTTP if it says so."),
          Map.entry("--registry-map", "Any registry, with paths."),
          Map.entry("--push-retry", "Of the blob that failed, not of the whole image."),
          Map.entry("--git", "Unknown keys are errors; only one commit is ever fetched."),
          Map.entry(
              "--kaniko-dir", "Nothing is moved and nothing deleted: the program runs anywhere."),
          Map.entry("--secret", "It is never on a disk, nor to be found by another step."),
          Map.entry("--tar-path", "It needs no destination; written in one pass."));

  private static final List<String> VARIABLES =
      List.of(
          "`DOCKER_CONFIG`, `DOCKER_AUTH_CONFIG`, `REGISTRY_AUTH_FILE`, `XDG_RUNTIME_DIR`, `HOME` "
              + "| same | Where credentials are. |",
          "`KANIKO_<HOST>_USER`, `KANIKO_<HOST>_PASSWORD` | same | Credentials of one registry. |",
          "`GOOGLE_APPLICATION_CREDENTIALS`, `AWS_*`, `AZURE_*`, `CI_REGISTRY*` | same | "
              + "Credentials of clouds and of GitLab's jobs. |",
          "`SSL_CERT_DIR`, `SSL_CERT_FILE` | same | Further trusted certificates. |",
          "`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY` | same | Proxies, in lower case too. |",
          "`KANIKO_DIR` | better | As --kaniko-dir. |",
          "`KANIKO_NO_PUSH` | better | As --no-push; what is neither true nor false is an error. |",
          "`KANIKO_PRINT_PLAN` | same | As --dryrun. |",
          "`KANIKO_REGISTRY_MIRROR`, `KANIKO_REGISTRY_MAP` | same | "
              + "One more of --registry-mirror, of --registry-map. |",
          "`GIT_USERNAME`, `GIT_PASSWORD`, `GIT_TOKEN`, `GIT_PULL_METHOD` | better | "
              + "Credentials for git contexts, for submodules of the same server too. |",
          "`S3_ENDPOINT`, `S3_FORCE_PATH_STYLE` | same | Another server of s3:// contexts. |",
          "`AZURE_STORAGE_ACCESS_KEY` | same | The key of Azure's blob contexts. |",
          "`UPSTREAM_CLIENT_TYPE` | same | Is part of the User-Agent. |",
          "`BUILDER_OUTPUT` | same | A folder that gets `images`, a line of JSON for each name. |",
          "`SOURCE_DATE_EPOCH` | new | The time of the image, as docker's builder has it. |",
          "`JANIKO_STORE`, `JANIKO_STORE_SIZE` | new | The local store, and its size. |");

  private FlagDocument() {}

  /** The command line of a program. */
  static CommandLine line(String program) {
    PrintStream none =
        new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new CommandLineInterface(
            new Surroundings(Map.of(), "amd64", none, none, Optional::<Window>empty),
            (options, listener) -> 0,
            (options, listener) -> true)
        .line(program);
  }

  /** The flags of a program, by the name that counts. */
  static Map<String, OptionSpec> flags(String program) {
    Map<String, OptionSpec> flags = new TreeMap<>();
    for (OptionSpec option : line(program).getCommandSpec().options()) {
      flags.put(name(option), option);
    }
    flags.remove("--help");
    return flags;
  }

  /** The name that counts: Kaniko's, not its old spelling, else the longest. */
  private static String name(OptionSpec option) {
    return Arrays.stream(option.names())
        .filter(name -> KANIKO.contains(name) || FORK.contains(name) || WARMER.contains(name))
        .filter(name -> name.equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElse(option.longestName());
  }

  static String text() {
    List<String> lines = new ArrayList<>();
    lines.add("# Flags of the executor and of the warmer");
    lines.add("");
    lines.add(
        "What Kaniko's flags do here. *same*: what they do there; *better*: that and more, as told;"
            + " *no-op*: accepted, logged, without");
    lines.add(
        "effect, since what it asks for is always so or cannot matter; *refused*: an error, since"
            + " it cannot be had; *new*: Kaniko has no such flag. A flag");
    lines.add("that is not listed is an error that names the nearest one that is.");
    lines.add("");
    lines.add(
        "Both `--flag=value` and `--flag value` are understood; a switch may be `--flag=false`.");
    lines.add("");
    lines.add(
        "This page is written by the build: `mvn test -pl cli -am -Dtest=FlagDocumentTest"
            + " -Djaniko.docs.write=true -Dsurefire.failIfNoSpecifiedTests=false`.");
    section(lines, "Executor", "executor");
    section(lines, "Warmer", "warmer");
    lines.add("");
    lines.add("## Environment variables");
    lines.add("");
    lines.add("| variable | here | what it does |");
    lines.add("|---|---|---|");
    VARIABLES.forEach(line -> lines.add("| " + line));
    new TreeMap<>(KanikoVariables.WITHOUT_EFFECT)
        .forEach((name, why) -> lines.add("| `%s` | no-op | %s. |".formatted(name, upper(why))));
    lines.add(
        "| `%s*` | no-op | Builds are as docker's builder does them. |"
            .formatted(KanikoVariables.SWITCHES));
    return String.join("\n", lines) + "\n";
  }

  private static void section(List<String> lines, String title, String program) {
    lines.add("");
    lines.add("## " + title);
    lines.add("");
    lines.add("| flag | here | what it does |");
    lines.add("|---|---|---|");
    flags(program)
        .forEach((name, option) ->
            lines.add(
                "| %s | %s | %s |"
                    .formatted(names(option), standing(program, name), words(option, name))));
  }

  private static String names(OptionSpec option) {
    String names =
        Arrays.stream(option.names())
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(name -> "`" + name + "`")
            .reduce((a, b) -> a + ", " + b)
            .orElseThrow();
    return names.replaceFirst("`$", "")
        + (option.typeInfo().isBoolean() ? "`" : " " + label(option) + "`");
  }

  private static String label(OptionSpec option) {
    return option.paramLabel().replace("|", "\\|");
  }

  private static String standing(String program, String name) {
    Optional<ForeignFlag> foreign = foreign(program, name);
    if (foreign.isPresent()) {
      return foreign.get().accepted() ? "no-op" : "refused";
    }
    boolean known =
        KANIKO.contains(name)
            || FORK.contains(name)
            || (program.equals("warmer") && WARMER.contains(name));
    return !known ? "new" : better(program, name).isPresent() ? "better" : "same";
  }

  private static Optional<String> better(String program, String name) {
    boolean other = program.equals("warmer") && Set.of("--cache-ttl", "--git").contains(name);
    return other ? Optional.empty() : Optional.ofNullable(BETTER.get(name));
  }

  private static Optional<ForeignFlag> foreign(String program, String name) {
    List<ForeignFlag> flags = program.equals("warmer") ? ForeignFlag.WARMER : ForeignFlag.KANIKO;
    return flags.stream().filter(flag -> flag.name().equals(name)).findFirst();
  }

  private static String words(OptionSpec option, String name) {
    String words = String.join(" ", option.description()).replace("|", "\\|");
    String better = BETTER.getOrDefault(name, "");
    return better.isEmpty() ? words : words + " *" + upper(better) + "*";
  }

  private static String upper(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
