package dev.janiko.cli.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.builder.tar.EntryType;
import dev.janiko.builder.tar.TarEntry;
import dev.janiko.builder.tar.TarWriter;
import dev.janiko.registry.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tree of every oddity that images can hold is read out of our layers by other programs as it was
 * put in: by the engine, skopeo, umoci and buildah. {@code -Djaniko.seed=} chooses the tree.
 */
class ReadersIT {
  private static final byte[] CAPABILITY =
      HexFormat.of().parseHex("0100000200040000000000000000000000000000");
  private static final String TREE = "tree/";

  @TempDir private Path work;

  @Test
  void otherProgramsReadWhatWasPutIn() throws Exception {
    long seed = Long.getLong("janiko.seed", 20261121);
    Parts parts = Parts.read();
    Sandboxes sandboxes = new Sandboxes(work, parts);
    Path context = context(seed, parts);
    Map<String, String> expected = described(FlatImage.ofTree(context.resolve("tree.tar")));
    assertThat(expected).hasSizeGreaterThan(100);
    // A layer that removes, and one that links to what a layer below has.
    expected.keySet().removeIf(path -> path.startsWith("tree/gone"));
    Sandboxes.Built built =
        sandboxes
            .namespace(
                context,
                Map.of(),
                List.of(
                    "--oci-layout-path",
                    "OUT/layout",
                    "--tar-path",
                    "OUT/image.tar",
                    "-d",
                    "r/r:t"))
            .good();
    try {
      assertSame("our archive", described(built.image(work).entries()), expected, seed);
      assertSame("skopeo", described(bySkopeo(built).entries()), expected, seed);
      assertSame("engine", described(byEngine(built, parts)), expected, seed);
      assertSame("umoci", described(byUmoci(built)), expected, seed);
      assertSame("buildah", described(byBuildah(built)), expected, seed);
    } finally {
      sandboxes.clear();
      new Shell(work).run("rm", "-rf", "--one-file-system", work.resolve("others").toString());
    }
  }

  private Path context(long seed, Parts parts) throws IOException {
    Path context = Files.createTempDirectory(work, "context");
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        FROM %s
        ADD tree.tar /
        RUN rm -rf /tree/gone*
        """
            .formatted(parts.get("image.busybox")));
    Random random = new Random(seed);
    try (OutputStream out = Files.newOutputStream(context.resolve("tree.tar"))) {
      TarWriter tar = new TarWriter(out);
      tar.put(TarEntry.directory("tree").withModified(Timestamp.ofSeconds(1_234_567_890)));
      List<String> folders = new ArrayList<>(List.of("tree"));
      List<String> files = new ArrayList<>();
      for (int i = 0; i < 150; i++) {
        put(tar, random, folders, files);
      }
      tar.finish();
    }
    return context;
  }

  private static void put(TarWriter tar, Random random, List<String> folders, List<String> files)
      throws IOException {
    List<EntryType> types = List.of(EntryType.values());
    EntryType type = types.get(random.nextInt(types.size()));
    String path = folders.get(random.nextInt(folders.size())) + "/" + name(random, files, folders);
    long uid = random.nextInt(3) == 0 ? 2_000_000_000L + random.nextInt(1000) : random.nextInt(9);
    TarEntry entry =
        switch (type) {
          case REGULAR ->
              TarEntry.file(path, random.nextInt(6) == 0 ? 200_000 : random.nextInt(99));
          case SYMLINK -> TarEntry.symlink(path, "../".repeat(random.nextInt(20)) + "to");
          case HARD_LINK -> files.isEmpty() ? TarEntry.file(path, 0) : link(path, random, files);
          default -> TarEntry.of(path, type, 0);
        };
    if (entry.type() == EntryType.CHARACTER_DEVICE || entry.type() == EntryType.BLOCK_DEVICE) {
      entry = entry.withDevice(1 + random.nextInt(200), random.nextInt(200));
    }
    entry =
        entry
            .withMode(type == EntryType.SYMLINK ? 0777 : 0400 | random.nextInt(010000))
            .withOwner(uid, random.nextInt(70_000))
            .withModified(Timestamp.ofSeconds(random.nextInt(1_700_000_000)));
    if (entry.type() == EntryType.REGULAR) {
      files.add(path);
      if (random.nextInt(3) == 0) {
        entry = entry.withXattrs(Map.of("security.capability", CAPABILITY));
      }
    } else if (entry.type() == EntryType.DIRECTORY) {
      folders.add(path);
    }
    tar.put(entry);
    byte[] content = new byte[(int) entry.size()];
    random.nextBytes(content);
    tar.write(content, 0, content.length);
  }

  private static TarEntry link(String path, Random random, List<String> files) {
    return TarEntry.hardLink(path, files.get(random.nextInt(files.size())));
  }

  /** A name that no other entry has, some of them long, of any bytes, or looking like options. */
  private static String name(Random random, List<String> files, List<String> folders) {
    String number = (files.size() + folders.size()) + "-" + random.nextInt(1_000_000);
    return switch (random.nextInt(6)) {
      case 0 -> "gone" + number;
      case 1 -> "long" + "g".repeat(random.nextInt(200)) + number;
      case 2 -> "\u00ff\u00fe" + number;
      case 3 -> "-- sp ace \"'" + number;
      case 4 -> "\u00c3\u00bc" + number;
      default -> "n" + number;
    };
  }

  private FlatImage bySkopeo(Sandboxes.Built built) throws IOException {
    Path archive = others().resolve("skopeo.tar");
    String layout = "oci:" + built.out().resolve("layout") + ":t";
    run("skopeo", "copy", "--quiet", layout, "docker-archive:" + archive + ":r/r:t");
    return FlatImage.ofDockerArchive(archive, work);
  }

  private SortedMap<String, FlatEntry> byEngine(Sandboxes.Built built, Parts parts)
      throws IOException {
    Engine engine = new Engine(parts, new Shell(work));
    String image = engine.load(built.out().resolve("image.tar"));
    String container = engine.run("create", image, "true").good().output().strip();
    Path archive = others().resolve("engine.tar");
    engine.run("export", "--output", archive.toString(), container).good();
    engine.run("rm", container).good();
    return FlatImage.ofTree(archive);
  }

  private SortedMap<String, FlatEntry> byUmoci(Sandboxes.Built built) throws IOException {
    Path bundle = others().resolve("umoci");
    run("umoci", "unpack", "--image", built.out().resolve("layout") + ":t", bundle.toString());
    return onDisk(bundle.resolve("rootfs"));
  }

  private SortedMap<String, FlatEntry> byBuildah(Sandboxes.Built built) throws IOException {
    List<String> buildah =
        List.of(
            "buildah",
            "--storage-driver",
            "vfs",
            "--root",
            others().resolve("buildah").toString(),
            "--runroot",
            others().resolve("buildah-run").toString());
    String container = said(buildah, "from", "oci:" + built.out().resolve("layout") + ":t");
    return onDisk(Path.of(said(buildah, "mount", container)));
  }

  private String said(List<String> program, String... arguments) {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    String[] lines = new Shell(work).run(Map.of(), command).good().output().strip().split("\n", -1);
    return lines[lines.length - 1];
  }

  /** A tree that a program has unpacked. */
  private static SortedMap<String, FlatEntry> onDisk(Path root) throws IOException {
    TreeMap<String, FlatEntry> entries = new TreeMap<>();
    Map<Long, Set<String>> names = new HashMap<>();
    try (Dir dir = Dir.open(root.resolve("tree"))) {
      collect(dir, TREE, entries, names);
    }
    names.values().stream()
        .filter(group -> group.size() > 1)
        .forEach(group ->
            group.forEach(name ->
                entries.computeIfPresent(
                    name,
                    (path, entry) -> {
                      TreeSet<String> others = new TreeSet<>(group);
                      others.remove(path);
                      return new FlatEntry(
                          entry.type(),
                          entry.mode(),
                          entry.owner(),
                          entry.content(),
                          others,
                          entry.xattrs(),
                          entry.seconds());
                    })));
    return entries;
  }

  private static void collect(
      Dir dir, String prefix, Map<String, FlatEntry> entries, Map<Long, Set<String>> names)
      throws IOException {
    for (DirEntry found : dir.entries()) {
      Stat stat = found.stat();
      String path = prefix + found.name();
      String device = " " + stat.rdevMajor() + ":" + stat.rdevMinor();
      String type =
          switch (stat.type()) {
            case DIRECTORY -> "dir";
            case SYMLINK -> "symlink";
            case FIFO -> "fifo";
            case CHARACTER_DEVICE -> "char" + device;
            case BLOCK_DEVICE -> "block" + device;
            case REGULAR -> "file";
            case SOCKET -> "socket";
          };
      Map<String, String> xattrs = new TreeMap<>();
      dir.xattr(found.name(), "security.capability")
          .ifPresent(value ->
              xattrs.put("SCHILY.xattr.security.capability", HexFormat.of().formatHex(value)));
      String content =
          stat.isRegular() ? sha256(dir, found.name()) : dir.findLink(found.name()).orElse("");
      entries.put(
          path,
          new FlatEntry(
              type,
              Integer.toOctalString(stat.mode()),
              stat.uid() + ":" + stat.gid(),
              content,
              new TreeSet<>(),
              xattrs,
              stat.mtime().seconds()));
      if (stat.isDirectory()) {
        try (Dir below = dir.openDir(found.name())) {
          collect(below, path + "/", entries, names);
        }
      } else {
        names.computeIfAbsent(stat.inode(), _ -> new TreeSet<>()).add(path);
      }
    }
  }

  private static String sha256(Dir dir, String name) throws IOException {
    MessageDigest hasher = Digest.sha256Hasher();
    byte[] buffer = new byte[1 << 16];
    try (OpenFile file = dir.openFile(name)) {
      for (int n = file.read(buffer, 0, buffer.length);
          n > 0;
          n = file.read(buffer, 0, buffer.length)) {
        hasher.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(hasher.digest());
  }

  private void run(String... command) {
    new Shell(work).run(command).good();
  }

  private Path others() throws IOException {
    return Files.createDirectories(work.resolve("others"));
  }

  /**
   * What is at each path; names in a form that does not depend on how an archive tells which bytes
   * they are. What the step that removed something changed is left out: the folders' times.
   */
  private static Map<String, String> described(SortedMap<String, FlatEntry> entries) {
    Map<String, String> lines = new TreeMap<>();
    entries.forEach((path, entry) -> {
      if (path.startsWith(TREE)) {
        String time = entry.type().equals("dir") ? "" : " " + entry.seconds();
        // The reader of archives takes devices for empty files.
        boolean holds = entry.type().equals("file") || entry.type().equals("symlink");
        TreeSet<String> links = new TreeSet<>();
        entry.links().stream()
            .filter(link -> !link.startsWith("tree/gone") && !link.contains("/gone"))
            .forEach(link -> links.add(plain(link)));
        lines.put(
            plain(path),
            entry.type()
                + " "
                + entry.mode()
                + " "
                + entry.owner()
                + time
                + " "
                + (holds ? entry.content() : "")
                + " "
                + links
                + " "
                + entry.xattrs().keySet());
      }
    });
    return lines;
  }

  private static String plain(String name) {
    return new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
        .replaceAll("[^ -~]+", "?");
  }

  private static void assertSame(
      String reader, Map<String, String> found, Map<String, String> expected, long seed) {
    List<String> differences = new ArrayList<>();
    TreeSet<String> paths = new TreeSet<>(found.keySet());
    paths.addAll(expected.keySet());
    for (String path : paths) {
      String one = found.getOrDefault(path, "nothing");
      String other = expected.getOrDefault(path, "nothing");
      if (!one.equals(other)) {
        differences.add(path + "\n  found " + one + "\n  put in " + other);
      }
    }
    assertThat(differences)
        .as("-Djaniko.seed=%d, %s:\n%s", seed, reader, String.join("\n", differences))
        .isEmpty();
  }
}
