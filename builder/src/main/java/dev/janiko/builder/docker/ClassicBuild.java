package dev.janiko.builder.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.builder.context.BuildContext;
import dev.janiko.builder.docker.EngineException.Reason;
import dev.janiko.builder.event.BuildEvent.Outcome;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.registry.json.JsonReader;
import dev.janiko.registry.json.JsonWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A build by an engine's classic builder, which takes the context and tells of its steps. */
final class ClassicBuild {
  private static final Pattern STEP = Pattern.compile("Step (\\d+)/(\\d+) : (.*)", Pattern.DOTALL);
  private static final Pattern EXIT = Pattern.compile(".*non-zero code: (\\d+)", Pattern.DOTALL);

  private final EngineClient engine;
  private final StepReport steps;
  private final StringBuilder partial = new StringBuilder();
  private int step;
  private String image = "";

  ClassicBuild(EngineClient engine, StepReport steps) {
    this.engine = engine;
    this.steps = steps;
  }

  /**
   * Builds.
   *
   * @param credentials for registries of base images, as the engine wants them
   * @return the id of the image
   * @throws BuildException if a step fails
   */
  String run(EngineBuildRequest request, BuildContext context, String tag, ObjectNode credentials)
      throws IOException {
    String dockerfile = ContextArchive.dockerfile(context);
    EngineCall call =
        EngineCall.of("POST", "/build" + EngineClient.query(parameters(request, dockerfile, tag)))
            .to("build")
            .header("Content-Type", "application/x-tar")
            .header(
                "X-Registry-Config",
                Base64.getUrlEncoder().encodeToString(JsonWriter.compact(credentials)))
            .body(out -> ContextArchive.write(context, dockerfile, out));
    EngineAnswer answer = engine.call(call);
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          message(JsonReader.read(line.getBytes(UTF_8), "message of the engine"));
        }
      }
    }
    if (image.isEmpty()) {
      throw new EngineException(
          Reason.GONE, "the Docker engine stopped telling of the build before its end");
    }
    steps.end(Outcome.DONE);
    return image;
  }

  private static Map<String, String> parameters(
      EngineBuildRequest request, String dockerfile, String tag) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("t", tag);
    parameters.put("dockerfile", dockerfile);
    parameters.put("rm", "1");
    parameters.put("forcerm", "1");
    parameters.put("version", "1");
    parameters.put("nocache", request.manner().cache() ? "0" : "1");
    request.target().ifPresent(target -> parameters.put("target", target));
    request.manner().network().ifPresent(network -> parameters.put("networkmode", network));
    parameters.put("buildargs", json(request.buildArgs()));
    parameters.put("labels", json(request.labels()));
    return parameters;
  }

  private static String json(Map<String, String> values) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    values.forEach(node::put);
    return new String(JsonWriter.compact(node), UTF_8);
  }

  private void message(JsonNode message) {
    if (message.has("error")) {
      failed(message);
    } else if (message.has("stream")) {
      stream(message.path("stream").asText());
    } else if (message.path("aux").has("ID")) {
      image = message.path("aux").path("ID").asText();
    } else if (message.has("status")) {
      status(message);
    }
  }

  private void stream(String text) {
    partial.append(text);
    for (int end = partial.indexOf("\n"); end >= 0; end = partial.indexOf("\n")) {
      String line = partial.substring(0, end);
      partial.delete(0, end + 1);
      Matcher begin = STEP.matcher(line);
      if (begin.matches()) {
        steps.finished(step, Outcome.DONE);
        step = Integer.parseInt(begin.group(1));
        steps.started(step, step, Integer.parseInt(begin.group(2)), begin.group(3).strip());
      } else if (line.strip().equals("---> Using cache")) {
        steps.finished(step, Outcome.CACHED);
      } else if (!line.startsWith(" --->") && !line.startsWith("Removing intermediate")) {
        steps.output(step, line);
      }
    }
  }

  private void status(JsonNode message) {
    JsonNode detail = message.path("progressDetail");
    String id = message.path("id").asText();
    if (detail.has("total") && message.path("status").asText().equals("Downloading")) {
      steps.pulled(id, detail.path("current").asLong(), detail.path("total").asLong());
    }
  }

  private void failed(JsonNode message) {
    steps.end(Outcome.FAILED);
    String text = message.path("error").asText().strip();
    int code = message.path("errorDetail").path("code").asInt();
    Matcher exit = EXIT.matcher(text);
    if (code == 0 && exit.matches()) {
      code = Integer.parseInt(exit.group(1));
    }
    throw code == 0
        ? BuildException.of(BuildException.Kind.DOCKERFILE, "the Docker engine says: " + text)
        : BuildException.command("the Docker engine says: " + text, code, List.of());
  }
}
