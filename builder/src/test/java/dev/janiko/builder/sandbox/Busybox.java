package dev.janiko.builder.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.linux.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A tiny unpacked image for tests, and ways to run shell text in it. */
final class Busybox {
  static final List<String> ENVIRONMENT = List.of("PATH=/bin");
  private static final Path BINARY = Path.of("/bin/busybox");
  private static final List<String> APPLETS =
      List.of(
          "sh",
          "cat",
          "ls",
          "id",
          "echo",
          "sleep",
          "mkdir",
          "rm",
          "touch",
          "grep",
          "hostname",
          "pwd",
          "env",
          "mount",
          "readlink",
          "stat",
          "ln",
          "mknod",
          "dd",
          "tr",
          "setsid",
          "wc",
          "test",
          "kill",
          "chmod",
          "mv",
          "ps",
          "ping",
          "head",
          "find",
          "cp",
          "ip",
          "umount");

  private Busybox() {}

  /** Fails, rather than skips, where these tests prove nothing. */
  static void requireRoot() throws IOException {
    assertThat(uid())
        .as("these tests make namespaces: run them as root, with CAP_SYS_ADMIN")
        .isZero();
  }

  private static int uid() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }

  /** Unpacks it: /bin and an /etc with users. */
  static Path unpack(Path into) throws IOException {
    assertThat(BINARY).as("install the package busybox-static").exists();
    Path bin = Files.createDirectories(into.resolve("bin"));
    Files.copy(BINARY, bin.resolve("busybox"));
    for (String applet : APPLETS) {
      Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
    }
    Path etc = Files.createDirectories(into.resolve("etc"));
    Files.writeString(
        etc.resolve("passwd"),
        "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001:App:/home/app:/bin/sh\n");
    Files.writeString(etc.resolve("group"), "root:x:0:\napp:x:1001:\nextra:x:2000:app,root\n");
    return into;
  }

  /** A command of the shell. */
  static Command shell(String text) {
    return Command.of(List.of("/bin/sh", "-c", text), ENVIRONMENT);
  }

  /** Runs it and answers what it wrote and how it ended. */
  static Result run(StageRoot root, Command command) throws IOException, InterruptedException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ExitStatus status =
        root.run(
            command,
            line -> {
              output.writeBytes(line);
              output.write('\n');
            });
    return new Result(status.code(), output.toString(StandardCharsets.UTF_8));
  }

  /** Runs shell text and answers what it wrote; it must succeed. */
  static String output(StageRoot root, String text) throws IOException, InterruptedException {
    Result result = run(root, shell(text));
    assertThat(result.code()).as(result.output()).isZero();
    return result.output();
  }

  /** How a command ended and what it wrote. */
  record Result(int code, String output) {}
}
