package dev.janiko.cli;

import dev.janiko.cli.BuildOptions.Cache;
import dev.janiko.cli.BuildOptions.DigestFiles;
import dev.janiko.cli.BuildOptions.Exceptions;
import dev.janiko.cli.BuildOptions.Outputs;
import dev.janiko.cli.BuildOptions.Place;
import dev.janiko.cli.BuildOptions.Registries;
import dev.janiko.cli.BuildOptions.Source;
import dev.janiko.dockerfile.text.GoDuration;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns flags into what they ask for, and refuses what cannot be meant. */
final class OptionsAssembler {
  private final SharedFlags flags;
  private final Surroundings surroundings;

  OptionsAssembler(SharedFlags flags, Surroundings surroundings) {
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
  BuildOptions assemble(String defaultContext, List<String> tags, boolean push) {
    checkPlatform();
    return new BuildOptions(
        new Source(context(defaultContext), path("--dockerfile", flags.dockerfile)),
        Optional.ofNullable(flags.target),
        buildArgs(),
        labels(),
        outputs(tags, push),
        new Registries(
            new Exceptions(flags.insecure, flags.insecurePull, flags.insecureRegistries),
            new Exceptions(
                flags.skipTlsVerify,
                flags.skipTlsVerify || flags.skipTlsVerifyPull,
                flags.skipTlsVerifyRegistries)),
        new Place(flags.isolation, flags.force),
        cache(),
        flags.singleSnapshot);
  }

  private Optional<Cache> cache() {
    CacheFlags cache = flags.cache;
    if (!cache.cache) {
      return Optional.empty();
    }
    Duration lifetime;
    try {
      lifetime = GoDuration.parse(cache.lifetime);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "--cache-ttl is a duration such as 6h or 90m, not " + cache.lifetime);
    }
    return Optional.of(
        new Cache(
            Optional.ofNullable(cache.repository),
            lifetime,
            cache.runLayers,
            cache.copyLayers,
            !cache.noPush));
  }

  private Path context(String defaultContext) {
    String text = flags.context == null ? defaultContext : flags.context;
    String folder = text.startsWith("dir://") ? text.substring("dir://".length()) : text;
    if (folder.isEmpty()) {
      throw new UsageException("the build context is empty: name a folder, such as .");
    }
    if (folder.equals("-")) {
      throw new UsageException("a build context on standard input is not supported: name a folder");
    }
    if (folder.contains("://") || folder.startsWith("git@")) {
      throw new UsageException(
          "a build context at " + withoutUserInfo(folder) + " is not supported: name a folder");
    }
    Path context = toPath("--context", folder);
    if (flags.contextSubPath == null) {
      return context;
    }
    Path inside = toPath("--context-sub-path", flags.contextSubPath).normalize();
    if (inside.isAbsolute() || inside.startsWith("..")) {
      throw new UsageException("--context-sub-path leads out of the context");
    }
    return context.resolve(inside);
  }

  private static String withoutUserInfo(String url) {
    int begin = url.indexOf("://") + 3;
    int end = url.indexOf('@', begin);
    return end < 0 || begin < 3 ? url : url.substring(0, begin) + url.substring(end + 1);
  }

  private Map<String, String> buildArgs() {
    Map<String, String> values = new LinkedHashMap<>();
    for (String argument : flags.buildArgs) {
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      if (name.isEmpty()) {
        throw new UsageException("--build-arg needs a name: NAME=VALUE, or NAME alone");
      }
      if (equals >= 0) {
        values.put(name, argument.substring(equals + 1));
      } else {
        String value = surroundings.environment().get(name);
        if (value != null) {
          values.put(name, value);
        }
      }
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
        digestFiles());
  }

  private DigestFiles digestFiles() {
    if (flags.digestFile != null && flags.digestFile.contains("://")) {
      throw new UsageException("--digest-file is a file; sending digests is not supported");
    }
    return new DigestFiles(
        path("--digest-file", flags.digestFile),
        Optional.ofNullable(flags.nameWithDigestFile),
        Optional.ofNullable(flags.nameTagWithDigestFile));
  }

  private boolean noPush() {
    if (flags.noPush != null) {
      return flags.noPush;
    }
    String variable = surroundings.environment().getOrDefault("KANIKO_NO_PUSH", "");
    return switch (variable.toLowerCase(Locale.ROOT)) {
      case "", "0", "f", "false" -> false;
      case "1", "t", "true" -> true;
      default -> throw new UsageException("KANIKO_NO_PUSH is true or false, not " + variable);
    };
  }

  private void checkPlatform() {
    if (flags.platform == null) {
      return;
    }
    String host =
        switch (surroundings.architecture()) {
          case "amd64", "x86_64" -> "linux/amd64";
          case "aarch64", "arm64" -> "linux/arm64";
          default -> "linux/" + surroundings.architecture();
        };
    String wanted =
        flags
            .platform
            .toLowerCase(Locale.ROOT)
            .replace("x86_64", "amd64")
            .replace("aarch64", "arm64");
    if (!wanted.equals(host) && !wanted.equals(host + (host.endsWith("arm64") ? "/v8" : "/v1"))) {
      throw new UsageException(
          "images for " + flags.platform + " cannot be built here, only for " + host);
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
      throw new UsageException(flag + " is a file; " + withoutUserInfo(text) + " is not supported");
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
