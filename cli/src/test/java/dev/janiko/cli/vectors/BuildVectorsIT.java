package dev.janiko.cli.vectors;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.BuildRequest;
import dev.janiko.builder.Layering;
import dev.janiko.builder.PlatformBuilds;
import dev.janiko.builder.Registries;
import dev.janiko.builder.context.ContextPlace;
import dev.janiko.builder.context.ContextSpec;
import dev.janiko.builder.context.DockerfilePlace;
import dev.janiko.builder.context.NamedContext;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.output.Outputs;
import dev.janiko.builder.plan.NamedSource;
import dev.janiko.builder.sandbox.Isolation;
import dev.janiko.builder.step.MountResources;
import dev.janiko.registry.auth.DockerCredentials;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.TransferListener;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.layout.OciLayout;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.transport.TransportOptions;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Judges the product by tables of what BuildKit makes of Dockerfiles, which are not part of the
 * project. Run with {@code -Djaniko.vectors=<folder>}; {@code -Djaniko.vector=<id>} picks one row.
 */
@Tag("vectors")
class BuildVectorsIT {
  private static final String UNSUPPORTED = "not supported";
  private static final String IMAGE = "docker-image://";
  private static final List<String> BASES =
      List.of(
          "library/busybox:latest",
          "library/busybox:stable",
          "library/busybox:stable-musl",
          "library/alpine:latest");
  private static final Map<String, String> DECIDED =
      Map.of(
          "TestBuildJSONEmptyRun#0", "the message says what to do instead of how BuildKit works",
          "testMultiPlatformProvenance#0", "this machine has no programs for another platform",
          "testMountRWCache#0", "what the command writes is random",
          "testMountRWCache#1", "what the command writes is random",
          "testMountTmpfsSize#0", "no device files work in a tmpfs (nodev), as in the stage's root",
          "testCacheMountParallel#0", "the table's machine had another /etc/passwd in the base",
          "testCacheMountSourceEscape#0", "the message names a path of the table's machine",
          "TestBuildEnv#0", "the table's machine had proxies in the environment, which it greps");
  private static final List<String> PASSWD =
      List.of(
          "root:x:0:0:root:/root:/bin/sh",
          "daemon:x:1:1:daemon:/usr/sbin:/bin/false",
          "nobody:x:65534:65534:nobody:/home:/bin/false");
  private static final List<String> GROUP =
      List.of("root:x:0:", "daemon:x:1:", "wheel:x:10:root", "users:x:100:", "nobody:x:65534:");

  @TempDir private Path folder;
  private String registry = "";
  private RegistryClient client = client(Map.of());
  private VectorBase base = new VectorBase(0, 0, Set.of());

  @BeforeEach
  void makeBaseImages() throws IOException {
    Properties parts = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(property("janiko.parts")))) {
      parts.load(reader);
    }
    registry = parts.getProperty("registry");
    // The registry serves as its own proxy, so that names of the hub lead to it.
    client.close();
    client = client(Map.of("HTTP_PROXY", "http://" + registry, "DOCKER_CONFIG", folder.toString()));
    Path context = Files.createDirectory(folder.resolve("base"));
    Files.write(context.resolve("passwd"), PASSWD);
    Files.write(context.resolve("group"), GROUP);
    Files.writeString(
        context.resolve("adduser"),
        """
        #!/bin/sh
        # adduser -D NAME, as busybox has it elsewhere
        id=$((1000 + $(grep -c /home/ /etc/passwd)))
        echo "$2:x:$id:$id::/home/$2:/bin/sh" >>/etc/passwd
        echo "$2:x:$id:" >>/etc/group
        mkdir -p "/home/$2" && chown "$id:$id" "/home/$2"
        """);
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        FROM --platform=%s %s
        COPY passwd group /etc/
        COPY --chmod=755 adduser /usr/sbin/
        RUN mkdir -p /var/www && ln -s busybox /bin/awk
        WORKDIR /
        CMD ["sh"]
        """
            .formatted(Platform.host(), parts.getProperty("image.busybox")));
    List<ImageReference> places =
        BASES.stream().map(name -> ImageReference.parse(registry + "/" + name)).toList();
    // Its programs are this machine's, whatever it says: they run as those of others do elsewhere.
    build(
        List.of(Platform.host(), Platform.parse("linux/arm64"), Platform.parse("linux/arm/v7")),
        context,
        new VectorRow(com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode()),
        new Outputs(
            places, places, Optional.empty(), Optional.empty(), noFiles(), Outputs.Form.OF_BASE));
    base = new VectorBase(4, 6, Set.of("dev.janiko.base"));
  }

  @AfterEach
  void close() throws IOException {
    client.close();
  }

  private static RegistryClient client(Map<String, String> environment) {
    return RegistryClient.create(
        TransportOptions.of(environment).withInsecureHosts(Set.of("*")),
        DockerCredentials.of(environment),
        TransferListener.none());
  }

  private static String property(String name) {
    return requireNonNull(System.getProperty(name), "-D" + name + " is not given");
  }

  @ParameterizedTest
  @ValueSource(strings = {"buildkit_builds", "moby_builds"})
  void buildsAsBuildKitDoes(String table) throws IOException {
    List<String> wrong = new ArrayList<>();
    List<String> unsupported = new ArrayList<>();
    List<String> decided = new ArrayList<>();
    int right = 0;
    String only = System.getProperty("janiko.vector", "");
    Path file = Path.of(property("janiko.vectors"), table + ".jsonl");
    for (VectorRow row : VectorRow.read(file)) {
      if (!only.isEmpty() && !row.id().contains(only)) {
        continue;
      }
      List<String> differences = judge(row);
      if (differences.isEmpty()) {
        right++;
      } else if (differences.size() == 1 && differences.getFirst().contains(UNSUPPORTED)) {
        unsupported.add(row.id() + ": " + differences.getFirst());
      } else if (DECIDED.containsKey(row.id())) {
        decided.add(row.id() + ": " + DECIDED.get(row.id()));
      } else {
        wrong.add(
            row.id() + "\n" + row.dockerfile().indent(4) + "  " + String.join("\n  ", differences));
      }
    }
    String report =
        "%s: %d right, %d unsupported, %d other by decision, %d wrong%n%n%s%n%nunsupported:%n%s%n%nby decision:%n%s%n"
            .formatted(
                table,
                right,
                unsupported.size(),
                decided.size(),
                wrong.size(),
                String.join("\n\n", wrong),
                String.join("\n", unsupported),
                String.join("\n", decided));
    Files.writeString(Files.createDirectories(Path.of("target", "vectors")).resolve(table), report);
    assertThat(wrong).as(report).isEmpty();
  }

  private List<String> judge(VectorRow row) throws IOException {
    List<Platform> platforms =
        row.attribute("platform").stream()
            .flatMap(text -> Stream.of(text.split(",")))
            .map(Platform::parse)
            .toList();
    if (platforms.stream().anyMatch(platform -> platform.os().equals("windows"))) {
      return List.of("images for windows are " + UNSUPPORTED);
    }
    if (row.contexts().values().stream().anyMatch(value -> !value.startsWith(IMAGE))) {
      return List.of("contexts of other builds are " + UNSUPPORTED);
    }
    Path context = Files.createTempDirectory(folder, "context");
    Path layout = folder.resolve("layout");
    try {
      row.writeContext(context);
      Instant start = Instant.now();
      try {
        build(
            platforms.isEmpty() ? List.of(Platform.host()) : platforms,
            context,
            row,
            new Outputs(
                List.of(),
                List.of(),
                Optional.of(layout),
                Optional.empty(),
                noFiles(),
                Outputs.Form.OF_BASE));
      } catch (BuildException e) {
        return failed(row, e);
      }
      if (platforms.size() > 1) {
        int made = OciLayout.at(layout).index().manifests().size();
        return row.succeeds() && made == 1 ? List.of() : List.of("makes " + made + " images");
      }
      return row.succeeds()
          ? new VectorComparison(
                  row, VectorImage.of(layout, row.isOnBase() ? base.layers() : 0), base, start)
              .differences()
          : List.of("builds, but should fail: " + row.messages());
    } finally {
      delete(context);
      delete(layout);
    }
  }

  private static List<String> failed(VectorRow row, BuildException e) {
    String message = String.valueOf(e.getMessage());
    if (row.succeeds()) {
      return List.of("fails: " + message + "; " + e.lastOutput());
    }
    List<String> missing =
        row.messages().stream().filter(piece -> !message.contains(piece)).toList();
    return missing.isEmpty() ? List.of() : List.of("says " + message + ", not " + missing);
  }

  private void build(List<Platform> platforms, Path context, VectorRow row, Outputs outputs) {
    Optional<Path> dockerfile = row.attribute("filename").map(context::resolve);
    BuildRequest request =
        new BuildRequest(
            new ContextSpec(
                new ContextPlace.Folder(context),
                Optional.empty(),
                dockerfile.map(DockerfilePlace.File::new),
                named(row)),
            row.attribute("target"),
            row.buildArgs(),
            row.labels(),
            platforms.getFirst(),
            new BuildRequest.Place(
                Isolation.NAMESPACE,
                folder.resolve("store"),
                Long.MAX_VALUE,
                false,
                folder.resolve("program"),
                false),
            outputs,
            Layering.USUAL,
            Optional.empty(),
            MountResources.NONE);
    new PlatformBuilds(new Registries(client, client))
        .build(request, platforms, BuildListener.none());
  }

  private static Map<String, NamedContext> named(VectorRow row) {
    Map<String, NamedContext> named = new HashMap<>();
    row.contexts()
        .forEach((name, value) -> {
          ImageReference image = ImageReference.parse(value.substring(IMAGE.length()));
          named.put(name, new NamedContext.Image(new NamedSource.Image(image)));
        });
    return named;
  }

  private static Outputs.DigestFiles noFiles() {
    return new Outputs.DigestFiles(Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static void delete(Path path) throws IOException {
    if (Files.exists(path)) {
      try (Stream<Path> tree = Files.walk(path)) {
        for (Path each : tree.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}
