package dev.janiko.cli.report;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.janiko.builder.compare.Differences;
import dev.janiko.builder.compare.Sides;
import dev.janiko.builder.event.BuildEvent.Direction;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The same build done in two ways.
 *
 * @param builds both builds
 * @param differences what differs between the images
 * @param ignored the rules that say what does not count
 */
public record ComparisonReport(
    Sides<ComparedBuild> builds, Differences differences, List<String> ignored) {
  /** Keeps its own copy of the list. */
  public ComparisonReport {
    requireNonNull(builds, "builds is null");
    requireNonNull(differences, "differences is null");
    ignored = List.copyOf(ignored);
  }

  /** The report for a terminal. */
  public String text() {
    StringBuilder text = new StringBuilder(DiffText.of(differences));
    text.append("Ignored: ").append(String.join(", ", ignored)).append("\n\n");
    text.append(line("", name(builds.left()), name(builds.right())));
    for (Row row : rows()) {
      text.append(line(row.title(), row.left(), row.right()));
    }
    return text.toString();
  }

  /** One line of the table of both builds. */
  record Row(String title, String left, String right) {}

  List<Row> rows() {
    return List.of(
        row("Time", build -> Words.time(build.record().total())),
        row("Pulled", build -> Words.size(build.record().bytes(Direction.PULL))),
        row("Pushed", build -> Words.size(build.record().bytes(Direction.PUSH))),
        row("Peak memory", ComparisonReport::memory),
        row("Privileges", build -> String.join("; ", build.privileges())));
  }

  private Row row(String title, Function<ComparedBuild, String> of) {
    return new Row(title, of.apply(builds.left()), of.apply(builds.right()));
  }

  private static String memory(ComparedBuild build) {
    return build.peakMemory().isPresent()
        ? Words.size(build.peakMemory().getAsLong()) + " (" + build.memoryNote() + ")"
        : "not known (" + build.memoryNote() + ")";
  }

  private static String name(ComparedBuild build) {
    return build.record().name();
  }

  private static String line(String title, String left, String right) {
    return String.format(Locale.ROOT, "%-12s A: %s%n%-12s B: %s%n", title, left, "", right);
  }

  /** The report for programs. */
  public String json() {
    StringWriter text = new StringWriter();
    try (JsonGenerator to = new JsonFactory().createGenerator(text)) {
      to.writeStartObject();
      DiffJson.write(to, differences);
      to.writeArrayFieldStart("ignoreRules");
      for (String rule : ignored) {
        to.writeString(rule);
      }
      to.writeEndArray();
      to.writeObjectFieldStart("builds");
      build(to, "a", builds.left());
      build(to, "b", builds.right());
      to.writeEndObject();
      to.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot be written to", e);
    }
    return text.append('\n').toString();
  }

  private static void build(JsonGenerator to, String key, ComparedBuild build) throws IOException {
    to.writeObjectFieldStart(key);
    to.writeStringField("name", name(build));
    to.writeNumberField("milliseconds", build.record().total().toMillis());
    to.writeNumberField("pulled", build.record().bytes(Direction.PULL));
    to.writeNumberField("pushed", build.record().bytes(Direction.PUSH));
    if (build.peakMemory().isPresent()) {
      to.writeNumberField("peakMemory", build.peakMemory().getAsLong());
    }
    to.writeStringField("memoryNote", build.memoryNote());
    to.writeArrayFieldStart("privileges");
    for (String privilege : build.privileges()) {
      to.writeString(privilege);
    }
    to.writeEndArray();
    to.writeArrayFieldStart("steps");
    for (BuildRecord.Step step : build.record().steps()) {
      to.writeStartObject();
      to.writeStringField("title", step.title());
      to.writeNumberField("start", step.start().toMillis());
      to.writeNumberField("duration", step.duration().toMillis());
      to.writeStringField("outcome", step.outcome().name().toLowerCase(Locale.ROOT));
      to.writeEndObject();
    }
    to.writeEndArray();
    to.writeEndObject();
  }

  /** The report as one page of HTML. */
  public String html() {
    Html html = new Html("Two builds of one Dockerfile");
    PageParts parts = new PageParts(html);
    html.element("h1", "Two builds of one Dockerfile");
    html.element(
        differences.none() ? "p class=\"verdict good\"" : "p class=\"verdict bad\"",
        DiffText.verdict(differences));
    html.element("p class=\"note\"", "Not counted: " + String.join(", ", ignored) + ".");
    table(html);
    html.element("h2", "What differs");
    new DifferenceTree(html).write(differences);
    html.element("h2", "Where the time went");
    Duration longest =
        builds.left().record().total().compareTo(builds.right().record().total()) > 0
            ? builds.left().record().total()
            : builds.right().record().total();
    parts.timeline(builds.left().record(), "a", longest);
    parts.timeline(builds.right().record(), "b", longest);
    html.element("h2", "Layers");
    long largest =
        Math.max(
            PageParts.largestLayer(differences.images().left()),
            PageParts.largestLayer(differences.images().right()));
    parts.layers(differences.images().left(), differences.files().left(), "a", largest);
    parts.layers(differences.images().right(), differences.files().right(), "b", largest);
    return html.end();
  }

  private void table(Html html) {
    html.raw("<div class=\"scroll\"><table><thead><tr><td></td>")
        .element("th scope=\"col\"", "A: " + name(builds.left()))
        .element("th scope=\"col\"", "B: " + name(builds.right()))
        .raw("</tr></thead><tbody>");
    for (Row row : rows()) {
      html.raw("<tr>")
          .element("th scope=\"row\"", row.title())
          .element("td", row.left())
          .element("td", row.right())
          .raw("</tr>");
    }
    html.raw("</tbody></table></div>");
  }

  /** Whether a build of the two failed, and why. */
  public static Optional<String> failure(BuildRecord build) {
    return build.failure().map(why -> build.name() + ": " + why);
  }
}
