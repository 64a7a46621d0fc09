package dev.janiko.registry.archive;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.registry.image.BlobCopy;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.MediaTypes;
import dev.janiko.registry.json.JsonWriter;
import dev.janiko.registry.reference.ImageReference;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Writes docker archives. Equal images and tags give equal bytes. */
public final class DockerArchive {
  private static final int MODE = 0644;
  private static final int BUFFER = 128 << 10;

  private DockerArchive() {}

  /**
   * Writes an image into a file, which appears when it is whole; one that is there is replaced.
   *
   * @param tags the names it is loaded under; digests in them are left out
   * @throws IOException if a blob cannot be read or is wrong, or the file cannot be written
   */
  public static void write(Path file, Image image, List<ImageReference> tags) throws IOException {
    Path target = file.toAbsolutePath();
    Path part = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      try (TarArchiveOutputStream tar =
          new TarArchiveOutputStream(
              new BufferedOutputStream(Files.newOutputStream(part), BUFFER), "UTF-8")) {
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        write(tar, image, tags);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void write(TarArchiveOutputStream tar, Image image, List<ImageReference> tags)
      throws IOException {
    byte[] manifest = manifest(image, tags);
    put(tar, "manifest.json", BlobSource.ofBytes("", manifest));
    BlobSource config = image.configBlob();
    put(tar, configName(image), config);
    Set<String> written = new HashSet<>();
    for (BlobSource layer : image.layers()) {
      String name = layerName(layer.descriptor());
      if (written.add(name)) {
        put(tar, name, layer);
      }
    }
  }

  private static byte[] manifest(Image image, List<ImageReference> tags) {
    ObjectNode entry = JsonNodeFactory.instance.objectNode();
    entry.put("Config", configName(image));
    ArrayNode names = entry.putArray("RepoTags");
    for (ImageReference tag : tags) {
      names.add(tag.withTag(tag.tagOrLatest()).familiar());
    }
    ArrayNode layers = entry.putArray("Layers");
    for (BlobSource layer : image.layers()) {
      layers.add(layerName(layer.descriptor()));
    }
    return JsonWriter.compact(JsonNodeFactory.instance.arrayNode().add(entry));
  }

  private static String configName(Image image) {
    return image.id().hex() + ".json";
  }

  private static String layerName(Descriptor layer) {
    String end =
        switch (MediaTypes.compressionOf(layer.mediaType())) {
          case GZIP -> ".tar.gz";
          case ZSTD -> ".tar.zst";
          case NONE, UNKNOWN -> ".tar";
        };
    return layer.digest().hex() + end;
  }

  private static void put(TarArchiveOutputStream tar, String name, BlobSource blob)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(blob.descriptor().size());
    entry.setMode(MODE);
    entry.setModTime(0);
    entry.setIds(0, 0);
    tar.putArchiveEntry(entry);
    BlobCopy.copy(blob, tar);
    tar.closeArchiveEntry();
  }
}
