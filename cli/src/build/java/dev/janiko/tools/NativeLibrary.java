package dev.janiko.tools;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Takes zstd's native code out of its jar, which holds it for many machines and would unpack it
 * into the folder for temporary files when it runs.
 */
final class NativeLibrary {
  /** The name of the library in the distribution. */
  static final String ZSTD = "libzstd-jni.so";

  private static final String JAR = "zstd-jni-";

  private final Path jar;
  private final String folder;

  NativeLibrary(Path jar, MachineCode machine) {
    this.jar = jar;
    this.folder = machine.platformName().equals("arm64") ? "linux/aarch64/" : "linux/amd64/";
  }

  /** Returns whether a jar is the one with native code. */
  static boolean isIn(Path jar) {
    return String.valueOf(jar.getFileName()).startsWith(JAR);
  }

  /** Copies the jar without native code, and this machine's native code to a file of its own. */
  void split(Path classes, Path library) throws IOException {
    try (JarFile from = new JarFile(jar.toFile());
        OutputStream file = Files.newOutputStream(classes);
        ZipOutputStream out = new ZipOutputStream(file)) {
      Enumeration<JarEntry> entries = from.entries();
      while (entries.hasMoreElements()) {
        JarEntry entry = entries.nextElement();
        try (InputStream in = from.getInputStream(entry)) {
          if (entry.getName().startsWith(folder + "libzstd")) {
            Files.copy(in, library);
          } else if (isClass(entry.getName())) {
            ZipEntry copy = new ZipEntry(entry.getName());
            copy.setTimeLocal(entry.getTimeLocal());
            out.putNextEntry(copy);
            in.transferTo(out);
            out.closeEntry();
          }
        }
      }
    }
    Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static boolean isClass(String name) {
    return name.endsWith(".class") || name.startsWith("META-INF/");
  }
}
