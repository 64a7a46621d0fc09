package dev.janiko.cli.report;

import dev.janiko.builder.compare.FlatImage;
import dev.janiko.builder.compare.IndexedImage;
import dev.janiko.builder.compare.IndexedLayer;
import dev.janiko.builder.compare.WastedFile;
import dev.janiko.builder.event.BuildEvent.Direction;
import dev.janiko.builder.linux.UnixPath;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Parts that pages about builds share. */
final class PageParts {
  private static final int LARGEST = 20;

  private final Html html;

  PageParts(Html html) {
    this.html = html;
  }

  /** Where the time of a build went, to the scale of the longest of all builds shown. */
  void timeline(BuildRecord build, String color, Duration scale) {
    html.raw(
            "<div class=\"scroll bars "
                + color
                + "\"><table role=\"table\"><caption class=\"note\">")
        .text(build.name() + ": " + Words.time(build.total()))
        .raw(
            "</caption><thead><tr role=\"row\"><th scope=\"col\" role=\"columnheader\">Step</th><th scope=\"col\" role=\"columnheader\" class=\"n\">Begins")
        .raw(
            "</th><th scope=\"col\" role=\"columnheader\" class=\"n\">Takes</th><th scope=\"col\" role=\"columnheader\" class=\"g\">")
        .raw("Timeline</th></tr></thead><tbody>");
    double whole = Math.max(1, scale.toNanos());
    for (BuildRecord.Step step : build.steps()) {
      row(step.title() + words(step), Words.time(step.start()), Words.time(step.duration()));
      html.bar(step.start().toNanos() / whole, step.duration().toNanos() / whole).raw("</td></tr>");
    }
    for (BuildRecord.Transfer transfer : build.transfers()) {
      String verb = transfer.direction() == Direction.PULL ? "pull " : "push ";
      row(
          verb + transfer.what() + ", " + Words.size(transfer.bytes()),
          Words.time(transfer.start()),
          Words.time(transfer.duration()));
      html.bar(transfer.start().toNanos() / whole, transfer.duration().toNanos() / whole)
          .raw("</td></tr>");
    }
    html.raw("</tbody></table></div>");
  }

  private static String words(BuildRecord.Step step) {
    return switch (step.outcome()) {
      case DONE -> "";
      case CACHED -> " (cached)";
      case FAILED -> " (failed)";
      case CANCELED -> " (canceled)";
    };
  }

  private void row(String title, String second, String third) {
    html.raw("<tr role=\"row\"><td role=\"cell\" class=\"t\">")
        .text(title)
        .raw("</td>")
        .element("td role=\"cell\" class=\"n\"", second)
        .element("td role=\"cell\" class=\"n\"", third)
        .raw("<td role=\"cell\" class=\"g\">");
  }

  /** What each layer adds, to the scale of the largest layer of all images shown. */
  void layers(IndexedImage image, FlatImage files, String color, long scale) {
    html.raw(
            "<div class=\"scroll bars "
                + color
                + "\"><table role=\"table\"><caption class=\"note\">")
        .text(
            image.name()
                + ": "
                + Words.count(image.layers().size(), "layer")
                + ", "
                + Words.size(image.size())
                + " stored")
        .raw(
            "</caption><thead><tr role=\"row\"><th scope=\"col\" role=\"columnheader\">Layer</th><th scope=\"col\" role=\"columnheader\" class=\"n\">")
        .raw(
            "Stored</th><th scope=\"col\" role=\"columnheader\" class=\"n\">Files</th><th scope=\"col\" role=\"columnheader\" class=\"g\">")
        .raw("Size</th></tr></thead><tbody>");
    List<String> made = image.instructions();
    for (int i = 0; i < image.layers().size(); i++) {
      IndexedLayer layer = image.layers().get(i);
      String title = (i + 1) + ": " + (made.get(i).isEmpty() ? "(not told)" : made.get(i));
      row(title, Words.size(layer.blob().size()), Words.size(files.effects().get(i).bytes()));
      html.bar(0, layer.blob().size() / (double) Math.max(1, scale)).raw("</td></tr>");
    }
    html.raw("</tbody></table></div>");
  }

  /** The size of the largest layer. */
  static long largestLayer(IndexedImage image) {
    return image.layers().stream().mapToLong(layer -> layer.blob().size()).max().orElse(0);
  }

  /** Files that layers carry for nothing. */
  void wasted(FlatImage files) {
    long bytes = files.wasted().stream().mapToLong(WastedFile::size).sum();
    html.element("h2", "Wasted");
    html.element(
        "p",
        files.wasted().isEmpty()
            ? "Nothing: no layer holds a file that a later one replaces or removes."
            : Words.size(bytes)
                + " in "
                + Words.count(files.wasted().size(), "file")
                + " that a later layer replaces or removes.");
    if (files.wasted().isEmpty()) {
      return;
    }
    List<WastedFile> largest =
        files.wasted().stream()
            .sorted(Comparator.comparingLong(WastedFile::size).reversed())
            .limit(LARGEST)
            .toList();
    double scale = largest.getFirst().size();
    html.raw(
            "<div class=\"scroll bars lost\"><table role=\"table\"><thead><tr role=\"row\"><th scope=\"col\" role=\"columnheader\">File</th>")
        .raw(
            "<th scope=\"col\" role=\"columnheader\" class=\"n\">Layers</th><th scope=\"col\" role=\"columnheader\" class=\"n\">Size</th>")
        .raw(
            "<th scope=\"col\" role=\"columnheader\" class=\"g\">Size to scale</th></tr></thead><tbody>");
    for (WastedFile file : largest) {
      row(path(file.path()), file.brought() + " to " + file.gone(), Words.size(file.size()));
      html.bar(0, file.size() / scale).raw("</td></tr>");
    }
    html.raw("</tbody></table></div>");
  }

  private record Large(String path, long size, int layer) {}

  /** The largest files of an image, each once whatever the number of its names. */
  void largest(FlatImage files) {
    Set<String> named = new HashSet<>();
    List<Large> largest =
        files.entries().entrySet().stream()
            .filter(entry -> entry.getValue().entry().size() > 0)
            .filter(entry ->
                entry.getValue().links().isEmpty()
                    || named.add(entry.getValue().links().getFirst()))
            .map(entry ->
                new Large(
                    entry.getKey(), entry.getValue().entry().size(), entry.getValue().layer()))
            .sorted(Comparator.comparingLong(Large::size).reversed())
            .limit(LARGEST)
            .toList();
    html.element("h2", "Largest files");
    if (largest.isEmpty()) {
      html.element("p", "The image has no files.");
      return;
    }
    double scale = largest.getFirst().size();
    html.raw(
            "<div class=\"scroll bars\"><table role=\"table\"><thead><tr role=\"row\"><th scope=\"col\" role=\"columnheader\">File</th>")
        .raw(
            "<th scope=\"col\" role=\"columnheader\" class=\"n\">Layer</th><th scope=\"col\" role=\"columnheader\" class=\"n\">Size</th>")
        .raw(
            "<th scope=\"col\" role=\"columnheader\" class=\"g\">Size to scale</th></tr></thead><tbody>");
    for (Large file : largest) {
      row(
          path(file.path()),
          String.format(Locale.ROOT, "%d", file.layer()),
          Words.size(file.size()));
      html.bar(0, file.size() / scale).raw("</td></tr>");
    }
    html.raw("</tbody></table></div>");
  }

  private static String path(String raw) {
    return "/" + UnixPath.ofRaw(raw);
  }
}
