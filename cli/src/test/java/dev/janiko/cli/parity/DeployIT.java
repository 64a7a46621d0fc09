package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.cli.deploy.Manifests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The containers of the manifests under {@code deploy/}, as they are written there, in an engine.
 */
@Execution(ExecutionMode.CONCURRENT)
class DeployIT {
  @TempDir private Path work;
  private final String repository = "deploy-" + UUID.randomUUID();
  private Parts parts;
  private Engine engine;
  private Path context;
  private Path credentials;

  @BeforeEach
  void prepare() throws IOException {
    parts = Parts.read();
    engine = new Engine(parts, new Shell(work));
    context = Files.createDirectory(work.resolve("context"));
    Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
    credentials = Files.createDirectory(work.resolve("credentials"));
    String login = parts.get("registry.auth.user") + ":" + parts.get("registry.auth.password");
    Files.writeString(
        credentials.resolve("config.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}"
            .formatted(
                parts.get("registry.auth"),
                Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8))));
  }

  private String load(String image) {
    return engine.load(Parts.executorArchive().resolveSibling(image + ".tar"));
  }

  /** The text with the registry that is here, behind a login, in place of the example's. */
  private String here(String text) {
    return text.replace("registry.example.com/team", parts.get("registry.auth") + "/" + repository);
  }

  private Shell.Result run(String image, List<String> options, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("run", "--rm", "--network", "host"));
    command.addAll(options);
    command.add(load(image));
    command.addAll(arguments);
    return engine.run(command.toArray(String[]::new)).good();
  }

  private List<String> mounts(String... more) {
    List<String> options = new ArrayList<>(List.of("-v", credentials + ":/kaniko/.docker:ro"));
    options.addAll(List.of(more));
    return options;
  }

  private List<String> arguments(Object container) {
    List<String> arguments = new ArrayList<>();
    for (Object argument : (List<?>) Manifests.at(container, "args")) {
      arguments.add(here(String.valueOf(argument)));
    }
    arguments.add("--insecure-registry=" + parts.get("registry.auth"));
    return arguments;
  }

  private static Object container(Object document, Object... path) {
    return Manifests.at(Manifests.at(document, path), "containers", 0);
  }

  private static Object document(String file, int index) {
    return Manifests.documents(Manifests.text(file)).get(index);
  }

  private void assertDigest(Path file) {
    assertThat(file).content().matches("sha256:[0-9a-f]{64}");
  }

  @Test
  void pod() throws IOException {
    Path message = Files.createFile(work.resolve("termination-log"));
    run(
        "janiko-executor",
        mounts("-v", context + ":/workspace", "-v", message + ":/dev/termination-log"),
        arguments(container(document("kubernetes/pod.yaml", 0), "spec")));
    assertDigest(message);
  }

  @Test
  void jobAndWarmer() throws IOException {
    Path cache = Files.createDirectory(work.resolve("cache"));
    List<String> warm =
        new ArrayList<>(
            arguments(
                container(
                    document("kubernetes/warmer.yaml", 1),
                    "spec",
                    "jobTemplate",
                    "spec",
                    "template",
                    "spec")));
    warm.removeIf(argument -> argument.startsWith("--image="));
    warm.add("--image=" + parts.get("image.busybox"));
    warm.add("--insecure-registry=" + parts.registry());
    run("janiko-warmer", mounts("-v", cache + ":/cache"), warm);
    Path message = Files.createFile(work.resolve("termination-log"));
    List<String> build =
        arguments(container(document("kubernetes/job.yaml", 0), "spec", "template", "spec"));
    // The repository of the example is elsewhere; contexts from git have tests of their own.
    build.replaceAll(it -> it.startsWith("--context=git://") ? "--context=/workspace" : it);
    List<String> options =
        mounts(
            "-v", context + ":/workspace",
            "-v", cache + ":/cache:ro",
            "-v", message + ":/dev/termination-log");
    run("janiko-executor", options, build);
    assertThat(run("janiko-executor", options, build).output()).contains("CACHED");
    assertDigest(message);
  }

  @Test
  void tektonsTask() throws IOException {
    Path results = Files.createDirectory(work.resolve("results"));
    Object step = Manifests.at(document("tekton/task.yaml", 0), "spec", "steps", 0);
    List<String> arguments = new ArrayList<>();
    for (String argument : arguments(step)) {
      if (argument.equals("$(params.EXTRA_ARGS[*])")) {
        for (Object extra :
            (List<?>)
                Manifests.at(document("tekton/taskrun.yaml", 0), "spec", "params", 2, "value")) {
          arguments.add(here(String.valueOf(extra)));
        }
      } else {
        arguments.add(
            argument
                .replace("$(params.IMAGE)", here("registry.example.com/team/app:latest"))
                .replace("$(params.DOCKERFILE)", "./Dockerfile")
                .replace("$(params.CONTEXT)", "./")
                .replace("$(workspaces.source.path)", "/workspace/source")
                .replace("$(results.IMAGE_DIGEST.path)", "/results/IMAGE_DIGEST"));
      }
    }
    assertThat(String.join(" ", arguments)).doesNotContain("$(").contains("--cache");
    run(
        "janiko-executor",
        mounts(
            "-v",
            context + ":/workspace/source",
            "-v",
            results + ":/results",
            "--workdir",
            "/workspace/source",
            "--user",
            "0"),
        arguments);
    assertDigest(results.resolve("IMAGE_DIGEST"));
  }

  @Test
  void gitlabsJob() throws IOException {
    Object script = Manifests.at(document("gitlab/.gitlab-ci.yml", 0), "build", "script", 0);
    String insecure = " --insecure-registry=" + parts.get("registry.auth");
    run(
        "janiko-executor-debug",
        List.of(
            "-v", context + ":/builds/app",
            "-e", "CI_PROJECT_DIR=/builds/app",
            "-e", "CI_REGISTRY=" + parts.get("registry.auth"),
            "-e", "CI_REGISTRY_USER=" + parts.get("registry.auth.user"),
            "-e", "CI_REGISTRY_PASSWORD=" + parts.get("registry.auth.password"),
            "-e", "CI_REGISTRY_IMAGE=" + parts.get("registry.auth") + "/" + repository + "/app",
            "-e", "CI_COMMIT_SHORT_SHA=abcdef",
            "--entrypoint", "sh"),
        List.of("-c", script + insecure));
  }

  @Test
  void jenkinsStep() throws IOException {
    Matcher step = Pattern.compile("sh '([^']+)'").matcher(Manifests.text("jenkins/Jenkinsfile"));
    assertThat(step.find()).isTrue();
    String command = here(step.group(1)) + " --insecure-registry=" + parts.get("registry.auth");
    // A pipeline may build more than once in the same container.
    run(
        "janiko-executor-debug",
        mounts(
            "-v", context + ":/agent",
            // Where the agent starts its steps.
            "--workdir", "/agent",
            "-e", "WORKSPACE=/agent",
            "-e", "BUILD_NUMBER=7",
            "--entrypoint", "/busybox/sh"),
        List.of("-c", command + " && " + command));
  }

  @Test
  void imageForCi() throws IOException {
    String tag = "ci-" + repository;
    engine
        .run(
            "build",
            "--network=none",
            "--build-arg=JANIKO=" + load("janiko-executor"),
            "--build-arg=BASE=" + parts.get("image.debian"),
            "--tag=" + tag,
            Manifests.folder().resolve("ci-image").toString())
        .good();
    List<String> command = new ArrayList<>(List.of("run", "--rm", "--network", "host"));
    command.addAll(mounts("-v", context + ":/src", tag, "executor", "--context=/src"));
    command.add(here("--destination=registry.example.com/team/app:1"));
    command.add("--insecure-registry=" + parts.get("registry.auth"));
    engine.run(command.toArray(String[]::new)).good();
  }
}
