package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Groups of flags with the executor's image, each group in one container. */
@Execution(ExecutionMode.CONCURRENT)
class FlagsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path work;
  private final String repository = "flags-" + UUID.randomUUID();
  private Parts parts;
  private Path context;
  private Path out;

  @BeforeEach
  void prepare() throws IOException {
    parts = Parts.read();
    context = Files.createDirectories(work.resolve("context/sub"));
    out = Files.createDirectory(work.resolve("out"));
    Files.write(
        context.resolve("Other.Dockerfile"),
        List.of(
            "ARG BASE",
            "FROM $BASE AS first",
            "ARG WORD",
            "RUN echo $WORD > /made && mkdir /ignored && echo x > /ignored/file",
            "RUN --mount=type=secret,id=s test \"$(cat /run/secrets/s)\" = hidden",
            "RUN --mount=type=cache,target=/c echo cached > /c/file",
            "FROM scratch AS unused",
            "COPY missing /"));
  }

  private Shell.Result run(String flags, String... environment) {
    Engine engine = new Engine(parts, new Shell(work));
    List<String> command =
        new ArrayList<>(
            List.of(
                "run",
                "--rm",
                "--network",
                "host",
                "-v",
                work.resolve("context") + ":/workspace",
                "-v",
                out + ":/out",
                "-v",
                parts.get("registry.tls.ca") + ":/ca.pem:ro"));
    for (String variable : environment) {
      command.addAll(List.of("-e", variable));
    }
    command.add(engine.load(Parts.executorArchive()));
    command.addAll(
        List.of(
            "--context=dir:///workspace",
            "--context-sub-path=sub",
            "--dockerfile=Other.Dockerfile",
            "--build-arg=BASE=" + parts.get("image.busybox"),
            "--build-arg=WORD=made",
            "--secret=id=s,env=HIDDEN",
            "--insecure-registry=" + parts.registry(),
            "--target=First"));
    command.addAll(List.of(flags.strip().split("\\s+")));
    return new Shell(work).run(engine.environment(), engine.command(withSecret(command)));
  }

  private static List<String> withSecret(List<String> command) {
    List<String> all = new ArrayList<>(command);
    all.addAll(1, List.of("-e", "HIDDEN=hidden"));
    return all;
  }

  private JsonNode blob(JsonNode descriptor) throws IOException {
    String digest = descriptor.path("digest").asText().replace("sha256:", "");
    return JSON.readTree(out.resolve("layout/blobs/sha256").resolve(digest).toFile());
  }

  @Test
  @DisplayName(
      "--dockerfile --context --context-sub-path --build-arg --target --secret --destination"
          + " --no-push --tar-path --oci-layout-path --digest-file --image-name-with-digest-file"
          + " --image-name-tag-with-digest-file --label --annotation --image-format --reproducible"
          + " --compression-level --ignore-path --kaniko-dir --cache-mounts-dir --log-format"
          + " --log-timestamp --verbosity --force --isolation BUILDER_OUTPUT KANIKO_NO_PUSH")
  void outputs() throws IOException {
    run(
            "-d example.org/a/b:1 --oci-layout-path=/out/layout --digest-file=/out/new/digest"
                + " --image-name-with-digest-file /out/names --image-name-tag-with-digest-file"
                + " /out/tags --label=a=b --annotation=c=d --image-format oci --reproducible"
                + " --compression-level=9 --ignore-path=/ign* --kaniko-dir=/own"
                + " --cache-mounts-dir=/out/caches --log-format=text --log-timestamp -v debug"
                + " --force --isolation inplace",
            "KANIKO_NO_PUSH=true",
            "BUILDER_OUTPUT=/out")
        .good();
    String digest = Files.readString(out.resolve("new/digest"));
    assertThat(out.resolve("names")).hasContent("example.org/a/b@" + digest + "\n");
    assertThat(out.resolve("tags")).hasContent("example.org/a/b:1@" + digest + "\n");
    assertThat(out.resolve("images"))
        .hasContent("{\"name\":\"example.org/a/b:1\",\"digest\":\"" + digest + "\"}\n");
    JsonNode entry = JSON.readTree(out.resolve("layout/index.json").toFile()).at("/manifests/0");
    assertThat(entry.path("digest").asText()).isEqualTo(digest);
    JsonNode manifest = blob(entry);
    assertThat(manifest.at("/annotations/c").asText()).isEqualTo("d");
    JsonNode config = blob(manifest.path("config"));
    assertThat(config.at("/config/Labels/a").asText()).isEqualTo("b");
    assertThat(config.path("created").asText()).startsWith("1970-01-01");
    assertThat(out.resolve("caches")).isNotEmptyDirectory();
    String layer = manifest.path("layers").path(1).path("digest").asText();
    String names =
        new Shell(work)
            .run(
                "tar",
                "-tzf",
                out.resolve("layout/blobs/sha256").resolve(layer.substring(7)).toString())
            .good()
            .output();
    assertThat(names).contains("made").doesNotContain("ignored");
  }

  @Test
  @DisplayName(
      "--cache --cache-repo --cache-ttl --cache-dir --cache-copy-layers --cache-run-layers"
          + " --no-push-cache --registry-certificate --registry-auth-file --credential-helpers"
          + " --registry-map --registry-mirror --skip-default-registry-fallback --push-retry"
          + " --image-download-retry --push-ignore-immutable-tag-errors"
          + " --skip-push-permission-check --insecure --insecure-pull --insecure-registry"
          + " --skip-tls-verify --skip-tls-verify-pull --skip-tls-verify-registry")
  void registries() throws IOException {
    String tls = parts.get("registry.tls");
    String common =
        " --cache --cache-repo=oci:/out/layers --cache-ttl=6h --cache-dir=/none"
            + " --cache-copy-layers=true --cache-run-layers --credential-helpers="
            + " --registry-map=%s=%s --push-retry=1 --image-download-retry 1"
                .formatted(parts.registry(), tls)
            + " --skip-default-registry-fallback --registry-mirror="
            + tls
            + " --push-ignore-immutable-tag-errors";
    String certified =
        "-d " + tls + "/" + repository + ":1 --registry-certificate=" + tls + "=/ca.pem";
    assertThat(run(certified + common).good().output()).doesNotContain("CACHED");
    String unverified =
        "-d "
            + tls
            + "/"
            + repository
            + ":2 --skip-tls-verify --skip-tls-verify-pull"
            + " --skip-tls-verify-registry "
            + tls
            + " --skip-push-permission-check"
            + " --no-push-cache";
    assertThat(run(unverified + common).good().output()).contains("CACHED");
    String plain =
        "-d " + parts.registry() + "/" + repository + ":3 --insecure --insecure-pull=true";
    run(plain).good();
  }

  @Test
  @DisplayName(
      "--cleanup --use-new-run --compressed-caching --skip-unused-stages --snapshot-mode"
          + " --single-snapshot --force-build-metadata --ignore-var-run --whitelist-var-run"
          + " --image-fs-extract-retry --pre-cleanup --preserve-context --custom-platform --git"
          + " --azure-container-registry-config --tarPath --compression --materialize"
          + " --registry-client-cert --registry-token-realm --build-context --allow --backend"
          + " --fallback")
  void withoutEffect() throws IOException {
    Shell.Result result =
        run(
            "--no-push --tarPath=/out/image.tar -d a --cleanup --use-new-run"
                + " --compressed-caching=false --skip-unused-stages --snapshotMode=redo"
                + " --single-snapshot --force-build-metadata --ignore-var-run"
                + " --whitelist-var-run=false --image-fs-extract-retry=3 --pre-cleanup"
                + " --compression=gzip --materialize=false --registry-client-cert=none.example=/c,/k"
                + " --registry-token-realm=none.example=sso --build-context=x=/workspace"
                + " --allow=network.host --backend=daemonless --fallback=none"
                + " --preserve-context --git=depth=1 --azure-container-registry-config=x"
                + " --customPlatform=linux/"
                + (System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64"));
    assertThat(result.good().output())
        .contains("--cleanup has no effect: ", "--image-fs-extract-retry has no effect: ");
    assertThat(out.resolve("image.tar")).isNotEmptyFile();
  }

  @Test
  @DisplayName("--dryrun --bucket, and what is no flag")
  void plan() {
    Map<String, String> words =
        Map.of(
            "--dryrun --no-push", "line 4: RUN echo $WORD",
            "--no-push --dryrunn", "(did you mean --dryrun?)",
            "--no-push --bucket=team", "two build contexts: --bucket and --context");
    words.forEach((flags, said) -> {
      Shell.Result result = run(flags);
      assertThat(result.code()).as(result.output()).isEqualTo(said.startsWith("line") ? 0 : 2);
      assertThat(result.output()).contains(said);
    });
  }
}
