package dev.janiko.builder.rootfs;

import dev.janiko.builder.tar.EntryType;
import dev.janiko.builder.tar.TarEntry;
import dev.janiko.builder.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Makes small archives for tests. */
final class Archive {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarWriter writer = new TarWriter(bytes);

  Archive file(String name, String content) throws IOException {
    return add(TarEntry.file(name, content.length()), content);
  }

  Archive add(TarEntry entry, String content) throws IOException {
    writer.put(entry);
    writer.write(content.getBytes(StandardCharsets.ISO_8859_1), 0, content.length());
    return this;
  }

  Archive add(TarEntry entry) throws IOException {
    return add(entry, "");
  }

  Archive dir(String name) throws IOException {
    return add(TarEntry.directory(name));
  }

  Archive link(String name, String target) throws IOException {
    return add(TarEntry.symlink(name, target));
  }

  Archive hardLink(String name, String target) throws IOException {
    return add(TarEntry.hardLink(name, target));
  }

  /** A symbolic link whose name is kept even where it ends in a slash. */
  Archive whiteout(String name) throws IOException {
    return add(TarEntry.of(name, EntryType.REGULAR, 0));
  }

  InputStream open() throws IOException {
    writer.finish();
    return new ByteArrayInputStream(bytes.toByteArray());
  }
}
