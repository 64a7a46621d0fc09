package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/**
 * A mount of {@code RUN --mount}, its options read and checked. Empty strings stand for options not
 * given.
 */
public sealed interface Mount {
  /** Where it is mounted; empty if not given, relative paths are relative to WORKDIR. */
  String target();

  /**
   * Files of the build context, of a stage or of an image.
   *
   * @param from a stage's name, a named context or an image; empty for the build context
   * @param source the path in it; empty for its root
   * @param readOnly whether writes are refused; if not, they are thrown away
   */
  record Bind(String from, String source, String target, boolean readOnly) implements Mount {}

  /**
   * A folder that is kept across builds.
   *
   * @param id the cache's name; empty for the target's
   * @param from where its first contents come from; empty for nowhere
   * @param source the path in {@code from}
   * @param readOnly whether writes are refused
   * @param sharing how builds share it
   * @param owner the owner and mode of a new folder
   */
  record Cache(
      String id,
      String from,
      String source,
      String target,
      boolean readOnly,
      Sharing sharing,
      Ownership owner)
      implements Mount {}

  /**
   * A folder in memory.
   *
   * @param size the greatest size in bytes, if limited
   * @param readOnly whether writes are refused
   */
  record Tmpfs(String target, OptionalLong size, boolean readOnly) implements Mount {}

  /**
   * A secret as a file, an environment variable, or both.
   *
   * @param id the secret's name ({@code id} or {@code source}); empty for the target's last name
   * @param env the variable to set, if any
   * @param required whether it is an error that the secret is not given
   * @param owner the file's owner and mode
   */
  record Secret(String id, String target, Optional<String> env, boolean required, Ownership owner)
      implements Mount {}

  /**
   * A socket of an SSH agent.
   *
   * @param id the agent's name; empty for {@code default}
   * @param required whether it is an error that there is no agent
   * @param owner the socket's owner and mode
   */
  record Ssh(String id, String target, boolean required, Ownership owner) implements Mount {}

  /** How builds at the same time share a cache. */
  enum Sharing {
    /** All at once. */
    SHARED,
    /** Each its own. */
    PRIVATE,
    /** One after the other. */
    LOCKED
  }

  /**
   * The options {@code uid}, {@code gid} and {@code mode}, as far as given.
   *
   * @param uid the user
   * @param gid the group
   * @param mode the permission bits
   */
  record Ownership(OptionalLong uid, OptionalLong gid, OptionalLong mode) {
    /** Refuses absent parts. */
    public Ownership {
      requireNonNull(uid, "uid is null");
      requireNonNull(gid, "gid is null");
      requireNonNull(mode, "mode is null");
    }
  }

  /**
   * Reads the value of {@code --mount}.
   *
   * @param text the value as written
   * @param expand expands variables in the values of options
   * @throws DockerfileException if the options are malformed, unknown, or do not go together
   */
  static Mount parse(String text, UnaryOperator<String> expand) {
    return new MountParser(text).parse(expand);
  }

  /**
   * Where the value of {@code --mount} takes files from, which is known before variables are.
   *
   * @param text the value as written
   * @return the last {@code from}; empty if there is none
   * @throws DockerfileException if the value is malformed, or {@code from} holds a variable
   */
  static String fromOf(String text) {
    return new MountParser(text).from();
  }

  /**
   * Where the value of {@code --mount} puts files, variables not expanded.
   *
   * @param text the value as written
   * @return the last target; empty if there is none
   * @throws DockerfileException if the value is malformed
   */
  static String targetOf(String text) {
    return new MountParser(text).last(List.of("target", "dst", "destination"));
  }
}
