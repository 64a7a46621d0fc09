package dev.janiko.dockerfile.source;

import static java.util.Objects.requireNonNull;

import dev.janiko.dockerfile.DockerfileException;
import java.util.Optional;

/**
 * A git repository, what of it to check out, and how: {@code https://host/name.git#ref:folder}.
 *
 * <p>Read as BuildKit reads it. Nothing in it is fit to be an argument of a command without a look:
 * a ref may begin with {@code -} and a folder may hold {@code ..}. {@link #toString} hides a
 * password; {@link #print} and {@link #remote} do not.
 *
 * @param remote where the repository is, without query and fragment, as written
 * @param shortName the last part of its path, without {@code .git}
 * @param ref the branch, tag or commit; empty for the repository's default
 * @param checksum the commit that must be found, or its beginning; empty for any
 * @param folder the folder of the repository that is wanted, as written; empty for all of it
 * @param options how it is checked out
 */
public record GitReference(
    String remote, String shortName, String ref, String checksum, String folder, Options options) {
  /** Refuses absent parts. */
  public GitReference {
    requireNonNull(remote, "remote is null");
    requireNonNull(shortName, "shortName is null");
    requireNonNull(ref, "ref is null");
    requireNonNull(checksum, "checksum is null");
    requireNonNull(folder, "folder is null");
    requireNonNull(options, "options is null");
  }

  /**
   * How a repository is checked out.
   *
   * @param keepGitFolder whether {@code .git} is kept, if that is said
   * @param submodules whether submodules are checked out too, if that is said
   * @param times the times that files get, if that is said
   * @param fetchByCommit whether the checksum is what is asked for, instead of the ref
   */
  public record Options(
      Optional<Boolean> keepGitFolder,
      Optional<Boolean> submodules,
      Optional<Times> times,
      boolean fetchByCommit) {
    /** Nothing is said. */
    public static final Options NONE =
        new Options(Optional.empty(), Optional.empty(), Optional.empty(), false);

    /** Refuses absent parts. */
    public Options {
      requireNonNull(keepGitFolder, "keepGitFolder is null");
      requireNonNull(submodules, "submodules is null");
      requireNonNull(times, "times is null");
    }
  }

  /** The times that files get. */
  public enum Times {
    /** The time of the check-out. */
    CHECKOUT,
    /** The time of the commit. */
    COMMIT
  }

  /**
   * Reads a reference.
   *
   * @return empty if the text names no git repository: URLs by HTTP must end in {@code .git}, those
   *     of {@code git:} and {@code ssh:}, {@code user@host:path} and {@code github.com/...} need
   *     not
   * @throws DockerfileException if it names one, and asks for what cannot be
   */
  public static Optional<GitReference> parse(String text) {
    requireNonNull(text, "text is null");
    try {
      return GitUrl.parse(text).map(GitQuery::read);
    } catch (DockerfileException e) {
      throw e.about(text);
    }
  }

  /** Whether the text could as well be a path: {@code github.com/owner/name}. */
  public boolean looksLikePath() {
    return !remote.contains("://") && remote.startsWith("github.com/");
  }

  /** Whether anybody on the way can read and change what is fetched. */
  public boolean isUnencrypted() {
    return remote.regionMatches(true, 0, "http://", 0, "http://".length())
        || remote.regionMatches(true, 0, "git://", 0, "git://".length());
  }

  /** This reference to all of the repository. */
  public GitReference withoutFolder() {
    return new GitReference(remote, shortName, ref, checksum, "", options);
  }

  /** The short form {@code remote#ref:folder}, without options and checksum. */
  public String print() {
    String inside = folder.startsWith("/") ? folder.substring(1) : folder;
    String fragment = inside.isEmpty() ? ref : ref + ":" + inside;
    return fragment.isEmpty() ? remote : remote + "#" + fragment;
  }

  /** As {@link #print}, with the password of an URL hidden. */
  @Override
  public String toString() {
    return print().replaceFirst("^([A-Za-z0-9]+://[^/:@]*):[^/]*@", "$1:***@");
  }
}
