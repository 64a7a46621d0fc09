package dev.janiko.builder.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.linux.Timestamp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TarTest {
  private static final List<EntryType> TYPES = List.of(EntryType.values());
  private static final byte[] CAPABILITY = {1, 0, 0, 2, (byte) 0x80, '\n', '=', 0, (byte) 0xff};

  @Test
  void everyEntryComesBackAsItWasWritten() throws Exception {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<TarEntry> entries = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        entries.add(randomEntry(random));
      }
      byte[] archive = write(entries);
      assertThat(archive.length % 512).isZero();
      TarReader reader = new TarReader(new ByteArrayInputStream(archive));
      for (TarEntry expected : entries) {
        TarEntry actual = reader.next().orElseThrow();
        assertThat(describe(actual)).as("seed %d", seed).isEqualTo(describe(expected));
        assertThat(content(reader)).isEqualTo(contentOf(expected));
      }
      assertThat(reader.next()).isEmpty();
      assertThat(reader.next()).isEmpty();
    }
  }

  private static TarEntry randomEntry(Random random) {
    EntryType type = TYPES.get(random.nextInt(TYPES.size()));
    String name = randomName(random) + (type == EntryType.DIRECTORY ? "/" : "");
    TarEntry entry =
        type == EntryType.REGULAR
            ? TarEntry.file(name, random.nextInt(2000))
            : TarEntry.of(name, type, 0);
    entry =
        entry
            .withMode(random.nextInt(010000))
            .withOwner(random.nextInt(1 << 22), random.nextLong(0xffff_ffffL))
            .withModified(Timestamp.ofSeconds(random.nextLong(1L << 36) - (1L << 34)));
    if (type == EntryType.SYMLINK || type == EntryType.HARD_LINK) {
      entry = entry.withLinkName(randomName(random));
    }
    if (type == EntryType.CHARACTER_DEVICE || type == EntryType.BLOCK_DEVICE) {
      entry = entry.withDevice(random.nextInt(4096), random.nextInt(1 << 20));
    }
    return random.nextInt(4) == 0
        ? entry.withXattrs(Map.of("security.capability", CAPABILITY))
        : entry;
  }

  private static String randomName(Random random) {
    StringBuilder name = new StringBuilder();
    int length = 1 + random.nextInt(random.nextBoolean() ? 20 : 300);
    boolean ascii = random.nextBoolean();
    for (int i = 0; i < length; i++) {
      boolean slash = i > 0 && i < length - 1 && random.nextInt(10) == 0;
      name.append(slash ? '/' : (char) (1 + random.nextInt(ascii ? 126 : 255)));
    }
    return name.toString().replaceAll("/+", "/").replaceAll("^/|/$", "x");
  }

  private static String describe(TarEntry entry) {
    StringBuilder text = new StringBuilder();
    entry.xattrs().forEach((key, value) -> text.append(key).append(Arrays.toString(value)));
    return entry.withXattrs(Map.of()) + text.toString();
  }

  private static byte[] contentOf(TarEntry entry) {
    byte[] content = new byte[(int) entry.size()];
    new Random(entry.size()).nextBytes(content);
    return content;
  }

  private static byte[] write(List<TarEntry> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(out);
    for (TarEntry entry : entries) {
      writer.put(entry);
      writer.write(contentOf(entry), 0, (int) entry.size());
    }
    writer.finish();
    return out.toByteArray();
  }

  private static byte[] content(TarReader reader) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    byte[] buffer = new byte[700];
    for (int count = reader.read(buffer, 0, 700); count >= 0; count = reader.read(buffer, 0, 700)) {
      content.write(buffer, 0, count);
    }
    return content.toByteArray();
  }

  @Test
  void anEmptyArchiveIsTwoZeroBlocks() throws Exception {
    assertThat(write(List.of())).isEqualTo(new byte[1024]);
    assertThat(new TarReader(new ByteArrayInputStream(new byte[0])).next()).isEmpty();
  }

  @Test
  void plainEntriesNeedNoPaxHeader() throws Exception {
    byte[] archive = write(List.of(TarEntry.directory("usr/bin").withOwner(2_097_151, 0)));
    assertThat(archive).hasSize(512 + 1024);
    assertThat(new String(archive, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("usr/bin/");
    assertThat(new String(archive, 257, 8, StandardCharsets.US_ASCII)).isEqualTo("ustar\00000");
    assertThat(new String(archive, 100, 8, StandardCharsets.US_ASCII)).isEqualTo("0000755\0");
  }

  @Test
  void archivesCutAnywhereAreRefusedAndNeverRunOn() throws Exception {
    TarEntry entry = TarEntry.file("n".repeat(150), 1000).withXattrs(Map.of("user.a", CAPABILITY));
    byte[] archive = write(List.of(entry));
    for (int length = 1; length < archive.length - 1024; length++) {
      byte[] cut = Arrays.copyOf(archive, length);
      assertThatThrownBy(() -> readAll(cut))
          .as("length %d", length)
          .isInstanceOf(TarException.class);
    }
  }

  private static void readAll(byte[] archive) throws IOException {
    TarReader reader = new TarReader(new ByteArrayInputStream(archive));
    while (reader.next().isPresent()) {
      content(reader);
    }
  }

  @Test
  void damagedArchivesAreRefusedWithoutOtherErrors() throws Exception {
    TarEntry entry = TarEntry.file("n".repeat(150), 1000).withOwner(1L << 30, 0);
    byte[] archive = write(List.of(entry, TarEntry.symlink("a", "b")));
    for (int seed = 0; seed < 3000; seed++) {
      byte[] damaged = archive.clone();
      Random random = new Random(seed);
      for (int i = 0; i < 1 + random.nextInt(5); i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        readAll(damaged);
      } catch (TarException expected) {
        assertThat(expected.getMessage()).as("seed %d", seed).isNotEmpty();
      }
    }
  }

  @Test
  void hugeExtendedHeadersAreRefusedBeforeTheyAreRead() {
    byte[] header = header('x', "00007777777\0", "x");
    assertThatThrownBy(() -> readAll(header))
        .isInstanceOf(TarException.class)
        .hasMessageContaining("allowed are 1048576");
    assertThatThrownBy(() -> readAll(header('L', "00000017777\0", "x")))
        .hasMessageContaining("allowed are 4097");
  }

  @Test
  void ownersThatWouldWrapAroundAreRefused() {
    byte[] header = header('0', "00000000000\0", "x");
    byte[] uid = {(byte) 0x80, 0, 0, 1, 0, 0, 0, 0};
    System.arraycopy(uid, 0, header, 108, 8);
    seal(header);
    assertThatThrownBy(() -> readAll(header)).hasMessageContaining("4294967296 is out of range");
  }

  private static byte[] header(char type, String size, String name) {
    byte[] header = new byte[512];
    byte[] text = name.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(text, 0, header, 0, text.length);
    System.arraycopy(size.getBytes(StandardCharsets.US_ASCII), 0, header, 124, 12);
    header[156] = (byte) type;
    seal(header);
    return header;
  }

  private static void seal(byte[] header) {
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    byte[] digits = String.format("%06o\0", sum).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digits, 0, header, 148, 7);
  }

  @Test
  void writingLessThanTheSizeIsRefused() throws Exception {
    TarWriter writer = new TarWriter(new ByteArrayOutputStream());
    writer.put(TarEntry.file("f", 3));
    assertThatThrownBy(() -> writer.write(new byte[4], 0, 4))
        .isInstanceOf(IllegalStateException.class);
    writer.write(new byte[2], 0, 2);
    assertThatThrownBy(writer::finish).hasMessage("1 bytes of content are missing");
  }
}
