package dev.janiko.registry.auth;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.Set;

/**
 * What a request needs to be allowed to do.
 *
 * @param repository whose credential is used
 * @param grants such as {@code repository:library/alpine:pull}, the most important first
 */
public record Scope(String repository, List<String> grants) {
  /** Checks the parts. */
  public Scope {
    requireNonNull(repository, "repository is null");
    grants = List.copyOf(grants);
  }

  /** Reading a repository. */
  public static Scope pull(String repository) {
    return new Scope(repository, List.of(grant(repository, "pull")));
  }

  /** Writing a repository. */
  public static Scope push(String repository) {
    return new Scope(repository, List.of(grant(repository, "pull,push")));
  }

  /** Deleting from a repository, for which it is read. */
  public static Scope delete(String repository) {
    return new Scope(repository, List.of(grant(repository, "pull,delete")));
  }

  /** This, and reading another repository of the same registry. */
  public Scope andPull(String other) {
    SequencedSet<String> all = new LinkedHashSet<>(grants);
    all.add(grant(other, "pull"));
    return new Scope(repository, List.copyOf(all));
  }

  private static String grant(String repository, String actions) {
    return "repository:" + repository + ":" + actions;
  }

  /** Says whether who was granted the one may also do the other. */
  static boolean covers(Set<String> granted, List<String> wanted) {
    return wanted.stream().allMatch(want -> granted.stream().anyMatch(has -> covers(has, want)));
  }

  private static boolean covers(String has, String want) {
    if (has.equals(want)) {
      return true;
    }
    int end = has.lastIndexOf(':') + 1;
    if (end == 0 || !want.startsWith(has.substring(0, end)) || want.indexOf(':', end) >= 0) {
      return false;
    }
    List<String> actions = List.of(has.substring(end).split(",", -1));
    return actions.containsAll(List.of(want.substring(end).split(",", -1)));
  }
}
