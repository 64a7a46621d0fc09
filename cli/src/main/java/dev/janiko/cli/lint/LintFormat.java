package dev.janiko.cli.lint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.janiko.builder.event.BuildEvent.Warned;
import dev.janiko.cli.progress.FailureReport;
import dev.janiko.cli.progress.WarningReport;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** How findings are written. */
public enum LintFormat {
  /** For people. */
  TEXT {
    @Override
    void write(LintReport report, PrintStream out) {
      for (Warned warning : report.warnings()) {
        WarningReport.lines(warning).forEach(out::println);
        out.println();
      }
      report
          .failure()
          .ifPresent(failure ->
              FailureReport.lines(failure, List.of()).stream()
                  .dropWhile(String::isEmpty)
                  .forEach(out::println));
      if (report.failure().isEmpty()) {
        int count = report.warnings().size();
        out.println(
            count == 0
                ? "no warnings found"
                : count + (count == 1 ? " warning" : " warnings") + " found");
      }
      out.flush();
    }
  },
  /** One JSON object. */
  JSON {
    @Override
    void write(LintReport report, PrintStream out) {
      json(out, to -> JsonForm.write(to, report));
    }
  },
  /** A log of the Static Analysis Results Interchange Format, version 2.1.0 (OASIS). */
  SARIF {
    @Override
    void write(LintReport report, PrintStream out) {
      json(out, to -> SarifForm.write(to, report));
    }
  };

  /** Writes a report. */
  abstract void write(LintReport report, PrintStream out);

  private interface Content {
    void write(JsonGenerator to) throws IOException;
  }

  private static void json(PrintStream out, Content content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
      generator.useDefaultPrettyPrinter();
      content.write(generator);
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot be written to", e);
    }
    out.println(text);
    out.flush();
  }
}
