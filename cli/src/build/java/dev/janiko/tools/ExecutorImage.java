package dev.janiko.tools;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Builds the executor image from the distribution, by the distribution itself.
 *
 * <p>{@code java ExecutorImage.java VERSION TARGET DOCKERFILE}: the version; the folder that holds
 * the distribution and gets {@code janiko-executor.tar} and {@code janiko-executor-oci}; the
 * image's Dockerfile.
 */
final class ExecutorImage {
  private ExecutorImage() {}

  /** Builds the image. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 3) {
      throw new IllegalArgumentException("VERSION TARGET DOCKERFILE");
    }
    Path target = Path.of(args[1]).toAbsolutePath();
    Path home =
        target.resolve(Distribution.name(args[0], MachineCode.of(System.getProperty("os.arch"))));
    Path work = Files.createTempDirectory(target, "executor-");
    Path base = openFolders(work);
    try (RehearsalRegistry registry =
        RehearsalRegistry.start(base.resolveSibling("base.tar.gz"), base)) {
      Distribution.run(
          List.of(
              home.resolve("bin/janiko").toString(),
              "build",
              "--no-push",
              "--progress=plain",
              "--build-arg=BASE=" + registry.host() + "/base:latest",
              "--tag=janiko-executor:" + args[0],
              "--file=" + Path.of(args[2]).toAbsolutePath(),
              "--tar-path=" + target.resolve("janiko-executor.tar"),
              "--oci-layout-path=" + target.resolve("janiko-executor-oci"),
              home.toString()));
    } finally {
      Distribution.run(List.of("rm", "-rf", work.toString()));
    }
  }

  /**
   * Writes the layer below: a root that any user may build in, with the folders that engines
   * otherwise make as root's when they mount files there. A layer made by a build says nothing of
   * the root itself.
   */
  private static Path openFolders(Path work) throws IOException, InterruptedException {
    Path root = Files.createDirectory(work.resolve("root"));
    Distribution.run(List.of("install", "-d", "-m", "1777", root.toString()));
    for (String folder : List.of("etc", "run", "workspace")) {
      Distribution.run(List.of("install", "-d", "-m", "777", root.resolve(folder).toString()));
    }
    Path archive = work.resolve("base.tar");
    Distribution.run(
        List.of(
            "tar",
            "--create",
            "--file=" + archive,
            "--sort=name",
            "--mtime=@0",
            "--owner=0",
            "--group=0",
            "--numeric-owner",
            "--directory=" + root,
            "."));
    Distribution.run(List.of("gzip", "-9", "-n", "-k", archive.toString()));
    return archive;
  }
}
