package dev.janiko.tools;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Copies a jar, giving classes in the form of Java 5 and older the form of Java 8.
 *
 * <p>An AOT cache leaves out classes older than Java 6, because they carry no stack maps; picocli's
 * are, and parsing a command line would take longer than everything else at start.
 */
final class ModernClassFiles {
  private static final int FIRST_WITH_STACK_MAPS = 50;

  private ModernClassFiles() {}

  /** Copies a jar. Entries keep their order and times, so equal jars become equal jars. */
  static void copy(Path from, Path to) throws IOException {
    try (JarFile jar = new JarFile(from.toFile());
        OutputStream file = Files.newOutputStream(to);
        ZipOutputStream out = new ZipOutputStream(file)) {
      ClassFile format =
          ClassFile.of(
              StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ClassHierarchyResolverOption.of(resolver(jar)));
      Enumeration<JarEntry> entries = jar.entries();
      while (entries.hasMoreElements()) {
        JarEntry entry = entries.nextElement();
        byte[] bytes;
        try (InputStream in = jar.getInputStream(entry)) {
          bytes = in.readAllBytes();
        }
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTimeLocal(entry.getTimeLocal());
        out.putNextEntry(copy);
        out.write(isOld(entry.getName(), bytes) ? modern(format, bytes) : bytes);
        out.closeEntry();
      }
    }
  }

  /** Returns whether a jar holds a class that is too old. */
  static boolean needed(Path from) throws IOException {
    try (JarFile jar = new JarFile(from.toFile())) {
      Enumeration<JarEntry> entries = jar.entries();
      while (entries.hasMoreElements()) {
        JarEntry entry = entries.nextElement();
        if (entry.getName().endsWith(".class")) {
          try (InputStream in = jar.getInputStream(entry)) {
            if (isOld(entry.getName(), in.readNBytes(8))) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }

  private static boolean isOld(String name, byte[] bytes) {
    return name.endsWith(".class")
        && bytes.length >= 8
        && ((bytes[6] & 0xff) << 8 | bytes[7] & 0xff) < FIRST_WITH_STACK_MAPS;
  }

  private static byte[] modern(ClassFile format, byte[] bytes) {
    ClassTransform version =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
          } else {
            builder.with(element);
          }
        };
    // Bodies are taken apart and put together again, else they are copied without stack maps.
    ClassTransform bodies = ClassTransform.transformingMethodBodies((code, e) -> code.with(e));
    return format.transformClass(format.parse(bytes), version.andThen(bodies));
  }

  private static ClassHierarchyResolver resolver(JarFile jar) {
    return ClassHierarchyResolver.ofResourceParsing(
            type -> {
              String name = type.descriptorString();
              JarEntry entry = jar.getJarEntry(name.substring(1, name.length() - 1) + ".class");
              try {
                return entry == null ? null : jar.getInputStream(entry);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .orElse(ClassHierarchyResolver.defaultResolver())
        .cached();
  }
}
