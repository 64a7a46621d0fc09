package dev.janiko.builder.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.copy.CopyRules.Manner;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.tar.TarEntry;
import dev.janiko.builder.tar.TarWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Needs root, as copies get owners. */
final class CopyMannersTest {
  private static final Manner PLAIN = new Manner(false, false, false);
  private static final Manner UNPACKS = new Manner(true, false, false);
  private static final Manner LINKED = new Manner(false, true, false);

  @TempDir private Path folder;
  private Path context = Path.of("");
  private Path root = Path.of("");

  @BeforeEach
  void makeFolders() throws IOException {
    context = Files.createDirectory(folder.resolve("context"));
    root = Files.createDirectory(folder.resolve("root"));
  }

  private static CopyRules rules(Manner manner) {
    return new CopyRules(
        Optional.of(Owner.ROOT), false, Optional.empty(), Exclusions.none(), manner);
  }

  private void copy(String source, String destination, CopyRules rules) throws IOException {
    try (RootFs from = RootFs.open(context);
        RootFs to = RootFs.open(root)) {
      boolean isFolder = destination.endsWith("/");
      new Copier(to)
          .copy(
              new CopyRequest(
                  from,
                  Exclusions.none(),
                  List.of(source),
                  List.of(),
                  new CopyRequest.Destination(UnixPath.of(destination), isFolder),
                  rules));
    }
  }

  private void file(Path path, String content) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private static Object attribute(Path path, String name) throws IOException {
    Object value = Files.getAttribute(path, "unix:" + name, LinkOption.NOFOLLOW_LINKS);
    return name.equals("mode") ? Integer.toOctalString((int) value & 07777) : value;
  }

  /** A compression of an archive. */
  private interface Compression {
    OutputStream over(OutputStream out) throws IOException;
  }

  private void archive(String name, Compression compression) throws IOException {
    byte[] content = "content".getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(bytes);
    tar.put(TarEntry.directory("sub").withMode(0700).withOwner(7, 8));
    tar.put(TarEntry.file("sub/.wh.file", content.length).withMode(0640).withOwner(5, 6));
    tar.write(content, 0, content.length);
    tar.finish();
    try (OutputStream out = compression.over(Files.newOutputStream(context.resolve(name)))) {
      bytes.writeTo(out);
    }
  }

  @Test
  void archivesAreUnpackedHoweverTheyAreCompressedAndNamed() throws IOException {
    archive("a", out -> out);
    archive("b", GZIPOutputStream::new);
    archive("c", BZip2CompressorOutputStream::new);
    archive("d", out -> new XZOutputStream(out, new LZMA2Options(1)));
    for (String name : List.of("a", "b", "c", "d")) {
      copy(name, "/to-" + name, rules(UNPACKS));
      Path folder = root.resolve("to-" + name).resolve("sub");
      Path made = folder.resolve(".wh.file");
      assertThat(made).hasContent("content");
      assertThat(attribute(made, "mode")).isEqualTo("640");
      assertThat(attribute(made, "uid")).isEqualTo(5);
      assertThat(attribute(folder, "gid")).isEqualTo(8);
    }
  }

  @Test
  void aChosenOwnerIsAlsoThatOfWhatAnArchiveHolds() throws IOException {
    archive("a.tar", out -> out);
    copy(
        "a.tar",
        "/x/",
        new CopyRules(
            Optional.of(new Owner(3, 4)), true, Optional.empty(), Exclusions.none(), UNPACKS));
    assertThat(attribute(root.resolve("x/sub/.wh.file"), "uid")).isEqualTo(3);
    assertThat(attribute(root.resolve("x"), "gid")).isEqualTo(4);
  }

  @Test
  void whatIsNoArchiveIsCopiedAsItIs() throws IOException {
    file(context.resolve("empty.tar.gz"), "");
    file(context.resolve("text.tar"), "no archive");
    Files.write(context.resolve("cut.gz"), new byte[] {0x1f, (byte) 0x8b, 8});
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(context.resolve("text.gz")))) {
      out.write("text".getBytes(StandardCharsets.UTF_8));
    }
    for (String name : List.of("empty.tar.gz", "text.tar", "cut.gz", "text.gz")) {
      copy(name, "/to/", rules(UNPACKS));
      assertThat(root.resolve("to").resolve(name)).hasSameBinaryContentAs(context.resolve(name));
    }
  }

  @Test
  void archivesOfAnUnsupportedCompressionAreRefused() throws IOException {
    Files.write(context.resolve("a.tar.zst"), new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0});
    assertThatThrownBy(() -> copy("a.tar.zst", "/", rules(UNPACKS)))
        .isInstanceOf(CopyException.class)
        .hasMessageContaining("zstd");
  }

  @Test
  void aHostileArchiveCannotLeaveTheDestination() throws IOException {
    try (OutputStream out = Files.newOutputStream(context.resolve("a.tar"))) {
      TarWriter tar = new TarWriter(out);
      tar.put(TarEntry.file("../out", 0));
      tar.finish();
    }
    assertThatThrownBy(() -> copy("a.tar", "/x/", rules(UNPACKS)))
        .isInstanceOf(CopyException.class)
        .hasMessageContaining("leads out of the root");
    assertThat(root.resolve("out")).doesNotExist();
  }

  @Test
  void patternsExcludeWhatIsInFoldersButNothingThatIsNamed() throws IOException {
    file(context.resolve("d/keep.md"), "1");
    file(context.resolve("d/a.txt"), "2");
    file(context.resolve("d/sub/b.txt"), "3");
    Exclusions texts =
        new Exclusions() {
          @Override
          public boolean excludes(String path) {
            return path.equals("a.txt") || path.equals("sub/b.txt");
          }

          @Override
          public boolean mayIncludeBelow(String directory) {
            return false;
          }
        };
    CopyRules rules = new CopyRules(Optional.of(Owner.ROOT), false, Optional.empty(), texts, PLAIN);
    copy("d", "/x", rules);
    copy("d/a.txt", "/y/", rules);
    assertThat(root.resolve("x/keep.md")).exists();
    assertThat(root.resolve("x/a.txt")).doesNotExist();
    assertThat(root.resolve("x/sub")).isEmptyDirectory();
    assertThat(root.resolve("y/a.txt")).exists();
  }

  @Test
  void symbolicModesAreForFilesFoldersAndWhatIsMadeOnTheWay() throws IOException {
    file(context.resolve("d/f"), "1");
    Files.setPosixFilePermissions(
        context.resolve("d/f"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    copy(
        "d",
        "/on/way",
        new CopyRules(
            Optional.of(Owner.ROOT), false, FileMode.parse("go=rX"), Exclusions.none(), PLAIN));
    assertThat(attribute(root.resolve("on/way/f"), "mode")).isEqualTo("644");
    assertThat(attribute(root.resolve("on"), "mode")).isEqualTo("755");
  }

  @Test
  void aLinkedCopyReplacesWhatIsInItsWay() throws IOException {
    file(context.resolve("f"), "new");
    file(context.resolve("d/s/g"), "new");
    Files.createDirectories(root.resolve("real"));
    Files.createSymbolicLink(root.resolve("link"), Path.of("real"));
    Files.createDirectories(root.resolve("folder/f/below"));
    Files.createDirectories(root.resolve("t"));
    Files.createSymbolicLink(root.resolve("t/s"), Path.of("/real"));
    copy("f", "/link/", rules(LINKED));
    copy("f", "/folder/f", rules(LINKED));
    copy("d", "/t", rules(LINKED));
    assertThat(root.resolve("real")).isEmptyDirectory();
    assertThat(Files.isDirectory(root.resolve("link"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(root.resolve("link/f")).hasContent("new");
    assertThat(root.resolve("folder/f")).hasContent("new");
    assertThat(root.resolve("t/s/g")).hasContent("new");
  }

  @Test
  void foldersOnTheWayOfALinkedCopyBecomePlainOnes() throws IOException {
    file(context.resolve("f"), "new");
    Files.createDirectory(root.resolve("tmp"));
    Files.setAttribute(root.resolve("tmp"), "unix:mode", 01777);
    copy("f", "/tmp/", rules(LINKED));
    assertThat(attribute(root.resolve("tmp"), "mode")).isEqualTo("755");
  }
}
