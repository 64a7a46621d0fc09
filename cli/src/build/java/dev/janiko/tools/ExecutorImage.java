package dev.janiko.tools;

import java.io.IOException;
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
    Distribution.run(
        List.of(
            home.resolve("bin/janiko").toString(),
            "build",
            "--no-push",
            "--progress=plain",
            "--tag=janiko-executor:" + args[0],
            "--file=" + Path.of(args[2]).toAbsolutePath(),
            "--tar-path=" + target.resolve("janiko-executor.tar"),
            "--oci-layout-path=" + target.resolve("janiko-executor-oci"),
            home.toString()));
  }
}
