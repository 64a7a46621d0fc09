package dev.janiko.builder.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.janiko.builder.docker.EngineException.Reason;
import dev.janiko.builder.output.Outputs;
import dev.janiko.builder.tar.EntryType;
import dev.janiko.builder.tar.TarEntry;
import dev.janiko.builder.tar.TarReader;
import dev.janiko.registry.Digest;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.MediaTypes;
import dev.janiko.registry.json.JsonReader;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * An image on its way out of an engine: its layers become blobs in a folder, but for those that a
 * registry has already. The config keeps its bytes, so that engines know the image under its id.
 */
final class EngineExport {
  private static final int BUFFER = 128 << 10;
  private static final int MAX_JSON = 4 << 20;
  private static final int MAX_KEPT = 64 << 20;

  private final Path folder;
  private final Map<Digest, BlobSource> known;
  private final Outputs.Form form;
  private final Map<String, byte[]> documents = new HashMap<>();
  private final Map<String, Spooled> layers = new HashMap<>();
  private final Map<String, String> links = new HashMap<>();
  private final Map<Path, BlobSource> compressed = new HashMap<>();
  private int kept;

  /** A member of the archive in a file, with the digest of its bytes. */
  private record Spooled(Path file, Digest digest, boolean gzip) {}

  /**
   * Prepares.
   *
   * @param folder where blobs go
   * @param known layers by their diff ids that a registry has
   * @param form the form of the image's manifest
   */
  EngineExport(Path folder, Map<Digest, BlobSource> known, Outputs.Form form) {
    this.folder = folder;
    this.known = Map.copyOf(known);
    this.form = form;
  }

  /** Reads the archive that an engine writes of one image. */
  Image read(InputStream archive) throws IOException {
    TarReader tar = new TarReader(new BufferedInputStream(archive, BUFFER));
    for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
      TarEntry entry = next.get();
      String name = entry.name();
      if (entry.type() == EntryType.SYMLINK) {
        Path at = Path.of("/", name).resolveSibling(entry.linkName()).normalize();
        links.put(name, at.toString().substring(1));
      } else if (entry.type() == EntryType.REGULAR && entry.size() > 0) {
        member(name, entry.size(), tar);
      }
    }
    return assemble();
  }

  private void member(String name, long size, TarReader tar) throws IOException {
    byte[] buffer = new byte[BUFFER];
    int count = fill(tar, buffer);
    boolean json = buffer[0] == '{' || buffer[0] == '[';
    if (json && size <= MAX_JSON) {
      kept += (int) size;
      if (kept > MAX_KEPT) {
        throw new EngineException(Reason.FAILED, "the engine exports too much that is no layer");
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (; count > 0; count = fill(tar, buffer)) {
        bytes.write(buffer, 0, count);
      }
      documents.put(name, bytes.toByteArray());
      return;
    }
    boolean gzip = (buffer[0] & 0xff) == 0x1f && (buffer[1] & 0xff) == 0x8b;
    Path file = Files.createTempFile(folder, "layer", "");
    MessageDigest hasher = Digest.sha256Hasher();
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), hasher)) {
      for (; count > 0; count = fill(tar, buffer)) {
        out.write(buffer, 0, count);
      }
    }
    layers.put(name, new Spooled(file, Digest.ofSha256(hasher), gzip));
  }

  private static int fill(TarReader tar, byte[] buffer) throws IOException {
    int filled = 0;
    while (filled < buffer.length) {
      int count = tar.read(buffer, filled, buffer.length - filled);
      if (count < 0) {
        break;
      }
      filled += count;
    }
    return filled;
  }

  private Image assemble() throws IOException {
    byte[] manifest = documents.get("manifest.json");
    if (manifest == null) {
      throw incomplete("its manifest");
    }
    JsonNode image = JsonReader.read(manifest, "manifest.json").path(0);
    byte[] document = documents.get(image.path("Config").asText());
    if (document == null) {
      throw incomplete("its config");
    }
    ImageConfig config = ImageConfig.parse(document);
    List<BlobSource> blobs = new ArrayList<>();
    for (JsonNode layer : image.path("Layers")) {
      if (blobs.size() == config.diffIds().size()) {
        throw incomplete("a diff id for each layer");
      }
      blobs.add(blob(layer.asText(), config.diffIds().get(blobs.size())));
    }
    return Image.assemble(form.family(Optional.empty()), config, blobs, form.annotations());
  }

  private BlobSource blob(String name, Digest diffId) throws IOException {
    BlobSource there = known.get(diffId);
    if (there != null) {
      return there;
    }
    Spooled layer = layers.get(links.getOrDefault(name, name));
    if (layer == null) {
      throw incomplete("layer " + name);
    }
    if (layer.gzip()) {
      Descriptor blob =
          Descriptor.of(MediaTypes.OCI_LAYER_GZIP, layer.digest(), Files.size(layer.file()));
      return BlobSource.ofFile(blob, layer.file());
    }
    if (!layer.digest().equals(diffId)) {
      throw new EngineException(
          Reason.FAILED, "the engine exports a layer " + layer.digest() + " instead of " + diffId);
    }
    // Layers alike, such as empty ones, are one file under several names.
    BlobSource done = compressed.get(layer.file());
    if (done == null) {
      done = compress(layer.file());
      compressed.put(layer.file(), done);
    }
    return done;
  }

  private BlobSource compress(Path layer) throws IOException {
    Path file = Files.createTempFile(folder, "layer", ".gz");
    MessageDigest hasher = Digest.sha256Hasher();
    try (OutputStream out =
        new GZIPOutputStream(new DigestOutputStream(Files.newOutputStream(file), hasher), BUFFER)) {
      Files.copy(layer, out);
    }
    Files.delete(layer);
    Digest digest = Digest.ofSha256(hasher);
    return BlobSource.ofFile(
        Descriptor.of(MediaTypes.OCI_LAYER_GZIP, digest, Files.size(file)), file);
  }

  private static EngineException incomplete(String what) {
    return new EngineException(Reason.FAILED, "the engine's export of the image lacks " + what);
  }
}
