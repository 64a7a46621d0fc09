package dev.janiko.builder.context;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.plan.NamedSource;
import dev.janiko.dockerfile.pattern.IgnoreFile;
import dev.janiko.dockerfile.pattern.PatternException;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An opened build context: its folder, its ignore rules and the Dockerfile's text. Immutable.
 *
 * @param folder the context's folder, absolute
 * @param dockerfile the Dockerfile's path, absolute
 * @param dockerfileBytes the Dockerfile
 * @param ignored which paths of the folder are not part of the context
 * @param named what names in the Dockerfile stand for instead of stages and images
 * @param isFetched whether the folder is one of the build, so that its path tells people nothing
 */
@SuppressWarnings("ArrayRecordComponent") // read once by the parser, never compared
public record BuildContext(
    Path folder,
    Path dockerfile,
    byte[] dockerfileBytes,
    PatternMatcher ignored,
    Map<String, NamedSource> named,
    boolean isFetched) {
  private static final long MAX_DOCKERFILE_BYTES = 16L << 20;

  /** Opens a context that is here, without names of its own. */
  public static BuildContext open(ContextSpec spec) {
    return open(spec, ContextFetcher.none());
  }

  /**
   * Finds the folder, the Dockerfile and the ignore rules ({@code <Dockerfile>.dockerignore} beside
   * the Dockerfile, else {@code .dockerignore} in the folder).
   *
   * @throws BuildException if one of them cannot be read
   */
  public static BuildContext open(ContextSpec spec, ContextFetcher fetcher) {
    requireNonNull(spec, "spec is null");
    Path folder = folder(place(spec.place(), fetcher));
    if (spec.subPath().isPresent()) {
      folder = below(folder, spec.subPath().get());
    }
    Path dockerfile = dockerfile(folder, spec.dockerfile(), fetcher);
    byte[] text = readDockerfile(dockerfile);
    return new BuildContext(
        folder,
        dockerfile,
        text,
        ignored(folder, dockerfile),
        named(spec.named(), fetcher),
        !(spec.place() instanceof ContextPlace.Folder));
  }

  private static Path place(ContextPlace place, ContextFetcher fetcher) {
    if (place instanceof ContextPlace.Folder here) {
      return here.path();
    }
    try {
      return fetcher.folder(place);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private static BuildException failure(IOException e) {
    if (Thread.currentThread().isInterrupted()) {
      return BuildException.of(Kind.INTERRUPTED, "the build was interrupted", e);
    }
    String what = e instanceof NoSuchFileException missing ? missing.getFile() + ": " : "";
    return BuildException.of(Kind.CONTEXT, what + reason(e), e);
  }

  private static Path below(Path folder, Path path) {
    try {
      return FetchedContexts.inside(folder, path.toString());
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private static Map<String, NamedSource> named(
      Map<String, NamedContext> contexts, ContextFetcher fetcher) {
    Map<String, NamedSource> named = new HashMap<>();
    contexts.forEach((name, context) ->
        named.put(
            name,
            switch (context) {
              case NamedContext.Image image -> image.source();
              case NamedContext.Files files ->
                  new NamedSource.Folder(folder(place(files.place(), fetcher)));
            }));
    return Map.copyOf(named);
  }

  /**
   * Finds the folder and the ignore rules for a Dockerfile that is not a file.
   *
   * @param dockerfile the Dockerfile
   * @throws BuildException if one of them cannot be read
   */
  public static BuildContext open(ContextSpec spec, byte[] dockerfile) {
    requireNonNull(spec, "spec is null");
    requireNonNull(dockerfile, "dockerfile is null");
    ContextFetcher none = ContextFetcher.none();
    Path folder = folder(place(spec.place(), none));
    Path name = folder.resolve("Dockerfile");
    return new BuildContext(
        folder, name, dockerfile, ignored(folder, name), named(spec.named(), none), false);
  }

  private static Path folder(Path given) {
    Path folder = given.toAbsolutePath().normalize();
    if (!Files.exists(folder)) {
      throw contextError(folder, "does not exist")
          .withHint("give the folder that the Dockerfile's COPY instructions take files from");
    }
    if (!Files.isDirectory(folder)) {
      throw contextError(folder, "is not a folder");
    }
    if (!Files.isReadable(folder)) {
      throw contextError(folder, "cannot be read: permission denied");
    }
    return folder;
  }

  private static Path dockerfile(
      Path folder, Optional<DockerfilePlace> given, ContextFetcher fetcher) {
    if (given.isEmpty()) {
      Path usual = folder.resolve("Dockerfile");
      Path lowerCase = folder.resolve("dockerfile");
      return Files.exists(usual, LinkOption.NOFOLLOW_LINKS) || !Files.exists(lowerCase)
          ? usual
          : lowerCase;
    }
    if (!(given.get() instanceof DockerfilePlace.File file)) {
      try {
        return fetcher.file(given.get());
      } catch (IOException e) {
        throw failure(e);
      }
    }
    Path here = file.path().toAbsolutePath().normalize();
    return Files.exists(here) ? here : folder.resolve(file.path()).normalize();
  }

  private static byte[] readDockerfile(Path dockerfile) {
    try {
      if (Files.isDirectory(dockerfile)) {
        throw BuildException.of(
            Kind.CONTEXT, "the Dockerfile " + dockerfile + " is a folder, not a file");
      }
      if (Files.size(dockerfile) > MAX_DOCKERFILE_BYTES) {
        throw BuildException.of(
            Kind.CONTEXT, "the Dockerfile " + dockerfile + " is larger than 16 MiB");
      }
      return Files.readAllBytes(dockerfile);
    } catch (IOException e) {
      throw BuildException.of(
              Kind.CONTEXT, "failed to read dockerfile " + dockerfile + ": " + reason(e), e)
          .withHint("name it with -f, or put a file named Dockerfile into the context folder");
    }
  }

  /**
   * The ignore rules that a folder itself holds.
   *
   * @throws BuildException if they cannot be read
   */
  public static PatternMatcher ignoredIn(Path folder) {
    return rules(folder.resolve(".dockerignore"));
  }

  private static PatternMatcher ignored(Path folder, Path dockerfile) {
    Path own = dockerfile.resolveSibling(dockerfile.getFileName() + ".dockerignore");
    return Files.exists(own) ? rules(own) : ignoredIn(folder);
  }

  private static PatternMatcher rules(Path file) {
    if (!Files.exists(file)) {
      return PatternMatcher.of(List.of());
    }
    try {
      return PatternMatcher.of(IgnoreFile.parse(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw BuildException.of(
          Kind.CONTEXT, "the ignore file " + file + " cannot be read: " + reason(e), e);
    } catch (PatternException e) {
      throw BuildException.of(
          Kind.CONTEXT, "the ignore file " + file + " is wrong: " + e.getMessage(), e);
    }
  }

  private static BuildException contextError(Path folder, String what) {
    return BuildException.of(Kind.CONTEXT, "the build context " + folder + " " + what);
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file or directory";
      case AccessDeniedException _ -> "permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }
}
