package dev.janiko.builder.tar;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.linux.Timestamp;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against GNU tar and Python's tarfile as independent readers and writers. */
final class OtherTarsTest {
  private static final String LONG = "d".repeat(90) + "/" + "f".repeat(120);

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--format=gnu",
        "--format=posix",
        "--format=oldgnu",
        "--format=gnu --sparse",
        "--format=posix --sparse --sparse-version=0.0",
        "--format=posix --sparse --sparse-version=0.1",
        "--format=posix --sparse --sparse-version=1.0"
      })
  void readsWhatGnuTarWrites(String options) throws Exception {
    Path tree = Files.createDirectory(temp.resolve("tree"));
    Files.createDirectory(tree.resolve("d".repeat(90)));
    Files.writeString(tree.resolve(LONG), "long");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("../".repeat(60) + "x"));
    Files.createLink(tree.resolve("same"), tree.resolve(LONG));
    byte[] sparse = sparseFile(tree.resolve("sparse"));
    Files.setLastModifiedTime(
        tree.resolve("sparse"), FileTime.from(Instant.ofEpochSecond(1_700_000_000L, 123_456_789)));
    List<String> command = new ArrayList<>(List.of("tar", "--sort=name"));
    command.addAll(List.of(options.split(" ", -1)));
    command.addAll(List.of("-cf", "../a.tar", "d".repeat(90), "link", "same", "sparse"));
    run(tree, command);

    Map<String, TarEntry> entries = new TreeMap<>();
    byte[] content = new byte[sparse.length];
    int length = 0;
    try (InputStream in = Files.newInputStream(temp.resolve("a.tar"))) {
      TarReader reader = new TarReader(in);
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        TarEntry entry = next.get();
        entries.put(entry.name(), entry);
        if (entry.name().equals("sparse")) {
          for (int n = reader.read(content, 0, content.length);
              n > 0;
              n = reader.read(content, length, content.length - length)) {
            length += n;
          }
        }
      }
    }
    assertThat(entries).containsOnlyKeys("d".repeat(90) + "/", LONG, "link", "same", "sparse");
    assertThat(requireNonNull(entries.get("link")).linkName()).isEqualTo("../".repeat(60) + "x");
    assertThat(requireNonNull(entries.get("same")).linkName()).isEqualTo(LONG);
    assertThat(requireNonNull(entries.get("sparse")).size()).isEqualTo(sparse.length);
    assertThat(content).isEqualTo(sparse);
    assertThat(requireNonNull(entries.get("sparse")).mtime())
        .isEqualTo(new Timestamp(1_700_000_000L, options.contains("posix") ? 123_456_789 : 0));
  }

  private static byte[] sparseFile(Path path) throws IOException {
    byte[] content = new byte[3_000_000];
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(content.length);
      for (int i = 0; i < 28; i++) {
        int at = 8192 + i * 100_000;
        Arrays.fill(content, at, at + 5000, (byte) (i + 1));
        file.seek(at);
        file.write(content, at, 5000);
      }
    }
    return content;
  }

  @Test
  void othersReadWhatWeWrite() throws Exception {
    byte[] capability = {1, 0, 0, 2, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    try (OutputStream out = Files.newOutputStream(temp.resolve("a.tar"))) {
      TarWriter writer = new TarWriter(out);
      writer.put(TarEntry.directory("d").withMode(01777).withModified(Timestamp.ofSeconds(-9)));
      writer.put(
          TarEntry.file("d/caf\u00e9\u00ff", 3)
              .withXattrs(Map.of("security.capability", capability)));
      writer.write("abc".getBytes(StandardCharsets.US_ASCII), 0, 3);
      writer.put(TarEntry.hardLink("d/" + LONG, "d/caf\u00e9\u00ff").withOwner(3_000_000_000L, 1));
      writer.put(TarEntry.of("d/dev", EntryType.BLOCK_DEVICE, 0600).withDevice(259, 1_048_575));
      writer.finish();
    }
    Files.createDirectory(temp.resolve("out"));
    run(temp.resolve("out"), List.of("tar", "--xattrs", "--xattrs-include=*", "-xf", "../a.tar"));
    String python =
        """
        import tarfile
        for m in tarfile.open('a.tar', encoding='latin-1'):
            print(repr(m.name), oct(m.mode), m.uid, m.gid, m.size, m.mtime, repr(m.linkname), m.type, m.devmajor, m.devminor)
        """;
    String listing = run(temp, List.of("python3", "-c", python));
    assertThat(listing)
        .contains("'d' 0o1777 0 0 0 -9")
        .contains("'d/dev' 0o600 0 0 0 0 '' b'4' 259 1048575")
        .contains("3000000000 1 0");
    String stat = run(temp.resolve("out"), List.of("sh", "-c", "stat -c '%a %Y' d; cat d/caf*"));
    assertThat(stat).isEqualTo("1777 -9\nabc");
    try (var dir = dev.janiko.builder.linux.Dir.open(temp.resolve("out/d"))) {
      assertThat(dir.names()).contains("caf\u00e9\u00ff");
      assertThat(dir.xattr("caf\u00e9\u00ff", "security.capability")).contains(capability);
    }
  }

  private static String run(Path folder, List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
    return output;
  }
}
