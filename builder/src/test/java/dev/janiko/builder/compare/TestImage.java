package dev.janiko.builder.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.tar.TarEntry;
import dev.janiko.builder.tar.TarWriter;
import dev.janiko.registry.Digest;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Family;
import dev.janiko.registry.image.HistoryEntry;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.MediaTypes;
import dev.janiko.registry.image.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/** An image in memory that is easily changed. */
record TestImage(List<Layer> layers, UnaryOperator<ImageConfig> config, boolean gzip) {
  static final Timestamp TIME = new Timestamp(1_700_000_000, 0);

  TestImage {
    layers = List.copyOf(layers);
  }

  /** A file of an archive. */
  record Member(TarEntry entry, String content) {
    Member with(UnaryOperator<TarEntry> change) {
      return new Member(change.apply(entry), content);
    }
  }

  /** A layer and what made it. */
  record Layer(String instruction, List<Member> members) {
    Layer {
      members = List.copyOf(members);
    }
  }

  static Member file(String name, String content) {
    return new Member(
        TarEntry.file(name, content.getBytes(UTF_8).length).withModified(TIME), content);
  }

  static Member member(TarEntry entry) {
    return new Member(entry.withModified(TIME), "");
  }

  TestImage withLayers(List<Layer> changed) {
    return new TestImage(changed, config, gzip);
  }

  TestImage withConfig(UnaryOperator<ImageConfig> change) {
    return new TestImage(layers, before -> change.apply(config.apply(before)), gzip);
  }

  TestImage compressed() {
    return new TestImage(layers, config, true);
  }

  /** The image with one member replaced, told by its name in the archive. */
  TestImage changing(String name, UnaryOperator<Member> change) {
    List<Layer> changed = new ArrayList<>();
    boolean found = false;
    for (Layer layer : layers) {
      List<Member> members = new ArrayList<>();
      for (Member member : layer.members()) {
        boolean it = member.entry().name().equals(name);
        found |= it;
        members.add(it ? change.apply(member) : member);
      }
      changed.add(new Layer(layer.instruction(), members));
    }
    if (!found) {
      throw new IllegalArgumentException(name);
    }
    return withLayers(changed);
  }

  /** The image with more in its last layer. */
  TestImage adding(Member... more) {
    List<Layer> changed = new ArrayList<>(layers);
    Layer last = changed.removeLast();
    List<Member> members = new ArrayList<>(last.members());
    members.addAll(List.of(more));
    changed.add(new Layer(last.instruction(), members));
    return withLayers(changed);
  }

  /** The image without a member. */
  TestImage without(String name) {
    return withLayers(
        layers.stream()
            .map(layer ->
                new Layer(
                    layer.instruction(),
                    layer.members().stream()
                        .filter(member -> !member.entry().name().equals(name))
                        .toList()))
            .toList());
  }

  Image image() {
    List<BlobSource> blobs = new ArrayList<>();
    List<Digest> diffIds = new ArrayList<>();
    List<HistoryEntry> history = new ArrayList<>();
    for (Layer layer : layers) {
      byte[] tar = tar(layer);
      diffIds.add(Digest.sha256Of(tar));
      blobs.add(
          gzip
              ? BlobSource.ofBytes(MediaTypes.OCI_LAYER_GZIP, gzip(tar))
              : BlobSource.ofBytes(MediaTypes.OCI_LAYER, tar));
      history.add(
          HistoryEntry.buildkit(layer.instruction(), false)
              .withCreated(Instant.parse("2026-01-02T03:04:05Z")));
    }
    history.add(
        HistoryEntry.buildkit("CMD [\"sh\"]", true)
            .withCreated(Instant.parse("2026-01-02T03:04:06Z")));
    ImageConfig plain =
        ImageConfig.empty(Platform.of("linux", "amd64"))
            .withCreated(Instant.parse("2026-01-02T03:04:06Z"))
            .withHistory(history);
    return Image.assemble(Family.OCI, config.apply(plain).withDiffIds(diffIds), blobs);
  }

  IndexedImage index() {
    try {
      return new ImageIndexer().index("test", image());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] tar(Layer layer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      TarWriter tar = new TarWriter(bytes);
      for (Member member : layer.members()) {
        tar.put(member.entry());
        byte[] content = member.content().getBytes(UTF_8);
        if (content.length > 0) {
          tar.write(content, 0, content.length);
        }
      }
      tar.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** An image with something of every kind. */
  static TestImage rich() {
    Layer base =
        new Layer(
            "ADD rootfs.tar /",
            List.of(
                member(TarEntry.directory("bin/")),
                file("bin/busybox", "busybox").with(e -> e.withMode(04755)),
                member(TarEntry.hardLink("bin/cat", "bin/busybox")),
                member(TarEntry.hardLink("bin/ls", "bin/busybox")),
                member(TarEntry.directory("etc/")),
                file("etc/passwd", "root:x:0:0"),
                file("etc/shadow", "root:*").with(e -> e.withMode(0600)),
                member(TarEntry.symlink("etc/mtab", "/proc/mounts")),
                member(TarEntry.directory("dev/")),
                member(
                    TarEntry.of("dev/null", dev.janiko.builder.tar.EntryType.CHARACTER_DEVICE, 0666)
                        .withDevice(1, 3)),
                member(TarEntry.of("dev/pipe", dev.janiko.builder.tar.EntryType.FIFO, 0600)),
                member(TarEntry.directory("cache/")),
                file("cache/one", "1"),
                file("cache/two", "22")));
    Layer made =
        new Layer(
            "RUN make",
            List.of(
                member(TarEntry.directory("app/")),
                file("app/server", "binary")
                    .with(e ->
                        e.withOwner(1000, 1000)
                            .withXattrs(
                                Map.of("security.capability", new byte[] {1, 0, 0, 2, -128, 4}))),
                file("app/empty", ""),
                member(TarEntry.directory("cache/")),
                member(TarEntry.file("cache/.wh.one", 0))));
    return new TestImage(
        List.of(base, made),
        config ->
            config
                .withAuthor("someone")
                .withRun(
                    config
                        .run()
                        .withEnv(List.of("PATH=/bin", "LANG=C"))
                        .withCmd(List.of("sh"))
                        .withEntrypoint(List.of("/app/server"))
                        .withUser("1000")
                        .withWorkingDir("/app")
                        .withExposedPorts(List.of("80/tcp"))
                        .withVolumes(List.of("/data"))
                        .withLabels(Map.of("version", "1"))
                        .withStopSignal("SIGTERM")
                        .withShell(List.of("/bin/sh", "-c"))),
        false);
  }
}
