package dev.janiko.tools;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes the self-contained distribution: a folder that runs on any Linux machine, moved or copied
 * to any place, and its archive.
 *
 * <p>{@code java Distribution.java VERSION TIMESTAMP TARGET CLASSPATH JAR}: the version; the time
 * that all files get (an AOT cache knows its jars by their times, which an archive cuts to
 * seconds); the folder to write to; a file with the class path of what the product needs; the
 * product's own jar.
 */
final class Distribution {
  /** What a build uses of Java, with what the libraries' optional parts are verified against. */
  private static final String MODULES =
      "java.base,java.logging,java.management,java.naming,java.net.http,java.rmi,java.security.jgss,"
          + "java.sql,java.xml,jdk.unsupported";

  private static final Path LOCALE = Path.of("/usr/lib/locale/C.utf8");
  private static final Pattern LIBRARY = Pattern.compile("\\s(/\\S+) \\(0x");

  private final MachineCode machine;
  private final Path home;
  private final List<Path> jars;

  private Distribution(MachineCode machine, Path home, List<Path> jars) {
    this.machine = machine;
    this.home = home;
    this.jars = List.copyOf(jars);
  }

  /** Makes the distribution. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 5) {
      throw new IllegalArgumentException("VERSION TIMESTAMP TARGET CLASSPATH JAR");
    }
    MachineCode machine = MachineCode.of(System.getProperty("os.arch"));
    String name = name(args[0], machine);
    Path target = Path.of(args[2]).toAbsolutePath();
    Distribution distribution =
        new Distribution(machine, target.resolve(name), jars(Path.of(args[3]), Path.of(args[4])));
    distribution.make(Instant.parse(args[1]));
    run(
        List.of(
            "tar",
            "--create",
            "--sort=name",
            "--owner=0",
            "--group=0",
            "--numeric-owner",
            "--format=ustar",
            "--directory",
            target.toString(),
            "--use-compress-program=gzip -n",
            "--file",
            target.resolve(name + ".tar.gz").toString(),
            name));
  }

  /** Returns the name of the distribution's folder. */
  static String name(String version, MachineCode machine) {
    return "janiko-" + version + "-linux-" + machine.platformName();
  }

  private void make(Instant timestamp) throws IOException, InterruptedException {
    deleteTree(home);
    Files.createDirectories(home);
    run(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
            "--add-modules",
            MODULES,
            "--strip-java-debug-attributes",
            "--no-header-files",
            "--no-man-pages",
            "--output",
            home.resolve("jre").toString()));
    copyLibraries();
    copyLocale();
    List<String> classPath = copyJars();
    writeLauncher("bin/janiko", 2, JvmOptions.command("janiko", machine, classPath));
    writeLauncher("executor", 1, JvmOptions.command("executor", machine, classPath));
    writeLauncher("warmer", 1, JvmOptions.command("warmer", machine, classPath));
    setTimes(timestamp);
    new AotTraining(home, machine).train(JvmOptions.training(machine, classPath));
    setTimes(timestamp);
  }

  /** Copies the loader and every library that Java's own libraries are linked with. */
  private void copyLibraries() throws IOException, InterruptedException {
    Path lib = Files.createDirectories(home.resolve("lib"));
    List<String> ldd = new ArrayList<>(List.of("ldd"));
    try (Stream<Path> files = Files.walk(home.resolve("jre"))) {
      files
          .filter(file -> file.toString().endsWith(".so") || file.endsWith("bin/java"))
          .forEach(file -> ldd.add(file.toString()));
    }
    Set<Path> libraries = new TreeSet<>();
    Matcher matcher = LIBRARY.matcher(run(ldd));
    while (matcher.find()) {
      Path library = Path.of(matcher.group(1));
      if (!library.startsWith(home)) {
        libraries.add(library);
      }
    }
    for (Path library : libraries) {
      Path copy = lib.resolve(library.getFileName());
      Files.copy(library.toRealPath(), copy, StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    if (!Files.exists(lib.resolve(machine.loader()))) {
      throw new IOException(
          "Java is not linked with glibc's loader " + machine.loader() + " but with " + libraries);
    }
  }

  /** Copies the one locale that makes the C library speak UTF-8. */
  private void copyLocale() throws IOException {
    Path to = home.resolve("lib/locale").resolve(LOCALE.getFileName());
    if (!Files.isDirectory(LOCALE)) {
      throw new IOException("there is no " + LOCALE + ": install the locale C.UTF-8 (libc-bin)");
    }
    try (Stream<Path> files = Files.walk(LOCALE)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = to.resolve(LOCALE.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }

  /** Returns the jars in class path order: the product's own, then what it needs. */
  private static List<Path> jars(Path classPath, Path own) throws IOException {
    List<Path> jars = new ArrayList<>(List.of(own.toAbsolutePath()));
    for (String jar : Files.readString(classPath).strip().split(File.pathSeparator, -1)) {
      jars.add(Path.of(jar));
    }
    return jars;
  }

  /** Copies the jars and returns their names in class path order. */
  private List<String> copyJars() throws IOException {
    Path app = Files.createDirectories(home.resolve("app"));
    for (Path jar : jars) {
      Path copy = app.resolve(jar.getFileName());
      if (NativeLibrary.isIn(jar)) {
        new NativeLibrary(jar, machine)
            .split(copy, home.resolve("lib").resolve(NativeLibrary.ZSTD));
      } else if (ModernClassFiles.needed(jar)) {
        ModernClassFiles.copy(jar, copy);
      } else {
        Files.copy(jar, copy);
      }
    }
    return jars.stream().map(jar -> jar.getFileName().toString()).toList();
  }

  private void writeLauncher(String name, int levels, List<String> command) throws IOException {
    ElfLauncher launcher =
        new ElfLauncher(machine, levels, command, JvmOptions.ADDED, JvmOptions.UNWANTED);
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, launcher.bytes());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void setTimes(Instant time) throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (!Files.isSymbolicLink(file)) {
          Files.setLastModifiedTime(file, FileTime.from(time));
        }
      }
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Runs a command and returns what it wrote; its failure is this build's failure. */
  static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException(
          command.getFirst() + " failed with exit code " + status + ":\n" + output);
    }
    return output;
  }
}
