package dev.janiko.builder.rootfs;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.tar.EntryType;
import dev.janiko.builder.tar.TarEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever layers say is on the disk, to the byte and the nanosecond: random archives of everything
 * that archives can hold, beside a model of what they mean.
 */
final class OddTreeTest {
  private static final int SEEDS = 25;
  private static final int LAYERS = 4;
  private static final List<EntryType> TYPES = List.of(EntryType.values());
  private static final byte[] CAPABILITY =
      HexFormat.of().parseHex("0100000200040000000000000000000000000000");

  @TempDir Path temp;

  /** What is at a path; names of one file share an identity. */
  private record Node(TarEntry entry, String content, Object identity) {}

  private Random random = new Random(0);
  private final TreeMap<String, Node> model = new TreeMap<>();

  @Test
  void layersMeanWhatTheySay() throws Exception {
    long first = Long.getLong("janiko.seed", 20261121);
    for (long seed = first; seed < first + SEEDS; seed++) {
      random = new Random(seed);
      model.clear();
      Path root = Files.createDirectory(temp.resolve("root-" + seed));
      for (int layer = 0; layer < LAYERS; layer++) {
        Unpacker.unpack(layer().open(), root, UnpackOptions.apply());
        assertThat(differences(found(root), expected()))
            .as("-Djaniko.seed=%d, layer %d", seed, layer)
            .isEmpty();
      }
    }
  }

  private static List<String> differences(Map<String, String> found, Map<String, String> expected) {
    Set<String> paths = new TreeSet<>(found.keySet());
    paths.addAll(expected.keySet());
    return paths.stream()
        .filter(path -> !Objects.equals(found.get(path), expected.get(path)))
        .map(path -> path + ": " + found.get(path) + "\n  expected " + expected.get(path))
        .map(text -> text.replaceAll("[^\\x20-\\x7e\\n]", "?"))
        .toList();
  }

  private Archive layer() throws IOException {
    Archive archive = new Archive();
    // What a layer removes is of the layers below it.
    for (String path : List.copyOf(model.keySet())) {
      if (model.containsKey(path) && random.nextInt(8) == 0) {
        remove(archive, path);
      }
    }
    for (int i = 0; i < 25; i++) {
      add(archive);
    }
    return archive;
  }

  private void remove(Archive archive, String path) throws IOException {
    boolean folder = requireNonNull(model.get(path)).entry().type() == EntryType.DIRECTORY;
    int slash = path.lastIndexOf('/') + 1;
    if (folder && random.nextBoolean()) {
      archive.whiteout(path + "/.wh..wh..opq");
    } else {
      archive.whiteout(path.substring(0, slash) + ".wh." + path.substring(slash));
      model.remove(path);
    }
    model.subMap(path + "/", path + "0").clear();
  }

  private void add(Archive archive) throws IOException {
    String path = path();
    Node old = model.get(path);
    EntryType type = TYPES.get(random.nextInt(TYPES.size()));
    if (type == EntryType.HARD_LINK) {
      List<String> files = files();
      if (old == null && !files.isEmpty()) {
        String target = files.get(random.nextInt(files.size()));
        archive.hardLink(path, target);
        model.put(path, requireNonNull(model.get(target)));
      }
      return;
    }
    if (old != null
        && (old.entry().type() == EntryType.DIRECTORY) != (type == EntryType.DIRECTORY)) {
      return;
    }
    String content = type == EntryType.REGULAR ? content() : "";
    TarEntry entry = entry(path, type, content.length());
    archive.add(entry, content);
    // A folder that is there keeps the attributes that the layer does not name, as docker has it.
    Map<String, byte[]> xattrs = new HashMap<>(old == null ? Map.of() : old.entry().xattrs());
    if (type != EntryType.DIRECTORY) {
      xattrs.clear();
    }
    xattrs.putAll(entry.xattrs());
    model.put(path, new Node(entry.withXattrs(xattrs), content, new Object()));
  }

  private List<String> files() {
    return model.entrySet().stream()
        .filter(at -> at.getValue().entry().type() != EntryType.DIRECTORY)
        .map(Map.Entry::getKey)
        .toList();
  }

  private TarEntry entry(String path, EntryType type, int length) {
    TarEntry entry =
        type == EntryType.REGULAR
            ? TarEntry.file(path, length)
            : type == EntryType.SYMLINK
                ? TarEntry.symlink(path, name() + "/../" + name())
                : TarEntry.of(path, type, 0);
    if (type == EntryType.CHARACTER_DEVICE || type == EntryType.BLOCK_DEVICE) {
      entry = entry.withDevice(random.nextInt(4096), 1 + random.nextInt(1_000_000));
    }
    long uid = random.nextBoolean() ? random.nextInt(3) : random.nextLong(0xffff_ffffL);
    entry =
        entry
            .withMode(type == EntryType.SYMLINK ? 0777 : random.nextInt(010000))
            .withOwner(uid, random.nextLong(0xffff_ffffL))
            .withModified(
                new Timestamp(
                    random.nextLong(1L << 33) - (1L << 30), random.nextInt(1_000_000_000)));
    Map<String, byte[]> xattrs = new HashMap<>();
    if (type == EntryType.REGULAR && random.nextInt(3) == 0) {
      xattrs.put("security.capability", CAPABILITY);
    }
    if ((type == EntryType.REGULAR || type == EntryType.DIRECTORY) && random.nextInt(3) == 0) {
      byte[] value = new byte[random.nextInt(60)];
      random.nextBytes(value);
      xattrs.put("user.odd\u00ff" + random.nextInt(3), value);
    }
    if (type == EntryType.FIFO && random.nextBoolean()) {
      xattrs.put("trusted.odd", new byte[] {'=', '\n', 0, 1});
    }
    return entry.withXattrs(xattrs);
  }

  private String content() {
    byte[] bytes = new byte[random.nextInt(5) == 0 ? 300_000 : random.nextInt(1500)];
    random.nextBytes(bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private String path() {
    List<String> folders = new ArrayList<>(List.of(""));
    model.forEach((path, node) -> {
      if (node.entry().type() == EntryType.DIRECTORY && path.length() < 1500) {
        folders.add(path + "/");
      }
    });
    return folders.get(random.nextInt(folders.size())) + name();
  }

  /** A few short names, so that layers meet; and long ones of any bytes. */
  private String name() {
    if (random.nextInt(3) != 0) {
      return "n" + random.nextInt(9);
    }
    StringBuilder name = new StringBuilder("x");
    int length = random.nextInt(random.nextInt(4) == 0 ? 254 : 8);
    for (int i = 0; i < length; i++) {
      char c = (char) (1 + random.nextInt(255));
      name.append(c == '/' ? '_' : c);
    }
    return name.toString();
  }

  private Map<String, String> expected() {
    Map<Object, String> firsts = new HashMap<>();
    Map<String, String> lines = new TreeMap<>();
    model.forEach((path, node) -> {
      TarEntry entry = node.entry();
      String first = firsts.computeIfAbsent(node.identity(), same -> path);
      String device = entry.devMajor() + ":" + entry.devMinor();
      lines.put(
          path,
          line(
              entry.type().toString(),
              Integer.toOctalString(entry.mode()),
              entry.uid() + ":" + entry.gid(),
              entry.type() == EntryType.DIRECTORY ? "" : entry.mtime() + " is " + first,
              device,
              entry.linkName(),
              xattrs(entry.xattrs()),
              Integer.toString(node.content().hashCode())));
    });
    return lines;
  }

  private static Map<String, String> found(Path root) throws IOException {
    Map<String, String> lines = new TreeMap<>();
    Map<Long, String> firsts = new HashMap<>();
    try (Dir dir = Dir.open(root)) {
      collect(dir, "", lines);
    }
    // The first name of a file is known when all are.
    try (Dir dir = Dir.open(root)) {
      Map<String, Stat> stats = new TreeMap<>();
      stats(dir, "", stats);
      stats.forEach((path, stat) -> {
        String first = firsts.computeIfAbsent(stat.inode(), same -> path);
        lines.computeIfPresent(path, (at, line) -> line.replace(" is ?", " is " + first));
      });
    }
    return lines;
  }

  private static void stats(Dir dir, String prefix, Map<String, Stat> stats) throws IOException {
    for (DirEntry entry : dir.entries()) {
      stats.put(prefix + entry.name(), entry.stat());
      if (entry.stat().isDirectory()) {
        try (Dir below = dir.openDir(entry.name())) {
          stats(below, prefix + entry.name() + "/", stats);
        }
      }
    }
  }

  private static void collect(Dir dir, String prefix, Map<String, String> lines)
      throws IOException {
    for (DirEntry entry : dir.entries()) {
      Stat stat = entry.stat();
      String name = entry.name();
      lines.put(
          prefix + name,
          line(
              stat.type().toString(),
              Integer.toOctalString(stat.mode()),
              stat.uid() + ":" + stat.gid(),
              stat.isDirectory() ? "" : stat.mtime() + " is ?",
              stat.rdevMajor() + ":" + stat.rdevMinor(),
              dir.findLink(name).orElse(""),
              xattrs(dir.xattrs(name)),
              Integer.toString((stat.isRegular() ? read(dir, name) : "").hashCode())));
      if (stat.isDirectory()) {
        try (Dir below = dir.openDir(name)) {
          collect(below, prefix + name + "/", lines);
        }
      }
    }
  }

  private static String line(String... parts) {
    return String.join(" | ", parts);
  }

  private static String xattrs(Map<String, byte[]> xattrs) {
    Map<String, String> sorted = new TreeMap<>();
    xattrs.forEach((name, value) -> sorted.put(name, HexFormat.of().formatHex(value)));
    return sorted.toString();
  }

  private static String read(Dir dir, String name) throws IOException {
    StringBuilder content = new StringBuilder();
    byte[] buffer = new byte[1 << 16];
    try (OpenFile file = dir.openFile(name)) {
      for (int n = file.read(buffer, 0, buffer.length);
          n > 0;
          n = file.read(buffer, 0, buffer.length)) {
        content.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
      }
    }
    return content.toString();
  }
}
