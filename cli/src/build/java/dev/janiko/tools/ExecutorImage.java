package dev.janiko.tools;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the images of the executor, of its variant with a shell, and of the warmer from the
 * distribution, by the distribution itself. Built again from the same one, they are the same.
 *
 * <p>{@code java ExecutorImage.java VERSION TIMESTAMP TARGET DOCKERFILE [OUT]}: the version; the
 * time that the images get; the folder that holds the distribution; the images' Dockerfile; the
 * folder that gets {@code janiko-executor.tar}, {@code janiko-executor-debug.tar} and {@code
 * janiko-warmer.tar} with an OCI layout beside each, the one of the distribution if not given.
 */
final class ExecutorImage {
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final String OPEN = "777";
  private static final int HEADERS = 4096;

  private final String version;
  private final Path home;
  private final Path dockerfile;
  private final Path out;

  private ExecutorImage(String version, Path home, Path dockerfile, Path out) {
    this.version = version;
    this.home = home;
    this.dockerfile = dockerfile;
    this.out = out;
  }

  /** Builds the images. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 4 && args.length != 5) {
      throw new IllegalArgumentException("VERSION TIMESTAMP TARGET DOCKERFILE [OUT]");
    }
    Path target = Path.of(args[2]).toAbsolutePath();
    Path home =
        target.resolve(Distribution.name(args[0], MachineCode.of(System.getProperty("os.arch"))));
    Path out = args.length == 5 ? Path.of(args[4]).toAbsolutePath() : target;
    new ExecutorImage(args[0], home, Path.of(args[3]).toAbsolutePath(), out)
        .build(Instant.parse(args[1]));
  }

  private void build(Instant time) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory(out, "executor-");
    try {
      Path base = openFolders(work);
      Path shell = shell(work);
      try (RehearsalRegistry registry =
          RehearsalRegistry.start(base.resolveSibling("base.tar.gz"), base)) {
        List<String> common =
            List.of(
                home.resolve("bin/janiko").toString(),
                "build",
                "--no-push",
                "--progress=plain",
                "--reproducible",
                "--build-arg=SOURCE_DATE_EPOCH=" + time.getEpochSecond(),
                "--build-arg=BASE=" + registry.host() + "/base:latest",
                // All have the program's layer, which is made once.
                "--cache",
                "--cache-repo=oci:" + work.resolve("layers"),
                "--build-context=busybox=" + shell,
                "--file=" + dockerfile);
        image(common, "executor", "janiko-executor:" + version);
        image(common, "warmer", "janiko-warmer:" + version);
        if (isShellThere()) {
          image(common, "debug", "janiko-executor:" + version + "-debug");
        } else {
          Files.deleteIfExists(out.resolve("janiko-executor-debug.tar"));
          System.out.println(
              "no janiko-executor-debug.tar: there is no static "
                  + BUSYBOX
                  + "; install busybox-static");
        }
      }
    } finally {
      Distribution.run(List.of("rm", "-rf", work.toString()));
    }
  }

  private void image(List<String> common, String stage, String name)
      throws IOException, InterruptedException {
    String file = "janiko-" + (stage.equals("debug") ? "executor-debug" : stage);
    List<String> command = new ArrayList<>(common);
    command.addAll(
        List.of(
            "--target=" + stage,
            "--tag=" + name,
            "--tar-path=" + out.resolve(file + ".tar"),
            "--oci-layout-path=" + out.resolve(file + "-oci"),
            home.toString()));
    Distribution.run(List.of("rm", "-rf", out.resolve(file + "-oci").toString()));
    Distribution.run(command);
  }

  /** Whether there is a busybox that needs no loader: one that does names it at its beginning. */
  private static boolean isShellThere() throws IOException {
    if (!Files.isReadable(BUSYBOX)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(BUSYBOX)) {
      String start = new String(in.readNBytes(HEADERS), StandardCharsets.ISO_8859_1);
      return !start.contains("/ld-");
    }
  }

  /** A folder with busybox and a link for each of its commands. */
  private static Path shell(Path work) throws IOException, InterruptedException {
    Path root = Files.createDirectory(work.resolve("shell"));
    Path folder = Files.createDirectory(root.resolve("busybox"));
    Path bin = Files.createDirectory(root.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("sh"), Path.of("/busybox/sh"));
    if (!isShellThere()) {
      return root;
    }
    Path program = folder.resolve("busybox");
    Files.copy(BUSYBOX, program);
    Distribution.run(List.of("chmod", "755", program.toString()));
    for (String command : Distribution.run(List.of(BUSYBOX.toString(), "--list")).split("\\s+")) {
      if (!command.equals("busybox")) {
        Files.createSymbolicLink(folder.resolve(command), Path.of("/busybox/busybox"));
      }
    }
    return root;
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
      Distribution.run(List.of("install", "-d", "-m", OPEN, root.resolve(folder).toString()));
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
