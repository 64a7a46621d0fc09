package dev.janiko.registry.reference;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import java.util.Locale;
import java.util.Optional;

/**
 * The full name of an image: registry, repository, and a tag or a digest or both.
 *
 * <p>Names are normalised as Docker does: {@code alpine} is {@code docker.io/library/alpine}, and
 * {@code index.docker.io} is {@code docker.io}. A name without tag and digest means the tag {@code
 * latest}; a digest, where there is one, decides and the tag only tells.
 *
 * @param registry host with optional port, such as {@code docker.io}, {@code localhost:5000} or
 *     {@code [::1]:5000}
 * @param repository the path within the registry, such as {@code library/alpine}
 * @param tag the tag, if one was given
 * @param digest the digest, if one was given
 */
public record ImageReference(
    String registry, String repository, Optional<String> tag, Optional<Digest> digest) {
  private static final String HUB = "docker.io";
  private static final String HUB_ALIAS = "index.docker.io";
  private static final String OFFICIAL = "library/";
  private static final String LATEST = "latest";

  /**
   * Checks the parts against the grammar.
   *
   * @throws InvalidReferenceException if a part is malformed
   */
  public ImageReference {
    requireNonNull(registry, "registry is null");
    requireNonNull(repository, "repository is null");
    requireNonNull(tag, "tag is null");
    requireNonNull(digest, "digest is null");
    String name = registry + "/" + repository;
    if (!ReferenceGrammar.isDomain(registry) || !ReferenceGrammar.isPath(repository)) {
      throw new InvalidReferenceException(name, ReferenceGrammar.INVALID);
    }
    if (tag.isPresent() && !ReferenceGrammar.isTag(tag.get())) {
      throw new InvalidReferenceException(name + ":" + tag.get(), "invalid tag format");
    }
  }

  /**
   * Parses a reference as a user writes it.
   *
   * @throws InvalidReferenceException with Docker's words, if the text is not a reference
   */
  public static ImageReference parse(String text) {
    requireNonNull(text, "text is null");
    if (text.isEmpty()) {
      throw new InvalidReferenceException(text, ReferenceGrammar.INVALID);
    }
    if (text.length() == 64 && ReferenceGrammar.isLowerHex(text)) {
      throw new InvalidReferenceException(
          text,
          "invalid repository name (" + text + "), cannot specify 64-byte hexadecimal strings");
    }
    String registry = domainOf(text);
    String rest = registry.isEmpty() ? text : text.substring(registry.length() + 1);
    if (registry.isEmpty() || registry.equals(HUB_ALIAS)) {
      registry = HUB;
    }
    if (registry.equals(HUB) && rest.indexOf('/') < 0) {
      rest = OFFICIAL + rest;
    }
    return parts(text, registry, rest);
  }

  /** The registry's domain at the start of the text, or empty if it begins with a path. */
  private static String domainOf(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return "";
    }
    String first = text.substring(0, slash);
    boolean domain =
        first.indexOf('.') >= 0
            || first.indexOf(':') >= 0
            || first.equals("localhost")
            || !first.toLowerCase(Locale.ROOT).equals(first);
    return domain ? first : "";
  }

  private static ImageReference parts(String text, String registry, String rest) {
    int at = rest.indexOf('@');
    String named = at < 0 ? rest : rest.substring(0, at);
    int colon = named.indexOf(':');
    String repository = colon < 0 ? named : named.substring(0, colon);
    if (!repository.toLowerCase(Locale.ROOT).equals(repository)) {
      throw new InvalidReferenceException(
          text, "invalid reference format: repository name (" + repository + ") must be lowercase");
    }
    Optional<String> tag = colon < 0 ? Optional.empty() : Optional.of(named.substring(colon + 1));
    if (!ReferenceGrammar.isDomain(registry)
        || !ReferenceGrammar.isPath(repository)
        || (tag.isPresent() && !ReferenceGrammar.isTag(tag.get()))) {
      throw new InvalidReferenceException(text, ReferenceGrammar.INVALID);
    }
    if (registry.length() + 1 + repository.length() > ReferenceGrammar.MAX_NAME) {
      throw new InvalidReferenceException(
          text, "repository name must not be more than 255 characters");
    }
    Optional<Digest> digest =
        at < 0 ? Optional.empty() : Optional.of(digest(text, rest.substring(at + 1)));
    return new ImageReference(registry, repository, tag, digest);
  }

  private static Digest digest(String text, String digest) {
    try {
      return Digest.parse(digest);
    } catch (IllegalArgumentException e) {
      InvalidReferenceException invalid =
          new InvalidReferenceException(text, ReferenceGrammar.INVALID);
      invalid.initCause(e);
      throw invalid;
    }
  }

  /** Registry and repository, without tag and digest. */
  public String name() {
    return registry + "/" + repository;
  }

  /** What a registry is asked for: the digest if there is one, else the tag or {@code latest}. */
  public String selector() {
    return digest.map(Digest::toString).orElseGet(this::tagOrLatest);
  }

  /** The tag, or {@code latest} where none was given. */
  public String tagOrLatest() {
    return tag.orElse(LATEST);
  }

  /** The reference by digest in the same repository; the tag is dropped. */
  public ImageReference withDigest(Digest value) {
    return new ImageReference(registry, repository, Optional.empty(), Optional.of(value));
  }

  /** The reference by tag in the same repository; the digest is dropped. */
  public ImageReference withTag(String value) {
    return new ImageReference(registry, repository, Optional.of(value), Optional.empty());
  }

  /** Says whether the other reference names the same repository. */
  public boolean sameRepository(ImageReference other) {
    return registry.equals(other.registry) && repository.equals(other.repository);
  }

  /**
   * The short form that Docker shows: Docker Hub's host and {@code library/} left out, everything
   * else as it is.
   */
  public String familiar() {
    String name = name();
    if (registry.equals(HUB)) {
      boolean official =
          repository.startsWith(OFFICIAL) && repository.indexOf('/', OFFICIAL.length()) < 0;
      name = official ? repository.substring(OFFICIAL.length()) : repository;
    }
    return name + suffix();
  }

  /** The full form: {@code registry/repository[:tag][@digest]}. */
  @Override
  public String toString() {
    return name() + suffix();
  }

  private String suffix() {
    return tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
  }
}
