package dev.janiko.cli.progress;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildEvent.BuildFailed;
import dev.janiko.builder.event.BuildEvent.BuildStarted;
import dev.janiko.builder.event.BuildEvent.ImageFinished;
import dev.janiko.builder.event.BuildEvent.Message;
import dev.janiko.builder.event.BuildEvent.Outcome;
import dev.janiko.builder.event.BuildEvent.PhaseFinished;
import dev.janiko.builder.event.BuildEvent.StageFinished;
import dev.janiko.builder.event.BuildEvent.StageStarted;
import dev.janiko.builder.event.BuildEvent.StepFinished;
import dev.janiko.builder.event.BuildEvent.StepOutput;
import dev.janiko.builder.event.BuildEvent.StepStarted;
import dev.janiko.builder.event.BuildEvent.TransferProgress;
import dev.janiko.builder.event.BuildEvent.Warned;
import dev.janiko.builder.event.Excerpt;
import dev.janiko.builder.event.LayerSummary;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Writes one JSON object per event and line, for programs.
 *
 * <p>Every object has {@code time} (RFC 3339) and {@code event}; durations are in milliseconds,
 * sizes in bytes; members that do not apply are left out.
 */
public final class JsonRenderer implements Renderer {
  private final Output output;
  private final JsonFactory json = new JsonFactory();
  private final OutputTails tails = new OutputTails();

  /** Makes a renderer. */
  public JsonRenderer(Output output) {
    this.output = requireNonNull(output, "output is null");
  }

  @Override
  public synchronized void on(BuildEvent event) {
    if (event instanceof Message message && !output.shows(message.level())) {
      return;
    }
    if (event instanceof Warned && !output.shows(BuildEvent.Level.WARNING)) {
      return;
    }
    StringWriter line = new StringWriter();
    try (JsonGenerator generator = json.createGenerator(line)) {
      generator.writeStartObject();
      generator.writeStringField("time", output.clock().instant().toString());
      write(generator, event);
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot be written to", e);
    }
    output.stream().print(line.append('\n'));
    output.stream().flush();
  }

  @Override
  public void close() {
    output.stream().flush();
  }

  private void write(JsonGenerator to, BuildEvent event) throws IOException {
    switch (event) {
      case BuildStarted(String dockerfile, int stages, int steps) -> {
        to.writeStringField("event", "buildStarted");
        to.writeStringField("dockerfile", dockerfile);
        to.writeNumberField("stages", stages);
        to.writeNumberField("steps", steps);
      }
      case StageStarted(int index, String name, int total) -> {
        to.writeStringField("event", "stageStarted");
        to.writeNumberField("index", index);
        to.writeStringField("name", name);
        to.writeNumberField("total", total);
      }
      case StageFinished(int index, Duration duration) -> {
        to.writeStringField("event", "stageFinished");
        to.writeNumberField("index", index);
        to.writeNumberField("duration", duration.toMillis());
      }
      case StepStarted step -> stepStarted(to, step);
      case StepOutput(int id, String line) -> {
        tails.add(id, line);
        to.writeStringField("event", "stepOutput");
        to.writeNumberField("step", id);
        to.writeStringField("line", line);
      }
      case StepFinished(int id, Duration duration, Outcome outcome) -> {
        if (outcome != Outcome.FAILED) {
          tails.forget(id);
        }
        to.writeStringField("event", "stepFinished");
        to.writeNumberField("step", id);
        to.writeNumberField("duration", duration.toMillis());
        to.writeStringField("outcome", lower(outcome));
      }
      case TransferProgress transfer -> transfer(to, transfer);
      case Message(BuildEvent.Level level, String text) -> {
        to.writeStringField("event", "message");
        to.writeStringField("level", lower(level));
        to.writeStringField("text", text);
      }
      case Warned warning -> {
        to.writeStringField("event", "warned");
        to.writeStringField("rule", warning.rule());
        to.writeStringField("message", warning.message());
        to.writeStringField("description", warning.about().text());
        to.writeStringField("url", warning.about().url());
        place(to, warning.excerpt());
      }
      case PhaseFinished(String name, Duration duration) -> {
        to.writeStringField("event", "phaseFinished");
        to.writeStringField("name", name);
        to.writeNumberField("duration", duration.toMillis());
      }
      case ImageFinished image -> image(to, image);
      case BuildFailed failure -> failure(to, failure);
    }
  }

  private static void stepStarted(JsonGenerator to, StepStarted step) throws IOException {
    to.writeStringField("event", "stepStarted");
    to.writeNumberField("step", step.id());
    to.writeStringField("stage", step.stage());
    to.writeNumberField("number", step.number());
    to.writeNumberField("total", step.total());
    to.writeStringField("text", step.text());
    if (step.lines().isPresent()) {
      to.writeNumberField("firstLine", step.lines().get().first());
      to.writeNumberField("lastLine", step.lines().get().last());
    }
  }

  private static void transfer(JsonGenerator to, TransferProgress transfer) throws IOException {
    to.writeStringField("event", "transferProgress");
    to.writeStringField("id", transfer.id());
    to.writeStringField("what", transfer.what());
    to.writeStringField("direction", lower(transfer.direction()));
    to.writeNumberField("done", transfer.done());
    if (transfer.total() >= 0) {
      to.writeNumberField("total", transfer.total());
    }
  }

  private static void image(JsonGenerator to, ImageFinished image) throws IOException {
    to.writeStringField("event", "imageFinished");
    to.writeStringField("digest", image.digest());
    to.writeNumberField("size", image.size());
    to.writeArrayFieldStart("layers");
    for (LayerSummary layer : image.layers()) {
      to.writeStartObject();
      to.writeStringField("digest", layer.digest());
      to.writeNumberField("size", layer.size());
      to.writeBooleanField("inherited", layer.inherited());
      to.writeEndObject();
    }
    to.writeEndArray();
    strings(to, "destinations", image.destinations());
  }

  private void failure(JsonGenerator to, BuildFailed failure) throws IOException {
    to.writeStringField("event", "buildFailed");
    to.writeStringField("message", failure.message());
    if (failure.exitCode().isPresent()) {
      to.writeNumberField("exitCode", failure.exitCode().getAsInt());
    }
    if (failure.hint().isPresent()) {
      to.writeStringField("hint", failure.hint().get());
    }
    if (failure.excerpt().isPresent()) {
      place(to, failure.excerpt().get());
    }
    if (failure.step().isPresent()) {
      to.writeNumberField("step", failure.step().getAsInt());
      strings(to, "lastOutput", tails.of(failure.step().getAsInt()));
    }
  }

  private static void place(JsonGenerator to, Excerpt excerpt) throws IOException {
    to.writeStringField("dockerfile", excerpt.fileName());
    to.writeNumberField("firstLine", excerpt.lines().first());
    to.writeNumberField("lastLine", excerpt.lines().last());
    to.writeNumberField("line", excerpt.caret().line());
    to.writeNumberField("column", excerpt.caret().column());
  }

  private static void strings(JsonGenerator to, String name, List<String> values)
      throws IOException {
    to.writeArrayFieldStart(name);
    for (String value : values) {
      to.writeString(value);
    }
    to.writeEndArray();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
