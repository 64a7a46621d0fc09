package dev.janiko.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.janiko.builder.sandbox.Finding;
import dev.janiko.builder.sandbox.Probe;
import dev.janiko.builder.sandbox.Probe.Examination;
import dev.janiko.builder.sandbox.Way;
import dev.janiko.builder.store.LayerStore;
import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Home;
import dev.janiko.cli.invocation.Reentering;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.runner.StoreLocation;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code doctor}: what this place allows. */
@Command(
    name = "doctor",
    sortOptions = false,
    description = {
      "Tells what this place allows, which sandbox a build has here, and what a better one needs.",
      "It tries what a build would try, as a build would; the exit code is 0 if one is possible."
    })
final class DoctorCommand implements Callable<Integer> {
  private static final int WIDTH = 46;

  private final Surroundings surroundings;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--json",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Tell it as JSON.")
  private boolean json;

  DoctorCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (spec != null) {
      OptionalInt code = new Reentering(surroundings).instead(spec);
      if (code.isPresent()) {
        return code.getAsInt();
      }
    }
    Path folder = new StoreLocation(surroundings.environment(), Home.folder()).folder();
    try (LayerStore store = LayerStore.open(folder)) {
      Examination found = Probe.of(store.work(), false).examine();
      if (json) {
        surroundings.out().println(json(found, folder));
      } else {
        print(found, folder);
      }
      return found.way().isPresent() ? ExitCode.OK : ExitCode.FAILURE;
    } catch (IOException e) {
      surroundings
          .err()
          .println(
              "janiko doctor: the store "
                  + folder
                  + " cannot be used ("
                  + e.getMessage()
                  + "): set JANIKO_STORE to a folder that can be written");
      return ExitCode.FAILURE;
    }
  }

  private static String sandbox(Optional<Way> way) {
    return way.map(it -> it.isolation().optionValue()).orElse("none");
  }

  private static String files(Optional<Way> way) {
    return way.map(Way::files).orElse("none");
  }

  private void print(Examination found, Path store) {
    PrintStream out = surroundings.out();
    out.println("sandbox: " + sandbox(found.way()));
    out.println("files:   " + files(found.way()));
    out.println("store:   " + store);
    out.println();
    for (Finding finding : found.findings()) {
      out.printf(
          "%-3s  %-" + WIDTH + "s  %s%n",
          finding.possible() ? "yes" : "no",
          finding.what(),
          finding.result());
    }
    if (!found.needs().isEmpty()) {
      out.println();
      out.println(
          found.way().isPresent() ? "a better sandbox needs:" : "a sandbox needs one of these:");
      found.needs().forEach((name, need) -> out.println("  " + name + ": " + need));
    }
  }

  private static String json(Examination found, Path store) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("sandbox", sandbox(found.way()));
      json.writeStringField("files", files(found.way()));
      json.writeStringField("store", store.toString());
      json.writeArrayFieldStart("findings");
      for (Finding finding : found.findings()) {
        json.writeStartObject();
        json.writeStringField("what", finding.what());
        json.writeBooleanField("possible", finding.possible());
        json.writeStringField("result", finding.result());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("needs");
      for (Map.Entry<String, String> need : found.needs().entrySet()) {
        json.writeStartObject();
        json.writeStringField("sandbox", need.getKey());
        json.writeStringField("needs", need.getValue());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString();
  }
}
