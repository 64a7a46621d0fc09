package dev.janiko.builder.compare;

import dev.janiko.builder.compare.Difference.Area;
import dev.janiko.builder.compare.LayerEffect.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Compares how file systems are divided into layers, by what each layer does. */
final class LayerDiffer {
  private static final int SHOWN = 8;
  private static final String ALL = "all";

  private final List<Difference> found;
  private final boolean bytes;

  LayerDiffer(List<Difference> found, boolean bytes) {
    this.found = found;
    this.bytes = bytes;
  }

  void compare(Sides<IndexedImage> images, Sides<FlatImage> files) {
    add(ALL, "count", images.map(image -> Integer.toString(image.layers().size())));
    if (images.left().layers().size() != images.right().layers().size()) {
      return; // no layer has a counterpart for sure
    }
    for (int i = 0; i < images.left().layers().size(); i++) {
      int at = i;
      String number = Integer.toString(i + 1);
      effects(number, files.map(image -> image.effects().get(at).changes()));
      if (bytes) {
        Sides<IndexedLayer> layers = images.map(image -> image.layers().get(at));
        add(number, "diff-id", layers.map(layer -> layer.index().diffId().toString()));
        add(number, "digest", layers.map(layer -> layer.blob().digest().toString()));
        add(number, "size", layers.map(layer -> Long.toString(layer.blob().size())));
        add(number, "media-type", layers.map(layer -> layer.blob().mediaType()));
      }
    }
  }

  private void effects(String number, Sides<SortedMap<String, Effect>> changes) {
    Sides<Optional<String>> only =
        new Sides<>(
            beyond(changes.left(), changes.right()), beyond(changes.right(), changes.left()));
    if (!only.equal()) {
      found.add(Difference.of(Area.LAYER, number, "changes", only));
    }
  }

  /** What one does that the other does not do. */
  private static Optional<String> beyond(Map<String, Effect> one, Map<String, Effect> other) {
    Map<String, Effect> more = new TreeMap<>(one);
    more.entrySet().removeAll(other.entrySet());
    if (more.isEmpty()) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>();
    more.forEach((path, effect) -> {
      if (words.size() < SHOWN) {
        words.add(word(effect) + LayerPath.shown(path));
      }
    });
    String rest = more.size() > SHOWN ? " and " + (more.size() - SHOWN) + " more" : "";
    return Optional.of(String.join(" ", words) + rest);
  }

  private static String word(Effect effect) {
    return switch (effect) {
      case ADDED -> "+";
      case CHANGED -> "~";
      case REMOVED -> "-";
    };
  }

  private void add(String subject, String attribute, Sides<String> values) {
    if (!values.equal()) {
      found.add(Difference.of(Area.LAYER, subject, attribute, values.map(Optional::of)));
    }
  }
}
