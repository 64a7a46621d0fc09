package dev.janiko.registry.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.janiko.registry.Digest;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.HistoryEntry;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.MediaTypes.Compression;
import dev.janiko.registry.image.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Makes small, real images: each layer is a tar with one file of random bytes. */
public final class TestImages {
  private TestImages() {}

  public static Image random(long seed, int layers, int bytes) throws IOException {
    return random(Family.OCI, seed, layers, bytes);
  }

  public static Image random(Family family, long seed, int layers, int bytes) throws IOException {
    Random random = new Random(seed);
    ImageConfig config =
        ImageConfig.empty(Platform.parse("linux/amd64"))
            .withCreated(Instant.parse("2026-01-02T03:04:05Z"));
    config =
        config.withRun(
            config.run().withCmd(List.of("/bin/sh")).withEnv("SEED", Long.toString(seed)));
    List<BlobSource> blobs = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      byte[] content = new byte[bytes];
      random.nextBytes(content);
      byte[] tar = tar("file" + i, content);
      HistoryEntry entry =
          HistoryEntry.buildkit("COPY file" + i + " / # buildkit", false)
              .withCreated(Instant.parse("2026-01-02T03:04:05Z"));
      config = config.withLayer(Digest.sha256Of(tar)).withMoreHistory(List.of(entry));
      blobs.add(BlobSource.ofBytes(family.layerType(Compression.GZIP), gzip(tar)));
    }
    return Image.assemble(family, config, blobs);
  }

  private static byte[] tar(String name, byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, UTF_8.name())) {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(content.length);
      entry.setModTime(0);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    }
    return out.toByteArray();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
