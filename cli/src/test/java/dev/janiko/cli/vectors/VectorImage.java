package dev.janiko.cli.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.layout.OciLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * What the product made, in the terms of the tables.
 *
 * @param config the image's config
 * @param layers the entries of each layer
 */
record VectorImage(JsonNode config, List<List<ObjectNode>> layers) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads the only image of a layout; the entries of its base's layers are left out. */
  static VectorImage of(Path layout, int baseLayers) throws IOException {
    Image image = OciLayout.at(layout).read("", Platform.host());
    List<List<ObjectNode>> layers = new ArrayList<>();
    for (BlobSource blob : image.layers()) {
      layers.add(layers.size() < baseLayers ? List.of() : entries(blob));
    }
    return new VectorImage(JSON.readTree(image.config().bytes()), layers);
  }

  private static List<ObjectNode> entries(BlobSource blob) throws IOException {
    List<ObjectNode> entries = new ArrayList<>();
    try (InputStream in = blob.open();
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new GZIPInputStream(in), "ISO-8859-1")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        entries.add(entry(entry, tar));
      }
    }
    return entries;
  }

  private static ObjectNode entry(TarArchiveEntry entry, InputStream content) throws IOException {
    ObjectNode node = JSON.createObjectNode();
    node.put("name", entry.getName());
    node.put("type", type(entry));
    node.put("mode", Integer.toOctalString(entry.getMode() & 07777));
    node.put("uid", entry.getLongUserId());
    node.put("gid", entry.getLongGroupId());
    node.put("mtime", entry.getLastModifiedTime().toInstant().getEpochSecond());
    if (entry.isSymbolicLink() || entry.isLink()) {
      node.put("linkname", entry.getLinkName());
    } else if (entry.isFile()) {
      byte[] bytes = content.readAllBytes();
      node.put("size", bytes.length);
      node.put("sha256", sha256(bytes));
    }
    return node;
  }

  private static String type(TarArchiveEntry entry) {
    if (entry.isLink()) {
      return "link";
    }
    return entry.isDirectory() ? "dir" : entry.isSymbolicLink() ? "symlink" : "file";
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
