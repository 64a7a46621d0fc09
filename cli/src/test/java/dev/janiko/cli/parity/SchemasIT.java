package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.janiko.registry.fault.ImageRules;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Whatever is pushed keeps to the image-spec: every manifest, index and config in the registry. */
@Execution(ExecutionMode.CONCURRENT)
class SchemasIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> DOCUMENTS =
      List.of(
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.docker.distribution.manifest.list.v2+json");

  @TempDir private Path work;
  private final String repository = "schemas-" + UUID.randomUUID();
  private final Set<String> kinds = new TreeSet<>();
  private final Set<String> breaches = new TreeSet<>();
  private Parts parts;

  @BeforeEach
  void prepare() throws IOException {
    parts = Parts.read();
    Path context = Files.createDirectory(work.resolve("context"));
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        FROM %s AS all
        ARG SOME=thing
        LABEL a=b "c d"="e \\"f"
        ENV PATH=/bin NAME="some thing" EMPTY=
        EXPOSE 80 53/udp
        VOLUME ["/data", "/with space"]
        WORKDIR /work
        USER 7:8
        STOPSIGNAL SIGTERM
        SHELL ["/bin/sh", "-e", "-c"]
        HEALTHCHECK --interval=5s --retries=2 CMD true
        ONBUILD RUN true
        MAINTAINER somebody
        COPY --chown=1 Dockerfile /file
        RUN true
        ENTRYPOINT ["/bin/sh"]
        CMD ["-c", "true"]
        FROM scratch AS none
        COPY Dockerfile /
        HEALTHCHECK NONE
        """
            .formatted(parts.get("image.busybox")));
  }

  private void build(String tag, String options) {
    Janiko janiko = Janiko.namespace(work.resolve("store"));
    List<String> arguments = new ArrayList<>(Arrays.asList(options.split(" ", -1)));
    arguments.addAll(List.of("-d", name(tag), work.resolve("context").toString()));
    new Shell(work).run(janiko.environment(), janiko.with(arguments)).good();
  }

  private String name(String tag) {
    return parts.registry() + "/" + repository + ":" + tag;
  }

  private void janiko(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Parts.distribution().resolve("bin/janiko").toString());
    command.addAll(List.of(arguments));
    new Shell(work).run(Map.of(), command).good();
  }

  @Test
  void whatIsPushedKeepsToTheImageSpec() throws Exception {
    String cache = "--cache --cache-repo=" + parts.registry() + "/" + repository + "-cache";
    build("oci", "--target=all --image-format=oci --annotation=a=b --label=x=y " + cache);
    build("docker", "--target=all --image-format=docker");
    build("zstd", "--target=all --image-format=oci --compression=zstd --reproducible");
    build("single", "--target=all --single-snapshot");
    build("scratch", "--target=none --platform=linux/s390x,linux/arm/v7");
    build("scratch-docker", "--target=none --image-format=docker");
    janiko("manifest", "create", name("index"), name("oci"), name("scratch"), "--annotation=a=b");
    janiko("manifest", "create", name("list"), name("docker"));
    janiko("manifest", "attach", "--artifact-type=a/b", "--annotation=c=d", name("index"));
    janiko("copy", "--image-format=docker", name("oci"), name("converted"));
    for (String image : List.of("janiko-executor", "janiko-executor-debug", "janiko-warmer")) {
      String layout = Parts.executorArchive().resolveSibling(image + "-oci").toString();
      janiko("copy", "oci:" + layout, name(image));
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (String place : List.of(repository, repository + "-cache")) {
        JsonNode tags = JSON.readTree(get(client, place + "/tags/list", "*/*").body()).path("tags");
        assertThat(tags.size()).isPositive();
        for (JsonNode tag : tags) {
          check(client, place, tag.asText());
        }
      }
    }
    assertThat(breaches).isEmpty();
    assertThat(kinds).containsAll(DOCUMENTS).contains("config");
  }

  private HttpResponse<byte[]> get(HttpClient client, String path, String accept) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + parts.registry() + "/v2/" + path))
            .header("Accept", accept)
            .build();
    HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return answer;
  }

  private void check(HttpClient client, String place, String reference) throws Exception {
    HttpResponse<byte[]> answer =
        get(client, place + "/manifests/" + reference, String.join(", ", DOCUMENTS));
    String type = answer.headers().firstValue("Content-Type").orElseThrow();
    kinds.add(type);
    note(reference, ImageRules.ofDocument(answer.body(), type));
    JsonNode document = JSON.readTree(answer.body());
    for (JsonNode entry : document.path("manifests")) {
      check(client, place, entry.path("digest").asText());
    }
    JsonNode config = document.path("config");
    if (config.path("mediaType").asText().contains("image")) {
      kinds.add("config");
      String digest = config.path("digest").asText();
      byte[] bytes = get(client, place + "/blobs/" + digest, "*/*").body();
      note(reference + "'s config", ImageRules.ofConfig(bytes));
    }
  }

  private void note(String where, List<String> found) {
    found.forEach(breach -> breaches.add(where + ": " + breach));
  }
}
