package dev.janiko.builder.support;

import dev.janiko.builder.tar.TarEntry;
import dev.janiko.builder.tar.TarWriter;
import dev.janiko.registry.Digest;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.MediaTypes.Compression;
import dev.janiko.registry.image.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** A small image being made, layer by layer. */
public final class TestImage {
  private static final Path BUSYBOX = Path.of("/bin/busybox");

  private final List<BlobSource> layers = new ArrayList<>();
  private ImageConfig config = ImageConfig.empty(Platform.host());

  /** Fills an archive. */
  public interface Content {
    void write(TarWriter tar) throws IOException;
  }

  /** One that has a shell, and a file {@code /etc/marker}. */
  public static TestImage busybox(String marker) throws IOException {
    byte[] binary = Files.readAllBytes(BUSYBOX);
    return new TestImage()
        .layer(tar -> {
          tar.put(TarEntry.directory("bin"));
          tar.put(TarEntry.file("bin/busybox", binary.length).withMode(0755));
          tar.write(binary, 0, binary.length);
          for (String applet : List.of("sh", "cat", "echo", "rm", "mkdir", "test", "ls", "ln")) {
            tar.put(TarEntry.symlink("bin/" + applet, "busybox"));
          }
        })
        .layer("etc/marker", marker);
  }

  /** A layer with one file. */
  public TestImage layer(String file, String text) throws IOException {
    return layer(tar -> add(tar, file, text));
  }

  /** A layer. */
  public TestImage layer(Content content) throws IOException {
    byte[] tar = tar(content);
    return layer(tar, Digest.sha256Of(tar));
  }

  /** A layer that its config calls by a diff id, right or wrong. */
  public TestImage layer(byte[] tar, Digest diffId) throws IOException {
    layers.add(BlobSource.ofBytes(Family.OCI.layerType(Compression.GZIP), gzip(tar)));
    config = config.withLayer(diffId);
    return this;
  }

  /** This image with another config. */
  public TestImage with(java.util.function.UnaryOperator<ImageConfig> change) {
    config = change.apply(config);
    return this;
  }

  /** The image as it is now. */
  public Image image() {
    return Image.assemble(Family.OCI, config, layers);
  }

  /** Writes a file of text. */
  public static void add(TarWriter tar, String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    tar.put(TarEntry.file(name, bytes.length));
    tar.write(bytes, 0, bytes.length);
  }

  /** An archive. */
  public static byte[] tar(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(bytes);
    content.write(tar);
    tar.finish();
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
