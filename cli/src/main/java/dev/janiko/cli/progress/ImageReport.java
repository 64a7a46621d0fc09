package dev.janiko.cli.progress;

import dev.janiko.builder.event.BuildEvent.ImageFinished;
import dev.janiko.builder.event.LayerSummary;
import java.util.ArrayList;
import java.util.List;

/** What a person reads when an image is made. */
final class ImageReport {
  private ImageReport() {}

  static List<String> lines(ImageFinished image) {
    List<String> lines = new ArrayList<>();
    long own = image.layers().stream().filter(layer -> !layer.inherited()).count();
    lines.add(
        "image %s  %s in %d layer%s, %d of them new"
            .formatted(
                image.digest(),
                Text.size(image.size()),
                image.layers().size(),
                image.layers().size() == 1 ? "" : "s",
                own));
    for (LayerSummary layer : image.layers()) {
      lines.add(
          "  layer %s  %9s%s"
              .formatted(
                  layer.digest(), Text.size(layer.size()), layer.inherited() ? "  (base)" : ""));
    }
    image.destinations().forEach(destination -> lines.add("  in " + destination));
    return lines;
  }
}
