package dev.janiko.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.cli.invocation.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the built distribution from its archive, unpacked where it was not built. */
class DistributionIT {
  @TempDir private Path folder;
  private Path home = Path.of("");

  @BeforeEach
  void unpack() throws Exception {
    String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    String archive = System.getProperty("janiko.distribution") + "-" + arch + ".tar.gz";
    Result tar = run(Map.of(), "tar", "-xzf", archive, "-C", folder.toString());
    assertThat(tar.code).as(tar.output).isZero();
    try (Stream<Path> entries = Files.list(folder)) {
      home = entries.findFirst().orElseThrow();
    }
    home = Files.move(home, folder.resolve("a folder"));
  }

  @Test
  void startsFromAnyPlaceAndByAnyName() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), home.resolve("bin/janiko"));
    for (Path program : List.of(home.resolve("bin/janiko"), home.resolve("executor"), link)) {
      Result version = run(Map.of(), program.toString(), "version");
      assertThat(version.code).as(version.output).isZero();
      assertThat(version.output).matches("janiko \\S+\n");
    }
  }

  @Test
  void argumentsArriveAsTheyWereGiven() throws Exception {
    Result result =
        run(
            Map.of(),
            home.resolve("bin/janiko").toString(),
            "build",
            "--no-push",
            "a b",
            "\u00fc *");
    assertThat(result.code).isEqualTo(ExitCode.USAGE);
    assertThat(result.output).contains("unexpected argument: \u00fc *");
  }

  @Test
  void argumentsAreUtf8WhateverTheLocale() throws Exception {
    Result result =
        run(Map.of("LC_ALL", "C"), "env", home.resolve("executor").toString(), "\u00fc");
    assertThat(result.output).contains("unexpected argument: \u00fc");
  }

  @Test
  void executorIsKanikosCommandLine() throws Exception {
    assertThat(run(Map.of(), home.resolve("executor").toString(), "--push").output)
        .contains("executor: unknown flag: --push");
  }

  @Test
  void variablesOfOtherJavaProgramsDoNotMatter() throws Exception {
    Map<String, String> variables =
        Map.of(
            "JAVA_TOOL_OPTIONS", "-Xint -Dx=y",
            "_JAVA_OPTIONS", "-Xmx1m",
            "JDK_JAVA_OPTIONS", "--nonsense",
            "LD_LIBRARY_PATH", "/nowhere/lib/server",
            "LD_PRELOAD", "/nowhere/lib.so");
    Result version = run(variables, "env", home.resolve("bin/janiko").toString(), "version");
    assertThat(version.output).endsWith("\n").contains("janiko ").doesNotContain("Picked up");
    assertThat(version.code).isZero();
  }

  @Test
  void cacheIsAcceptedAfterTheFolderMoved() throws Exception {
    List<String> command = new ArrayList<>(launcherArguments());
    int java = command.indexOf(home + "/jre/bin/java");
    command.add(java + 1, "-XX:AOTMode=on"); // which fails where the cache does not fit
    command.add("version");
    Result version = run(Map.of(), command.toArray(String[]::new));
    assertThat(version.code).as(version.output).isZero();
  }

  @Test
  void launcherWithoutItsFolderSaysSo() throws Exception {
    Path alone = Files.createDirectories(folder.resolve("x/bin")).resolve("janiko");
    Files.copy(home.resolve("bin/janiko"), alone);
    alone.toFile().setExecutable(true);
    Result result = run(Map.of(), alone.toString(), "version");
    assertThat(result.code).isEqualTo(127);
    assertThat(result.output).startsWith("janiko: cannot start");
  }

  /** Reads the argument templates out of the launcher. */
  private List<String> launcherArguments() throws IOException {
    String file = Files.readString(home.resolve("bin/janiko"), StandardCharsets.ISO_8859_1);
    String table = file.substring(file.indexOf("mounted\n") + "mounted\n".length());
    return Stream.of(table.split("\0", -1))
        .takeWhile(argument -> !argument.startsWith("LC_ALL="))
        .map(argument -> argument.replace("\u0001", home.toString()))
        .toList();
  }

  private Result run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder();
    List<String> line = new ArrayList<>();
    if (!environment.isEmpty()) {
      line.add("env");
      environment.forEach((name, value) -> line.add(name + "=" + value));
      line.addAll(List.of(command).subList(1, command.length));
    } else {
      line.addAll(List.of(command));
    }
    Process process = builder.command(line).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  private record Result(int code, String output) {}
}
