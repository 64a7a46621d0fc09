package dev.janiko.cli.lint;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.BuildEvent.Warned;
import dev.janiko.builder.event.Excerpt;
import java.io.IOException;

/**
 * A report as one JSON object: {@code warnings}, and {@code error} if the Dockerfile cannot be
 * built. Lines and columns count from 1.
 */
final class JsonForm {
  private JsonForm() {}

  static void write(JsonGenerator to, LintReport report) throws IOException {
    to.writeStartObject();
    to.writeArrayFieldStart("warnings");
    for (Warned warning : report.warnings()) {
      to.writeStartObject();
      to.writeStringField("rule", warning.rule());
      to.writeStringField("message", warning.message());
      to.writeStringField("description", warning.about().text());
      to.writeStringField("url", warning.about().url());
      place(to, warning.excerpt());
      to.writeEndObject();
    }
    to.writeEndArray();
    if (report.failure().isPresent()) {
      BuildFailed failure = report.failure().get();
      to.writeObjectFieldStart("error");
      to.writeStringField("message", failure.message());
      if (failure.hint().isPresent()) {
        to.writeStringField("hint", failure.hint().get());
      }
      if (failure.excerpt().isPresent()) {
        place(to, failure.excerpt().get());
      }
      to.writeEndObject();
    }
    to.writeEndObject();
  }

  private static void place(JsonGenerator to, Excerpt excerpt) throws IOException {
    to.writeStringField("file", excerpt.fileName());
    to.writeNumberField("line", excerpt.caret().line());
    to.writeNumberField("column", excerpt.caret().column());
    to.writeNumberField("firstLine", excerpt.lines().first());
    to.writeNumberField("lastLine", excerpt.lines().last());
  }
}
