package dev.janiko.cli.options;

import dev.janiko.builder.bucket.BucketObject;
import dev.janiko.builder.bucket.CloudVariables;
import dev.janiko.builder.context.ContextPlace;
import dev.janiko.builder.context.ContextSpec;
import dev.janiko.builder.context.DockerfilePlace;
import dev.janiko.builder.context.NamedContext;
import dev.janiko.builder.fetch.GitOptions;
import dev.janiko.builder.plan.NamedSource;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.dockerfile.text.GitReference;
import dev.janiko.dockerfile.text.UserInfo;
import dev.janiko.registry.Digest;
import dev.janiko.registry.reference.ImageReference;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads where contexts are, in docker's words and in Kaniko's. */
public final class ContextParser {
  private static final String STDIN = "standard input";
  private static final String LAYOUT = "oci-layout://";
  private static final String IMAGE = "docker-image://";
  private static final Pattern SELECTED =
      Pattern.compile("(.+?)(?:@([a-z0-9]+:[0-9a-f]+)|:([^:/@]+))?");

  private final ContextFlags flags;
  private final Map<String, String> environment;
  private final Map<String, String> buildArgs;

  /**
   * Takes what contexts depend on.
   *
   * @param buildArgs some of BuildKit's are about contexts
   */
  ContextParser(
      ContextFlags flags, Map<String, String> environment, Map<String, String> buildArgs) {
    this.flags = flags;
    this.environment = environment;
    this.buildArgs = buildArgs;
  }

  /** Whose words a place is written in: in Kaniko's, {@code git://} is fetched by HTTPS. */
  private enum Words {
    KANIKO,
    DOCKER
  }

  /**
   * Returns where everything is.
   *
   * @param argument the context if no flag names one, in docker's words
   * @throws UsageException if that cannot be read
   */
  ContextSpec parse(String argument) {
    ContextPlace place = main(argument);
    Optional<DockerfilePlace> dockerfile = dockerfile(flags.dockerfile);
    if (place instanceof ContextPlace.Stream
        && dockerfile.filter(DockerfilePlace.Stream.class::isInstance).isPresent()) {
      throw new UsageException(
          "standard input cannot be both the build context and the Dockerfile");
    }
    return new ContextSpec(place, subPath(), dockerfile, named());
  }

  private ContextPlace main(String argument) {
    if (flags.bucket != null) {
      if (flags.context != null) {
        throw new UsageException("two build contexts: --bucket and --context");
      }
      return place(
          flags.bucket.contains("://") ? flags.bucket : "gs://" + flags.bucket, Words.KANIKO);
    }
    return flags.context == null
        ? place(argument, Words.DOCKER)
        : place(flags.context, Words.KANIKO);
  }

  /** The host whose certificate is not to be checked for a context, if there is one. */
  Optional<String> unverifiedHost(ContextSpec source) {
    boolean wanted = isTrue(gitOptions().getOrDefault("insecure-skip-tls", ""));
    return wanted && source.place() instanceof ContextPlace.Git git
        ? Optional.ofNullable(URI.create(UserInfo.hidden(git.reference().remote())).getAuthority())
        : Optional.empty();
  }

  private Optional<Path> subPath() {
    if (flags.subPath == null || flags.subPath.isEmpty()) {
      return Optional.empty();
    }
    Path inside = path("--context-sub-path", flags.subPath).normalize();
    if (inside.isAbsolute() || inside.startsWith("..")) {
      throw new UsageException("--context-sub-path leads out of the context");
    }
    return Optional.of(inside);
  }

  private static Optional<DockerfilePlace> dockerfile(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    if (text.equals("-")) {
      return Optional.of(new DockerfilePlace.Stream(System.in));
    }
    if (isWeb(text)) {
      return Optional.of(new DockerfilePlace.Web(text));
    }
    if (text.contains("://")) {
      throw new UsageException(
          "--dockerfile is a file or an http address; "
              + UserInfo.hidden(text)
              + " is not supported");
    }
    return Optional.of(new DockerfilePlace.File(path("--dockerfile", text)));
  }

  /** Whether a place is an address of the web. */
  public static boolean isWeb(String text) {
    return text.regionMatches(true, 0, "https://", 0, 8)
        || text.regionMatches(true, 0, "http://", 0, 7);
  }

  private ContextPlace place(String text, Words words) {
    if (text.isEmpty()) {
      throw new UsageException("the build context is empty: name a folder, such as .");
    }
    if (text.equals("-") || text.equals("tar://stdin")) {
      return new ContextPlace.Stream(System.in, STDIN);
    }
    Optional<BucketObject> bucket = bucket(text);
    if (bucket.isPresent()) {
      return new ContextPlace.Bucket(bucket.get(), new CloudVariables(environment));
    }
    if (text.startsWith("dir://")) {
      return folder(text.substring("dir://".length()));
    }
    if (text.startsWith("tar://")) {
      return new ContextPlace.Archive(path("--context", text.substring("tar://".length())));
    }
    Optional<GitReference> git = git(text, words);
    if (git.isPresent() && !(git.get().isLocalName() && Files.exists(Path.of(text)))) {
      return new ContextPlace.Git(git.get(), options(git.get(), words));
    }
    if (isWeb(text)) {
      return new ContextPlace.Web(text);
    }
    if (text.contains("://")) {
      throw new UsageException(
          "a build context at "
              + UserInfo.hidden(text)
              + " is not supported: name a folder, or use dir://, tar://, git://, s3://, gs:// or https://");
    }
    return folder(text);
  }

  private static Optional<BucketObject> bucket(String text) {
    try {
      return BucketObject.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static ContextPlace folder(String text) {
    if (text.isEmpty()) {
      throw new UsageException("the build context is empty: name a folder, such as .");
    }
    return new ContextPlace.Folder(path("--context", text));
  }

  private Optional<GitReference> git(String text, Words words) {
    String address = text;
    if (words == Words.KANIKO && text.startsWith("git://")) {
      String method = environment.getOrDefault("GIT_PULL_METHOD", "https");
      if (!method.equals("https") && !method.equals("http")) {
        throw new UsageException("GIT_PULL_METHOD is https or http, not " + method);
      }
      address = method + text.substring("git".length());
    }
    String commit = "";
    int ref = address.indexOf('#');
    int second = ref < 0 ? -1 : address.indexOf('#', ref + 1);
    if (words == Words.KANIKO && second >= 0) {
      commit = address.substring(second + 1);
      address = address.substring(0, second);
    }
    try {
      // Kaniko's repositories need no .git at their end, but are then told by git:// alone.
      boolean told = text.startsWith("git://");
      Optional<GitReference> read =
          told
              ? GitReference.parse("git" + address.substring(address.indexOf("://")))
              : GitReference.parse(address);
      String scheme = address.substring(0, Math.max(address.indexOf("://"), 0));
      String found = commit;
      return read.map(git -> told ? withScheme(git, scheme) : git)
          .map(git -> found.isEmpty() ? git : git.withRef(found))
          .map(this::onBranch);
    } catch (IllegalArgumentException e) {
      throw new UsageException(UserInfo.hidden(text) + ": " + e.getMessage());
    }
  }

  private GitReference onBranch(GitReference git) {
    String branch = gitOptions().getOrDefault("branch", "");
    return git.ref().isPresent() || branch.isEmpty() ? git : git.withRef(branch);
  }

  private static GitReference withScheme(GitReference git, String scheme) {
    String rest = git.remote().substring(git.remote().indexOf("://"));
    return git.withRemote(scheme + rest);
  }

  private GitOptions options(GitReference git, Words words) {
    boolean kaniko = words == Words.KANIKO;
    boolean submodules =
        kaniko ? isTrue(gitOptions().getOrDefault("recurse-submodules", "")) : git.submodules();
    boolean keeps =
        git.keepGitDir()
            .orElse(kaniko || isTrue(buildArgs.getOrDefault("BUILDKIT_CONTEXT_KEEP_GIT_DIR", "")));
    Path home = Path.of(environment.getOrDefault("HOME", "/root"));
    Optional<Path> agent =
        Optional.of(environment.getOrDefault("SSH_AUTH_SOCK", ""))
            .filter(socket -> !socket.isEmpty())
            .map(Path::of);
    return new GitOptions(keeps, submodules, login(), Optional.of(new GitOptions.Ssh(home, agent)));
  }

  private Optional<GitOptions.Access> login() {
    String user = environment.getOrDefault("GIT_USERNAME", "");
    String password = environment.getOrDefault("GIT_PASSWORD", "");
    String token = environment.getOrDefault("GIT_TOKEN", "");
    if (!token.isEmpty()) {
      return Optional.of(
          user.isEmpty() ? new GitOptions.Login(token, "") : new GitOptions.Login(user, token));
    }
    return user.isEmpty() && password.isEmpty()
        ? Optional.empty()
        : Optional.of(new GitOptions.Login(user, password));
  }

  private Map<String, String> gitOptions() {
    Map<String, String> options = new LinkedHashMap<>();
    for (String flag : flags.git) {
      for (String option : flag.split(",", -1)) {
        int equals = option.indexOf('=');
        String name = equals < 0 ? option : option.substring(0, equals);
        String value = equals < 0 ? "true" : option.substring(equals + 1);
        switch (name) {
          case "branch" -> options.put(name, value);
          case "single-branch", "recurse-submodules", "insecure-skip-tls" ->
              options.put(name, Boolean.toString(isTrue(value)));
          case "depth" -> {
            if (!value.matches("\\d{1,9}")) {
              throw new UsageException("--git depth is a number, not " + value);
            }
          }
          default ->
              throw new UsageException(
                  "--git knows branch, depth, insecure-skip-tls, recurse-submodules and"
                      + " single-branch, not "
                      + name);
        }
      }
    }
    return options;
  }

  private static boolean isTrue(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "1", "t", "true" -> true;
      case "", "0", "f", "false" -> false;
      default -> throw new UsageException("true or false is needed, not " + text);
    };
  }

  private Map<String, NamedContext> named() {
    Map<String, NamedContext> contexts = new LinkedHashMap<>();
    for (String text : flags.named) {
      int equals = text.indexOf('=');
      String name = text.substring(0, Math.max(equals, 0));
      String value = text.substring(equals + 1);
      if (name.isEmpty() || value.isEmpty()) {
        throw new UsageException("--build-context needs a name and a place: NAME=PLACE");
      }
      if (name.equals("scratch") || name.equals("context")) {
        throw new UsageException("--build-context cannot give the name " + name);
      }
      contexts.put(name, context(value));
    }
    return contexts;
  }

  private NamedContext context(String value) {
    try {
      if (value.startsWith(IMAGE)) {
        ImageReference image = ImageReference.parse(value.substring(IMAGE.length()));
        return new NamedContext.Image(new NamedSource.Image(image));
      }
      if (value.startsWith(LAYOUT)) {
        Matcher parts = SELECTED.matcher(value.substring(LAYOUT.length()));
        if (!parts.matches()) {
          throw new UsageException("--build-context: " + value + " names no layout");
        }
        return new NamedContext.Image(
            new NamedSource.Layout(
                path("--build-context", parts.group(1)).toAbsolutePath(),
                Optional.ofNullable(parts.group(3)),
                Optional.ofNullable(parts.group(2)).map(Digest::parse)));
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException("--build-context: " + e.getMessage());
    }
    ContextPlace place = place(value, Words.DOCKER);
    if (place instanceof ContextPlace.Stream) {
      throw new UsageException("--build-context cannot be on standard input");
    }
    return new NamedContext.Files(place);
  }

  private static Path path(String flag, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new UsageException(flag + " is not a path: " + e.getReason());
    }
  }
}
