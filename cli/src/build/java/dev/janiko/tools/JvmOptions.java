package dev.janiko.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How the product's Java virtual machine is started: the whole command, as launcher templates. */
final class JvmOptions {
  private static final String HOME = ElfLauncher.HOME;

  /**
   * Variables for the runtime: arguments, variables and file names are UTF-8 wherever it runs, for
   * which the C library needs a locale, and may find none outside our folder.
   */
  static final List<String> ADDED = List.of("LC_ALL=C.UTF-8", "LOCPATH=" + HOME + "/lib/locale");

  /** Variables that would change how the runtime loads and runs. */
  static final List<String> UNWANTED =
      List.of(
          "JAVA_TOOL_OPTIONS",
          "JDK_JAVA_OPTIONS",
          "_JAVA_OPTIONS",
          "LD_LIBRARY_PATH",
          "LD_PRELOAD",
          "LC_ALL",
          "LOCPATH");

  /**
   * Memory: a build stays below 300 MB in all, so each of the parts that grow has its bound. The
   * rest: short start (no performance file, an AOT cache), quiet native access, and the limit of
   * open files that we were given, as steps inherit it.
   */
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms64m",
          "-Xmn40m",
          "-Xmx128m",
          "-XX:MaxDirectMemorySize=48m",
          "-XX:MaxMetaspaceSize=96m",
          "-XX:ReservedCodeCacheSize=64m",
          "-XX:CompileThresholdScaling=10",
          "-XX:-UsePerfData",
          "-XX:-MaxFDLimit",
          "-Xlog:disable",
          "--enable-native-access=ALL-UNNAMED",
          "-Dfile.encoding=UTF-8",
          "-Djava.awt.headless=true");

  private JvmOptions() {}

  /** Returns the command that starts the product under one of its names. */
  static List<String> command(String name, MachineCode machine, List<String> classPath) {
    List<String> command = java(machine);
    command.add("-XX:AOTCache=" + HOME + "/lib/janiko.aot");
    command.addAll(FLAGS);
    command.add("-Djaniko.home=" + HOME);
    command.add("-DZstdNativePath=" + HOME + "/lib/" + NativeLibrary.ZSTD);
    command.add("-Djaniko.command=" + name);
    command.addAll(classPath(classPath));
    command.add("dev.janiko.cli.Main");
    return List.copyOf(command);
  }

  /** Returns the command that records what a build uses, and writes the AOT cache. */
  static List<String> training(MachineCode machine, List<String> classPath) {
    List<String> command = java(machine);
    command.add("-XX:AOTCacheOutput=" + HOME + "/lib/janiko.aot");
    command.addAll(FLAGS);
    command.add("-Djaniko.home=" + HOME);
    command.add("-DZstdNativePath=" + HOME + "/lib/" + NativeLibrary.ZSTD);
    command.addAll(classPath(classPath));
    command.add("dev.janiko.cli.Rehearsal");
    return List.copyOf(command);
  }

  private static List<String> java(MachineCode machine) {
    return new ArrayList<>(
        List.of(
            HOME + "/lib/" + machine.loader(),
            "--library-path",
            HOME + "/lib:" + HOME + "/jre/lib:" + HOME + "/jre/lib/server",
            HOME + "/jre/bin/java"));
  }

  private static List<String> classPath(List<String> jars) {
    return List.of(
        "-cp", jars.stream().map(jar -> HOME + "/app/" + jar).collect(Collectors.joining(":")));
  }
}
