package dev.janiko.cli.options;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.context.ContextSpec;
import dev.janiko.builder.fetch.WebAddress;
import dev.janiko.cli.foreign.KanikoVariables;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.cli.options.BuildOptions.Cache;
import dev.janiko.cli.options.BuildOptions.DigestFiles;
import dev.janiko.cli.options.BuildOptions.Isolation;
import dev.janiko.cli.options.BuildOptions.Outputs;
import dev.janiko.cli.options.BuildOptions.Place;
import dev.janiko.cli.registry.RegistrySettings;
import dev.janiko.dockerfile.text.UserInfo;
import dev.janiko.registry.image.Platform;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns flags into what they ask for, and refuses what cannot be meant. */
public final class OptionsAssembler {
  private static final String EPOCH = "SOURCE_DATE_EPOCH";

  private final SharedFlags flags;
  private final Surroundings surroundings;

  /** Sets up reading what was set on the command line. */
  public OptionsAssembler(SharedFlags flags, Surroundings surroundings) {
    this.flags = flags;
    this.surroundings = surroundings;
  }

  /**
   * Returns what the flags ask for.
   *
   * @param defaultContext the context if no flag names one
   * @param tags docker's names for the image
   * @param push whether to push under those names, too
   * @throws UsageException if that cannot be done
   */
  public BuildOptions assemble(String defaultContext, List<String> tags, boolean push) {
    Map<String, String> buildArgs = buildArgs();
    ContextParser contexts =
        new ContextParser(flags.context, surroundings.environment(), buildArgs);
    ContextSpec source = contexts.parse(defaultContext);
    RegistrySettings registries = flags.registry.settings(surroundings.environment());
    return new BuildOptions(
        source,
        platforms(),
        Optional.ofNullable(flags.target),
        buildArgs,
        labels(),
        outputs(tags, push),
        contexts.unverifiedHost(source).map(registries::unverified).orElse(registries),
        place(),
        flags.layers.layering(flags.tarPath != null),
        cache(),
        flags.mounts.assemble(surroundings.environment()));
  }

  private Place place() {
    Isolation isolation = flags.isolation;
    if (flags.materialize) {
      if (isolation != Isolation.AUTO && isolation != Isolation.INPLACE) {
        throw new UsageException(
            "--materialize is for --isolation inplace: elsewhere a stage's files are apart");
      }
      if (platforms().size() > 1) {
        throw new UsageException("--materialize leaves the files of one image: name one platform");
      }
      isolation = Isolation.INPLACE;
    }
    return new Place(isolation, flags.force, flags.materialize, Optional.ofNullable(flags.folder));
  }

  /**
   * Returns what the flags ask to look at.
   *
   * @param defaultContext the context if no flag names one; {@code -} for a Dockerfile on standard
   *     input without a context
   * @param lookUp whether base images are looked up
   * @throws UsageException if that cannot be done
   */
  public LintOptions lint(String defaultContext, boolean lookUp) {
    String folder = flags.context.context == null ? defaultContext : flags.context.context;
    String dockerfile = flags.context.dockerfile;
    boolean alone = folder.equals("-");
    boolean standardInput = alone || "-".equals(dockerfile);
    if (alone && dockerfile != null && !dockerfile.equals("-")) {
      throw new UsageException("two Dockerfiles: standard input and " + dockerfile);
    }
    return new LintOptions(
        new LintOptions.Source(
            alone ? Optional.empty() : Optional.of(folder(folder)),
            standardInput ? Optional.empty() : path("--dockerfile", dockerfile),
            standardInput),
        Optional.ofNullable(flags.target),
        buildArgs(),
        lookUp
            ? Optional.of(flags.registry.settings(surroundings.environment()))
            : Optional.empty());
  }

  /** A context that is looked at where it is. */
  private Path folder(String text) {
    String folder = text.startsWith("dir://") ? text.substring("dir://".length()) : text;
    if (folder.isEmpty()) {
      throw new UsageException("the build context is empty: name a folder, such as .");
    }
    if (folder.contains("://") || folder.startsWith("git@")) {
      throw new UsageException(
          "checks look at a folder, not at " + UserInfo.hidden(folder) + ": fetch it first");
    }
    Path context = toPath("--context", folder);
    if (flags.context.subPath == null) {
      return context;
    }
    Path inside = toPath("--context-sub-path", flags.context.subPath).normalize();
    if (inside.isAbsolute() || inside.startsWith("..")) {
      throw new UsageException("--context-sub-path leads out of the context");
    }
    return context.resolve(inside);
  }

  private Optional<Cache> cache() {
    CacheFlags cache = flags.cache;
    if (!cache.cache) {
      return Optional.empty();
    }
    return Optional.of(
        new Cache(
            Optional.ofNullable(cache.repository),
            cache.bases,
            cache.lifetime(),
            cache.runLayers,
            cache.copyLayers,
            !cache.noPush));
  }

  /** Values of arguments; the environment's of names alone. */
  public static Map<String, String> buildArgs(
      List<String> arguments, Map<String, String> environment) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      if (name.isEmpty()) {
        throw new UsageException("--build-arg needs a name: NAME=VALUE, or NAME alone");
      }
      if (equals >= 0) {
        values.put(name, argument.substring(equals + 1));
      } else if (environment.containsKey(name)) {
        values.put(name, environment.getOrDefault(name, ""));
      }
    }
    return values;
  }

  private Map<String, String> buildArgs() {
    Map<String, String> values = buildArgs(flags.buildArgs, surroundings.environment());
    // As docker's command line has it: the environment's time is the build's.
    String epoch = surroundings.environment().getOrDefault(EPOCH, "");
    if (!epoch.isEmpty()) {
      values.putIfAbsent(EPOCH, epoch);
    }
    return values;
  }

  private Map<String, String> labels() {
    Map<String, String> values = new LinkedHashMap<>();
    for (String label : flags.labels) {
      int equals = label.indexOf('=');
      String name = equals < 0 ? label : label.substring(0, equals);
      if (name.isEmpty()) {
        throw new UsageException("--label needs a name: NAME=VALUE");
      }
      values.put(name, equals < 0 ? "" : label.substring(equals + 1));
    }
    return values;
  }

  private Outputs outputs(List<String> tags, boolean push) {
    boolean noPush = noPush();
    if (push && noPush) {
      throw new UsageException("--push and --no-push contradict each other");
    }
    if (push && tags.isEmpty() && flags.destinations.isEmpty()) {
      throw new UsageException("--push needs a name to push under: add -t IMAGE");
    }
    List<String> names = new ArrayList<>(flags.destinations);
    names.addAll(tags);
    List<String> pushTo = new ArrayList<>();
    if (!noPush) {
      pushTo.addAll(flags.destinations);
      pushTo.addAll(push ? tags : List.of());
    }
    boolean files = flags.tarPath != null || flags.ociLayoutPath != null;
    if (pushTo.isEmpty() && !files && !noPush) {
      throw new UsageException(
          tags.isEmpty()
              ? "nothing says where the image goes: add --destination IMAGE, --tar-path FILE or "
                  + "--oci-layout-path DIR, or --no-push to build it only"
              : "-t names the image, but nothing says where it goes: add --push, --tar-path FILE "
                  + "or --oci-layout-path DIR, or --no-push to build it only");
    }
    if (names.isEmpty()
        && (flags.nameWithDigestFile != null || flags.nameTagWithDigestFile != null)) {
      throw new UsageException("a file of names with digests needs names: add --destination IMAGE");
    }
    return new Outputs(
        names,
        pushTo,
        Optional.ofNullable(flags.tarPath),
        Optional.ofNullable(flags.ociLayoutPath),
        digestFiles(),
        flags.form.family(),
        flags.form.annotations());
  }

  private DigestFiles digestFiles() {
    boolean web = flags.digestFile != null && ContextParser.isWeb(flags.digestFile);
    String folder = surroundings.environment().getOrDefault("BUILDER_OUTPUT", "");
    return new DigestFiles(
        web ? Optional.empty() : path("--digest-file", flags.digestFile),
        Optional.ofNullable(flags.nameWithDigestFile),
        Optional.ofNullable(flags.nameTagWithDigestFile),
        folder.isEmpty()
            ? Optional.empty()
            : Optional.of(toPath("BUILDER_OUTPUT", folder).resolve("images")),
        web ? Optional.of(address(flags.digestFile)) : Optional.empty());
  }

  private static WebAddress address(@Nullable String text) {
    try {
      return WebAddress.parse(requireNonNull(text));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--digest-file: " + e.getMessage());
    }
  }

  private boolean noPush() {
    if (flags.noPush != null) {
      return flags.noPush;
    }
    return KanikoVariables.isTrue(surroundings.environment(), "KANIKO_NO_PUSH");
  }

  private List<Platform> platforms() {
    List<Platform> platforms = new ArrayList<>();
    for (String text : flags.context.platforms) {
      platforms.add(platform(text));
    }
    return platforms;
  }

  private static Platform platform(String text) {
    try {
      Platform platform = Platform.parse(text);
      if (platform.os().equals("windows")) {
        throw new UsageException(
            "images for " + platform + " cannot be built: their layers are of another form");
      }
      return platform;
    } catch (IllegalArgumentException e) {
      throw new UsageException("--platform: " + e.getMessage());
    }
  }

  private static Optional<Path> path(String flag, @Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    if (text.equals("-")) {
      throw new UsageException(flag + " is a file; - is not supported");
    }
    if (text.contains("://")) {
      throw new UsageException(flag + " is a file; " + UserInfo.hidden(text) + " is not supported");
    }
    return Optional.of(toPath(flag, text));
  }

  private static Path toPath(String flag, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new UsageException(flag + " is not a path: " + e.getReason());
    }
  }
}
