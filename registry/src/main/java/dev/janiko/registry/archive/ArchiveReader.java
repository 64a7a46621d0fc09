package dev.janiko.registry.archive;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.MediaTypes.Compression;
import dev.janiko.registry.json.JsonReader;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.reference.InvalidReferenceException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/**
 * Reads docker archives, as {@code docker save} writes them. Layers that are not compressed there
 * are compressed into a work folder: registries are not sent plain tars. Not safe for use by
 * threads, but its images are.
 */
public final class ArchiveReader implements AutoCloseable {
  private static final int BUFFER = 128 << 10;
  private static final int MAGIC = 4;
  private static final int MAX_LINKS = 8;

  private final Path file;
  private final Path work;
  private final Path plain;
  private final TarFile tar;
  private final Map<String, TarArchiveEntry> entries = new HashMap<>();

  private ArchiveReader(Path file, Path work, Path plain) throws IOException {
    this.file = file;
    this.work = work;
    this.plain = plain;
    this.tar = new TarFile(plain.toFile());
    for (TarArchiveEntry entry : tar.getEntries()) {
      entries.put(normal(entry.getName()), entry);
    }
  }

  /**
   * Opens an archive, which may be compressed with gzip as a whole.
   *
   * @param work an empty folder for what must be unpacked; it is the caller's to remove
   * @throws IOException if it is no archive
   */
  public static ArchiveReader open(Path file, Path work) throws IOException {
    requireNonNull(work, "work is null");
    try {
      Path plain = file;
      if (isGzip(file)) {
        plain = work.resolve("archive.tar");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file), BUFFER);
            OutputStream out = Files.newOutputStream(plain)) {
          in.transferTo(out);
        }
      }
      return new ArchiveReader(file, work, plain);
    } catch (NoSuchFileException e) {
      throw RegistryException.of(Kind.NOT_FOUND, "there is no file " + file).cause(e).build();
    } catch (IOException | IllegalArgumentException e) {
      throw RegistryException.invalid(file + " is not a docker archive: " + e.getMessage(), e);
    }
  }

  private static boolean isGzip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == 0x1f && in.read() == 0x8b;
    }
  }

  /**
   * Reads an image.
   *
   * @param name a name that it has in the archive, or empty if the archive holds only one
   * @param family whose media types it gets
   * @throws IOException if there is none, or several, or it is not usable
   */
  public Image image(String name, Family family) throws IOException {
    JsonNode root = JsonReader.read(bytes("manifest.json"), "manifest.json of " + file);
    List<JsonNode> fitting = new ArrayList<>();
    for (JsonNode entry : root) {
      boolean named = name.isEmpty();
      for (JsonNode tag : entry.path("RepoTags")) {
        named |= same(tag.asText(""), name);
      }
      if (named) {
        fitting.add(entry);
      }
    }
    if (fitting.size() != 1) {
      throw RegistryException.of(
              Kind.NOT_FOUND,
              fitting.isEmpty()
                  ? "no image " + name + " in " + file
                  : file + " holds several images")
          .hint("name one of them: docker-archive:" + file + ":NAME:TAG")
          .build();
    }
    ImageConfig config = ImageConfig.parse(bytes(fitting.getFirst().path("Config").asText("")));
    List<BlobSource> layers = new ArrayList<>();
    for (JsonNode layer : fitting.getFirst().path("Layers")) {
      layers.add(layer(layer.asText(""), family));
    }
    try {
      return Image.assemble(family, config, layers);
    } catch (IllegalArgumentException e) {
      throw RegistryException.invalid("image in " + file + " is wrong: " + e.getMessage(), e);
    }
  }

  /** Some tools write names in full, some as people do. */
  private static boolean same(String tag, String name) {
    try {
      return tag.equals(name) || full(tag).equals(full(name));
    } catch (InvalidReferenceException e) {
      return false;
    }
  }

  private static String full(String name) {
    ImageReference reference = ImageReference.parse(name);
    return reference.withTag(reference.tagOrLatest()).toString();
  }

  private byte[] bytes(String name) throws IOException {
    TarArchiveEntry entry = entry(name);
    if (entry.getSize() > ImageConfig.MAX_BYTES) {
      throw RegistryException.invalid(name + " in " + file + " is too large");
    }
    try (InputStream in = tar.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  /** The entry of the name; layers that images share are links in older archives. */
  private TarArchiveEntry entry(String name) throws RegistryException {
    String at = normal(name);
    for (int links = 0; links <= MAX_LINKS; links++) {
      TarArchiveEntry entry = entries.get(at);
      if (entry == null) {
        break;
      }
      if (entry.isSymbolicLink()) {
        at = normal(at.substring(0, at.lastIndexOf('/') + 1) + entry.getLinkName());
      } else if (entry.isLink()) {
        at = normal(entry.getLinkName());
      } else {
        return entry;
      }
    }
    throw RegistryException.invalid(file + " is not a docker archive: it has no " + name);
  }

  private static String normal(String name) {
    return Path.of("/").resolve(name).normalize().toString().substring(1);
  }

  private BlobSource layer(String name, Family family) throws IOException {
    TarArchiveEntry entry = entry(name);
    try (InputStream in = new BufferedInputStream(opened(entry), BUFFER)) {
      byte[] start = in.readNBytes(MAGIC);
      InputStream whole = new SequenceInputStream(new ByteArrayInputStream(start), in);
      Compression compression = compression(start);
      if (compression == Compression.NONE) {
        return compressed(whole, family);
      }
      MessageDigest hasher = Digest.sha256Hasher();
      try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), hasher)) {
        whole.transferTo(out);
      }
      Descriptor blob =
          Descriptor.of(family.layerType(compression), Digest.ofSha256(hasher), entry.getSize());
      return BlobSource.of(blob, () -> opened(entry));
    }
  }

  private InputStream opened(TarArchiveEntry entry) throws IOException {
    InputStream in = Files.newInputStream(plain);
    in.skipNBytes(entry.getDataOffset());
    return new Section(in, entry.getSize());
  }

  /** So many bytes of a file of its own, so that several layers can be read at a time. */
  private static final class Section extends FilterInputStream {
    private long left;

    Section(InputStream in, long size) {
      super(in);
      this.left = size;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int n = in.read(into, offset, (int) Math.min(length, left));
      left -= Math.max(n, 0);
      return n;
    }

    @Override
    public long skip(long count) throws IOException {
      long n = in.skip(Math.min(count, left));
      left -= n;
      return n;
    }
  }

  private BlobSource compressed(InputStream plain, Family family) throws IOException {
    Path blob = Files.createTempFile(work, "layer", ".gz");
    MessageDigest hasher = Digest.sha256Hasher();
    try (OutputStream file = new DigestOutputStream(Files.newOutputStream(blob), hasher);
        OutputStream out = new GZIPOutputStream(file, BUFFER)) {
      plain.transferTo(out);
    }
    return BlobSource.ofFile(
        Descriptor.of(
            family.layerType(Compression.GZIP), Digest.ofSha256(hasher), Files.size(blob)),
        blob);
  }

  private static Compression compression(byte[] start) {
    if (start.length >= 2 && start[0] == 0x1f && (start[1] & 0xff) == 0x8b) {
      return Compression.GZIP;
    }
    boolean zstd =
        start.length == MAGIC
            && (start[0] & 0xff) == 0x28
            && (start[1] & 0xff) == 0xb5
            && start[2] == 0x2f
            && (start[3] & 0xff) == 0xfd;
    return zstd ? Compression.ZSTD : Compression.NONE;
  }

  /** Closes the file; blobs of images can no longer be read then. */
  @Override
  public void close() throws IOException {
    tar.close();
  }
}
