package dev.janiko.registry.client;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.reference.InvalidReferenceException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where images are pulled from instead of their own registry. Pushes always go to the registry that
 * their name has.
 *
 * @param targets the mirrors to try, in their order, of a registry or of what is below a path of
 *     it; of several that fit a repository, the longest counts
 * @param fallback whether the registry itself is asked when no mirror has an image
 */
public record Mirrors(Map<String, List<Target>> targets, boolean fallback) {
  /** No mirrors. */
  public static final Mirrors NONE = new Mirrors(Map.of(), true);

  private static final String HUB = "docker.io";

  /** Makes the map immutable. */
  public Mirrors {
    Map<String, List<Target>> copy = new LinkedHashMap<>();
    targets.forEach((source, list) -> copy.put(source, List.copyOf(list)));
    targets = Collections.unmodifiableMap(copy);
  }

  /**
   * One mirror.
   *
   * @param registry its host with its port
   * @param path what its repositories begin with, or empty
   * @param plain whether it was named with {@code http://}
   */
  public record Target(String registry, String path, boolean plain) {
    /** Checks the parts. */
    public Target {
      requireNonNull(registry, "registry is null");
      requireNonNull(path, "path is null");
    }

    /**
     * Parses {@code [http[s]://]host[:port][/path]}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static Target parse(String text) {
      boolean plain = text.startsWith("http://");
      String place = text.replaceFirst("^https?://", "").replaceFirst("/+$", "");
      int slash = place.indexOf('/');
      Target target =
          new Target(
              slash < 0 ? place : place.substring(0, slash),
              slash < 0 ? "" : place.substring(slash + 1),
              plain);
      target.check(text);
      return target;
    }

    private void check(String text) {
      try {
        ImageReference any =
            new ImageReference(
                registry, path.isEmpty() ? "a" : path + "/a", Optional.empty(), Optional.empty());
        requireNonNull(any, "a reference");
      } catch (InvalidReferenceException e) {
        throw new IllegalArgumentException("not a registry: " + text, e);
      }
    }

    private ImageReference place(ImageReference image, String rest) {
      String repository = path.isEmpty() ? rest : rest.isEmpty() ? path : path + "/" + rest;
      return new ImageReference(registry, repository, image.tag(), image.digest());
    }
  }

  /**
   * Parses what command lines say.
   *
   * @param mirrors of Docker Hub: {@code host[/path]}, with or without a scheme before it
   * @param maps of any registry: {@code host[/path]=host[/path]}, several separated by semicolons
   * @param fallback whether the registry itself is asked when no mirror has an image
   * @throws IllegalArgumentException if a text is something else
   */
  public static Mirrors parse(List<String> mirrors, List<String> maps, boolean fallback) {
    Map<String, List<Target>> targets = new LinkedHashMap<>();
    for (String mirror : mirrors) {
      targets.computeIfAbsent(HUB, _ -> new ArrayList<>()).add(Target.parse(mirror));
    }
    for (String map : maps) {
      for (String entry : map.split(";", -1)) {
        int equals = entry.indexOf('=');
        if (entry.isBlank()) {
          continue;
        }
        if (equals < 1) {
          throw new IllegalArgumentException("expected REGISTRY=REGISTRY[/PATH], not " + entry);
        }
        Target source = Target.parse(entry.substring(0, equals).strip());
        String host = source.registry().equals("index.docker.io") ? HUB : source.registry();
        targets
            .computeIfAbsent(
                source.path().isEmpty() ? host : host + "/" + source.path(), _ -> new ArrayList<>())
            .add(Target.parse(entry.substring(equals + 1).strip()));
      }
    }
    return new Mirrors(targets, fallback);
  }

  /** The references to try one after the other. */
  List<ImageReference> places(ImageReference image) {
    String prefix = image.name();
    while (!targets.containsKey(prefix)) {
      int slash = prefix.lastIndexOf('/');
      if (slash < 0) {
        return List.of(image);
      }
      prefix = prefix.substring(0, slash);
    }
    String rest =
        prefix.length() == image.name().length() ? "" : image.name().substring(prefix.length() + 1);
    List<ImageReference> all = new ArrayList<>();
    for (Target target : targets.get(prefix)) {
      all.add(target.place(image, rest));
    }
    if (fallback) {
      all.add(image);
    }
    return List.copyOf(all);
  }
}
