package dev.janiko.cli.lint;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.BuildEvent.Warned;
import dev.janiko.builder.event.Excerpt;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A report as a log of SARIF 2.1.0 with one run. */
final class SarifForm {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
  private static final String NOT_BUILDABLE = "DockerfileError";

  private SarifForm() {}

  static void write(JsonGenerator to, LintReport report) throws IOException {
    Map<String, Warned> rules = new LinkedHashMap<>();
    report.warnings().forEach(warning -> rules.putIfAbsent(warning.rule(), warning));
    to.writeStartObject();
    to.writeStringField("$schema", SCHEMA);
    to.writeStringField("version", "2.1.0");
    to.writeArrayFieldStart("runs");
    to.writeStartObject();
    to.writeObjectFieldStart("tool");
    to.writeObjectFieldStart("driver");
    to.writeStringField("name", "janiko");
    to.writeStringField("version", report.version());
    to.writeArrayFieldStart("rules");
    for (Warned rule : rules.values()) {
      rule(to, rule.rule(), rule.about().text(), Optional.of(rule.about().url()));
    }
    if (report.failure().isPresent()) {
      rule(to, NOT_BUILDABLE, "The Dockerfile cannot be built", Optional.empty());
    }
    to.writeEndArray();
    to.writeEndObject();
    to.writeEndObject();
    to.writeStringField("columnKind", "utf16CodeUnits");
    results(to, report, new ArrayList<>(rules.keySet()));
    to.writeEndObject();
    to.writeEndArray();
    to.writeEndObject();
  }

  private static void rule(JsonGenerator to, String id, String text, Optional<String> url)
      throws IOException {
    to.writeStartObject();
    to.writeStringField("id", id);
    text(to, "shortDescription", text);
    if (url.isPresent()) {
      to.writeStringField("helpUri", url.get());
    }
    to.writeEndObject();
  }

  private static void text(JsonGenerator to, String name, String text) throws IOException {
    to.writeObjectFieldStart(name);
    to.writeStringField("text", text);
    to.writeEndObject();
  }

  private static void results(JsonGenerator to, LintReport report, List<String> rules)
      throws IOException {
    to.writeArrayFieldStart("results");
    for (Warned warning : report.warnings()) {
      to.writeStartObject();
      to.writeStringField("ruleId", warning.rule());
      to.writeNumberField("ruleIndex", rules.indexOf(warning.rule()));
      to.writeStringField("level", "warning");
      text(to, "message", warning.message());
      locations(to, Optional.of(warning.excerpt()));
      to.writeEndObject();
    }
    if (report.failure().isPresent()) {
      BuildFailed failure = report.failure().get();
      to.writeStartObject();
      to.writeStringField("ruleId", NOT_BUILDABLE);
      to.writeNumberField("ruleIndex", rules.size());
      to.writeStringField("level", "error");
      String hint = failure.hint().map(it -> "\n" + it).orElse("");
      text(to, "message", failure.message() + hint);
      locations(to, failure.excerpt());
      to.writeEndObject();
    }
    to.writeEndArray();
  }

  private static void locations(JsonGenerator to, Optional<Excerpt> excerpt) throws IOException {
    if (excerpt.isEmpty()) {
      return;
    }
    Excerpt place = excerpt.get();
    to.writeArrayFieldStart("locations");
    to.writeStartObject();
    to.writeObjectFieldStart("physicalLocation");
    to.writeObjectFieldStart("artifactLocation");
    to.writeStringField("uri", uri(place.fileName()));
    to.writeEndObject();
    to.writeObjectFieldStart("region");
    to.writeNumberField("startLine", place.caret().line());
    to.writeNumberField("startColumn", place.caret().column());
    to.writeEndObject();
    to.writeEndObject();
    to.writeEndObject();
    to.writeEndArray();
  }

  /** A path as a URI reference: relative ones stay so, absolute ones are of {@code file:}. */
  static String uri(String path) {
    boolean absolute = path.startsWith("/");
    try {
      String safe = absolute || path.indexOf(':') < 0 ? path : "./" + path;
      URI uri = absolute ? new URI("file", "", safe, null) : new URI(null, null, safe, null);
      return uri.toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not a path: " + path, e);
    }
  }
}
