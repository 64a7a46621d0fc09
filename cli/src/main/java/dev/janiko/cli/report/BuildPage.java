package dev.janiko.cli.report;

import dev.janiko.builder.compare.FlatImage;
import dev.janiko.builder.compare.IndexedImage;
import dev.janiko.builder.event.BuildEvent.Direction;

/** One build as a page: where the time went, what each layer added, what is wasted. */
public final class BuildPage {
  private BuildPage() {}

  /** Writes the page of a build that made an image. */
  public static String of(BuildRecord build, IndexedImage image, FlatImage files) {
    Html html = new Html("Build of " + image.name());
    PageParts parts = new PageParts(html);
    html.element("h1", "Build of " + image.name());
    html.element(
        "p class=\"verdict good\"",
        "Built in "
            + Words.time(build.total())
            + ": "
            + Words.count(image.layers().size(), "layer")
            + ", "
            + Words.size(image.size())
            + ".");
    html.raw("<dl>")
        .element("dt", "Image id")
        .element("dd", image.id().toString())
        .element("dt", "Pulled")
        .element("dd", Words.size(build.bytes(Direction.PULL)))
        .element("dt", "Pushed")
        .element("dd", Words.size(build.bytes(Direction.PUSH)))
        .raw("</dl>");
    html.element("h2", "Where the time went");
    parts.timeline(build, "a", build.total());
    html.element("h2", "What each layer added");
    parts.layers(image, files, "a", PageParts.largestLayer(image));
    parts.wasted(files);
    parts.largest(files);
    return html.end();
  }
}
