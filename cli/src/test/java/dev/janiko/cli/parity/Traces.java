package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a failed build must not leave behind. */
final class Traces {
  private Traces() {}

  /** Fails unless a program said exactly one thing that is wrong, in words for people. */
  static void assertOneClearError(Shell.Result result, String message) {
    List<String> errors =
        result.output().lines().filter(line -> line.startsWith("ERROR: ")).toList();
    assertThat(errors).as(result.output()).hasSize(1);
    assertThat(result.output().substring(result.output().indexOf("ERROR: ")))
        .containsIgnoringCase(message);
    assertThat(result.output())
        .doesNotContain("\tat ")
        .doesNotContain("Exception")
        .doesNotContain("internal fault")
        .doesNotContain("null");
  }

  /** Fails if a build's mounts are seen by any process, or its store holds a work folder. */
  static void assertNothingOf(Path store) throws IOException {
    List<String> mounts = new ArrayList<>();
    for (Path process : processes()) {
      for (String line : lines(process.resolve("mountinfo"))) {
        if (line.contains(store.toString() + "/")) {
          mounts.add(process + ": " + line);
        }
      }
    }
    assertThat(mounts).as("mounts").isEmpty();
    assertThat(files(store.resolve("builds"))).as("work folders").isEmpty();
  }

  /** Whether a process runs that has a text in its command line. */
  static boolean runs(String text) throws IOException {
    for (Path process : processes()) {
      for (String line : lines(process.resolve("cmdline"))) {
        if (line.replace('\0', ' ').contains(text)) {
          return true;
        }
      }
    }
    return false;
  }

  /** What is in a folder; nothing if there is no such folder. */
  static List<Path> files(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  /** Fails if a registry has a manifest under a tag. */
  static void assertNoTag(String registry, String repository, String tag)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://" + registry + "/v2/" + repository + "/manifests/" + tag);
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<Void> answer =
          client.send(
              HttpRequest.newBuilder(uri).header("Accept", "*/*").build(),
              HttpResponse.BodyHandlers.discarding());
      assertThat(answer.statusCode()).as(uri.toString()).isEqualTo(404);
    }
  }

  private static List<Path> processes() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries.filter(entry -> entry.getFileName().toString().matches("\\d+")).toList();
    }
  }

  private static List<String> lines(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).lines().toList();
    } catch (IOException e) {
      return List.of(); // the process has ended meanwhile
    }
  }
}
