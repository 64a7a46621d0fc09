package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Builds that leave pages to look at. */
public final class ReportedBuilds {
  /** How the verdict of each page begins. */
  public static final Map<String, String> VERDICTS =
      Map.of(
          "build",
          "Built in ",
          "equal",
          "The images are equal",
          "different",
          "The images differ: ");

  private final Parts parts;
  private final Shell shell;

  private ReportedBuilds(Parts parts, Shell shell) {
    this.parts = parts;
    this.shell = shell;
  }

  /** Builds one Dockerfile alone, one beside the engine, and one that is never the same twice. */
  public static Map<String, Path> pages(Path work) throws IOException {
    ReportedBuilds builds = new ReportedBuilds(Parts.read(), new Shell(work));
    Map<String, Path> pages = new HashMap<>();
    VERDICTS.keySet().forEach(name -> pages.put(name, work.resolve(name + ".html")));
    Path same = builds.same(Files.createDirectories(work.resolve("same")));
    Path other = builds.different(Files.createDirectories(work.resolve("other")));
    builds.run(0, "build", "--no-push", "--report=" + pages.get("build"), same.toString());
    builds.compare(0, "--html=" + pages.get("equal"), same);
    builds.compare(1, "--html=" + pages.get("different"), other);
    builds.shell.run("rm", "-rf", "--one-file-system", builds.store()).good();
    return Map.copyOf(pages);
  }

  private Path same(Path context) throws IOException {
    Files.writeString(context.resolve("file"), "content");
    return dockerfile(
        context,
        "RUN mkdir -p /a/b && echo 1 >/a/b/c && head -c 100000 /dev/zero >/a/zeros",
        "COPY file /a/folder-whose-name-is-quite-long/and-another-one-below/file",
        "RUN rm -r /a/b",
        "LABEL text=\"<script>alert('no')</script>\"");
  }

  private Path different(Path context) throws IOException {
    String id = "cat /proc/sys/kernel/random/uuid";
    return dockerfile(
        context,
        "RUN mkdir -p /srv/x/y && "
            + id
            + " >/srv/x/y/id && head -c 40000 /dev/urandom >/srv/"
            + "l".repeat(150),
        "RUN ln -s /srv/$(" + id + ") /link");
  }

  private Path dockerfile(Path context, String... lines) throws IOException {
    List<String> all = new ArrayList<>(List.of("FROM " + parts.get("image.busybox")));
    all.addAll(List.of(lines));
    Files.write(context.resolve("Dockerfile"), all);
    return context;
  }

  private void compare(int code, String html, Path context) {
    run(code, "compare", "--docker-network=none", html, context.toString());
  }

  private String store() {
    return shell.work().resolve("store").toString();
  }

  private void run(int code, String... arguments) {
    Map<String, String> environment =
        Map.of(
            "JANIKO_STORE", store(),
            "DOCKER_HOST", parts.get("docker.host"),
            "DOCKER_CONFIG", parts.get("docker.config"),
            "DOCKER_BUILDKIT", "1",
            "PATH", "/usr/bin:/bin");
    List<String> command =
        new ArrayList<>(List.of(Parts.distribution().resolve("bin/janiko").toString()));
    command.addAll(List.of(arguments));
    Shell.Result result = shell.run(environment, command);
    assertThat(result.code()).as(result.output()).isEqualTo(code);
  }
}
