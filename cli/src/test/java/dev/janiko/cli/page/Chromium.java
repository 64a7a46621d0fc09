package dev.janiko.cli.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Chromium without a screen and without a network, spoken to in its DevTools protocol: messages of
 * JSON, each ended by a zero byte, through two pipes. Used by one thread.
 */
final class Chromium implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(90);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final OutputStream commands;
  private final LinkedBlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
  private final List<JsonNode> events = new ArrayList<>();
  private String session = "";
  private int last;

  private Chromium(Process process) {
    this.process = process;
    this.commands = process.getOutputStream();
  }

  /**
   * Starts it.
   *
   * @param home a folder for its files
   */
  static Chromium start(Path home) throws IOException {
    Path program =
        Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() ->
                new IllegalStateException(
                    "Chromium is missing, which shows the pages: run testdata/parts/install"));
    List<String> command =
        List.of(
            "/bin/sh",
            "-c",
            "exec \"$0\" \"$@\" 3<&0 4>&1 0</dev/null 1>&2",
            program.toString(),
            "--headless",
            "--no-sandbox", // tests run as root, whom its sandbox refuses
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            "--remote-debugging-pipe",
            "--user-data-dir=" + home);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(home.resolveSibling("chromium.log").toFile());
    builder.environment().put("HOME", home.toString());
    Chromium chromium = new Chromium(builder.start());
    InputStream answers = chromium.process.getInputStream();
    Thread.ofVirtual().start(() -> chromium.read(answers));
    String target =
        chromium
            .call("Target.createTarget", Map.of("url", "about:blank"))
            .path("targetId")
            .asText();
    chromium.session =
        chromium
            .call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .path("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      chromium.call(domain + ".enable", Map.of());
    }
    chromium.call(
        "Network.emulateNetworkConditions",
        Map.of("offline", true, "latency", 0, "downloadThroughput", 0, "uploadThroughput", 0));
    return chromium;
  }

  private void read(InputStream answers) {
    try (InputStream in = new BufferedInputStream(answers)) {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next == 0) {
          messages.add(JSON.readTree(message.toByteArray()));
          message.reset();
        } else {
          message.write(next);
        }
      }
    } catch (IOException e) {
      messages.add(JSON.createObjectNode().put("broken", e.toString()));
    }
    messages.add(JSON.createObjectNode().put("broken", "Chromium ended"));
  }

  private JsonNode next() {
    try {
      JsonNode message = messages.poll(LONGEST.toSeconds(), TimeUnit.SECONDS);
      if (message == null || message.has("broken")) {
        throw new IllegalStateException("Chromium does not answer: " + message);
      }
      return message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Calls a method of the protocol and returns its result. */
  JsonNode call(String method, Map<String, ?> parameters) throws IOException {
    int id = ++last;
    ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
    command.set("params", JSON.valueToTree(parameters));
    if (!session.isEmpty()) {
      command.put("sessionId", session);
    }
    commands.write(JSON.writeValueAsBytes(command));
    commands.write(0);
    commands.flush();
    while (true) {
      JsonNode message = next();
      if (message.path("id").asInt() == id) {
        if (message.has("error")) {
          throw new IllegalStateException(method + ": " + message.get("error"));
        }
        return message.path("result");
      }
      events.add(message);
    }
  }

  /** Shows a page in a window of a width, from its beginning. */
  void show(Path page, int width) throws IOException {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    events.clear();
    call("Page.navigate", Map.of("url", page.toUri().toString()));
    while (events("Page.loadEventFired").isEmpty()) {
      events.add(next());
    }
  }

  /** What was told of since the page was asked for. */
  List<JsonNode> events(String method) {
    return events.stream()
        .filter(event -> event.path("method").asText().equals(method))
        .map(event -> event.path("params"))
        .toList();
  }

  /** What the page's scripts and the browser said of the page. */
  List<String> complaints() {
    return Stream.of("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
        .flatMap(method -> events(method).stream())
        .map(JsonNode::toString)
        .toList();
  }

  /** The addresses that were asked for. */
  List<String> requests() {
    return events("Network.requestWillBeSent").stream()
        .map(event -> event.path("request").path("url").asText())
        .toList();
  }

  /** The value of an expression in the page, which may be a promise. */
  JsonNode value(String expression) throws IOException {
    JsonNode result =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(result.get("exceptionDetails").toString());
    }
    return result.path("result").path("value");
  }

  /** Runs a script that is a resource, with all it defines. */
  void load(String resource) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(Chromium.class.getResourceAsStream(resource), resource)) {
      String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      value(script + "\n;true");
    }
  }

  /** A picture of the window, as PNG in Base64. */
  String picture() throws IOException {
    return call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true))
        .path("data")
        .asText();
  }

  @Override
  public void close() {
    try {
      session = "";
      call("Browser.close", Map.of());
      boolean ended = process.waitFor(10, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException | IllegalStateException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
