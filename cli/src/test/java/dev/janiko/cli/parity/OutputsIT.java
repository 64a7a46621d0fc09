package dev.janiko.cli.parity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Wherever an image is put, other programs find it there and can use it. */
@Execution(ExecutionMode.CONCURRENT)
class OutputsIT {
  private static final String LAYOUT_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  @TempDir private Path work;
  private @Nullable Parts parts;

  @BeforeEach
  void findParts() throws IOException {
    parts = Parts.read();
  }

  private Parts parts() {
    return Objects.requireNonNull(parts);
  }

  private Engine engine() {
    return new Engine(parts(), new Shell(work));
  }

  private Path context() throws IOException {
    Path context = Files.createDirectories(work.resolve("context"));
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM "
            + parts().get("image.busybox")
            + "\nRUN echo made >/made\nCMD [\"cat\", \"/made\"]\n");
    return context;
  }

  private Shell.Result build(Map<String, String> more, String... options) throws IOException {
    Janiko janiko = Janiko.namespace(work.resolve("store"));
    Map<String, String> environment = new HashMap<>(janiko.environment());
    environment.putAll(more);
    List<String> arguments = new ArrayList<>(List.of(context().toString()));
    arguments.addAll(List.of(options));
    return new Shell(work).run(environment, janiko.with(arguments)).good();
  }

  /** The digest that the registry has under a tag. */
  private String digest(String repository, String tag) throws IOException, InterruptedException {
    URI uri =
        URI.create("http://" + parts().registry() + "/v2/" + repository + "/manifests/" + tag);
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<Void> answer =
          client.send(
              HttpRequest.newBuilder(uri).header("Accept", LAYOUT_MANIFEST).build(),
              HttpResponse.BodyHandlers.discarding());
      assertThat(answer.statusCode()).as(uri.toString()).isEqualTo(200);
      return answer.headers().firstValue("Docker-Content-Digest").orElseThrow();
    }
  }

  @Test
  void severalDestinationsHoldTheSameImageWhoseDigestFilesSay() throws Exception {
    String registry = parts().registry();
    Path digest = work.resolve("digest");
    Path names = work.resolve("names");
    Path tagged = work.resolve("tagged");
    build(
        Map.of(),
        "--destination",
        registry + "/outputs/one:1",
        "--destination",
        registry + "/outputs/two",
        "--digest-file",
        digest.toString(),
        "--image-name-with-digest-file",
        names.toString(),
        "--image-name-tag-with-digest-file",
        tagged.toString());
    String said = Files.readString(digest);
    assertThat(said).matches("sha256:[0-9a-f]{64}");
    assertThat(digest("outputs/one", "1")).isEqualTo(said);
    assertThat(digest("outputs/two", "latest")).isEqualTo(said);
    assertThat(names)
        .hasContent(registry + "/outputs/one@" + said + "\n" + registry + "/outputs/two@" + said);
    assertThat(tagged)
        .hasContent(
            registry + "/outputs/one:1@" + said + "\n" + registry + "/outputs/two:latest@" + said);
  }

  @Test
  void pushedImageRuns() throws Exception {
    String name = parts().registry() + "/outputs/runs:1";
    build(Map.of(), "--destination", name);
    engine().run("pull", name).good();
    assertThat(engine().run("run", "--rm", "--network", "none", name).good().output())
        .isEqualTo("made\n");
  }

  @Test
  void pushedImageIsPulledByBuildah() throws Exception {
    String name = parts().registry() + "/outputs/buildah:1";
    Path digest = work.resolve("digest");
    build(Map.of(), "--destination", name, "--digest-file", digest.toString());
    Shell shell = new Shell(work);
    List<String> buildah =
        List.of(
            "buildah",
            "--root",
            work.resolve("storage").toString(),
            "--runroot",
            work.resolve("run").toString(),
            "--storage-driver",
            "vfs");
    shell.run(joined(buildah, "pull", "--tls-verify=false", "docker://" + name)).good();
    assertThat(shell.run(joined(buildah, "inspect", "--type", "image", name)).good().output())
        .contains(Files.readString(digest));
  }

  private static String[] joined(List<String> first, String... more) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }

  @Test
  void whatIsAttachedToAnImageIsListed() throws Exception {
    String name = parts().registry() + "/outputs/attached:1";
    build(Map.of(), "--destination", name);
    Path parts = Files.writeString(work.resolve("parts.json"), "{}");
    String janiko = Parts.distribution().resolve("bin/janiko").toString();
    Shell shell = new Shell(work);
    String digest =
        shell
            .run(
                janiko,
                "manifest",
                "attach",
                "--artifact-type=application/spdx+json",
                "--annotation=made=here",
                name,
                parts + ":application/spdx+json")
            .good()
            .output();
    assertThat(digest).contains("sha256:");
    assertThat(shell.run(janiko, "inspect", "--referrers", name).good().output())
        .contains("\"artifactType\": \"application/spdx+json\"", "\"made\": \"here\"");
    assertThat(
            shell
                .run(janiko, "inspect", "--referrers", "--artifact-type=a/b", name)
                .good()
                .output())
        .doesNotContain("spdx");
  }

  @Test
  void layoutIsReadByOthers() throws Exception {
    Path layout = work.resolve("layout");
    Path digest = work.resolve("digest");
    build(
        Map.of(),
        "--no-push",
        "-t",
        "some/name:tagged",
        "--oci-layout-path",
        layout.toString(),
        "--digest-file",
        digest.toString());
    Shell shell = new Shell(work);
    String source = "oci:" + layout + ":tagged";
    assertThat(
            shell
                .run("skopeo", "inspect", "--format", "{{.Digest}}", source)
                .good()
                .output()
                .strip())
        .isEqualTo(Files.readString(digest));
    Path copy = work.resolve("copy");
    shell.run("skopeo", "copy", "--quiet", source, "dir:" + copy).good(); // verifies all digests
    assertThat(copy.resolve("manifest.json"))
        .hasSameBinaryContentAs(
            layout.resolve("blobs/sha256").resolve(Files.readString(digest).substring(7)));
  }

  @Test
  void archiveIsLoadedAndRuns() throws Exception {
    Path tar = work.resolve("image.tar");
    build(Map.of(), "--no-push", "-t", "outputs/archive:1", "--tar-path", tar.toString());
    assertThat(engine().load(tar)).isEqualTo("outputs/archive:1");
    assertThat(
            engine().run("run", "--rm", "--network", "none", "outputs/archive:1").good().output())
        .isEqualTo("made\n");
  }

  private Path credentials() throws IOException {
    String login = parts().get("registry.auth.user") + ":" + parts().get("registry.auth.password");
    Path folder = Files.createDirectories(work.resolve("credentials"));
    Files.writeString(
        folder.resolve("config.json"),
        "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}"
            .formatted(
                parts().get("registry.auth"),
                Base64.getEncoder().encodeToString(login.getBytes(UTF_8))));
    return folder;
  }

  @Test
  void credentialsOfDockersConfigurationFolder() throws Exception {
    Shell.Result result =
        build(
            Map.of("DOCKER_CONFIG", credentials().toString()),
            "--destination",
            parts().get("registry.auth") + "/outputs/login:1");
    assertThat(digest("outputs/login", "1")).startsWith("sha256:");
    assertThat(result.output()).doesNotContain(parts().get("registry.auth.password"));
  }

  @Test
  void credentialsInTheExecutorsImage() throws Exception {
    Engine engine = engine();
    Janiko janiko =
        Janiko.inplace(
            engine,
            engine.load(Parts.executorArchive()),
            "-v",
            context() + ":/workspace",
            "-v",
            credentials().resolve("config.json") + ":/kaniko/.docker/config.json:ro");
    new Shell(work)
        .run(
            janiko.environment(),
            janiko.with(
                List.of(
                    "--context",
                    "/workspace",
                    "--destination",
                    parts().get("registry.auth") + "/outputs/executor:1")))
        .good();
    assertThat(digest("outputs/executor", "1")).startsWith("sha256:");
  }
}
