package dev.janiko.cli.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * An image out of a docker archive: its config, and its file system flattened. Reads with another
 * tar reader than the product's own.
 *
 * @param config the image's config
 * @param entries what is at each path, without leading slash
 */
record FlatImage(JsonNode config, SortedMap<String, FlatEntry> entries) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  /** Reads the first image of a docker archive. */
  static FlatImage ofDockerArchive(Path archive, Path work) throws IOException {
    Path folder = Files.createTempDirectory(work, "archive");
    unpackMembers(archive, folder);
    JsonNode manifest = JSON.readTree(Files.readAllBytes(folder.resolve("manifest.json"))).get(0);
    JsonNode config =
        JSON.readTree(Files.readAllBytes(folder.resolve(manifest.get("Config").asText())));
    Flattener flattener = new Flattener();
    for (JsonNode layer : manifest.get("Layers")) {
      try (InputStream in = decompressed(folder.resolve(layer.asText()))) {
        flattener.lay(in);
      }
    }
    return new FlatImage(config, flattener.entries());
  }

  /** Reads a plain archive of a tree, as if it were the one layer of an image. */
  static SortedMap<String, FlatEntry> ofTree(Path archive) throws IOException {
    Flattener flattener = new Flattener();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(archive))) {
      flattener.lay(in);
    }
    return flattener.entries();
  }

  private static void unpackMembers(Path archive, Path folder) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path member = folder.resolve(entry.getName()).normalize();
        if (!member.startsWith(folder) || entry.isDirectory()) {
          continue;
        }
        Files.createDirectories(member.getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(member, Path.of(entry.getLinkName()));
        } else {
          Files.copy(tar, member);
        }
      }
    }
  }

  private static InputStream decompressed(Path layer) throws IOException {
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(layer), 1 << 16);
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16)) : in;
  }

  /** Lays layers over each other, in memory. */
  private static final class Flattener {
    private final TreeMap<String, Node> nodes = new TreeMap<>();

    /** What several paths may share: a file with its links. */
    private record Node(
        String type,
        String mode,
        String owner,
        String content,
        Map<String, String> xattrs,
        long seconds,
        Object identity) {}

    void lay(InputStream layer) throws IOException {
      List<String> whiteouts = new ArrayList<>();
      List<String> opaques = new ArrayList<>();
      TreeMap<String, Node> added = new TreeMap<>();
      Map<String, Node> linkTargets = new HashMap<>();
      try (TarArchiveInputStream tar = new TarArchiveInputStream(layer, "ISO-8859-1")) {
        for (TarArchiveEntry entry = tar.getNextEntry();
            entry != null;
            entry = tar.getNextEntry()) {
          String path = clean(entry.getName());
          String name = path.substring(path.lastIndexOf('/') + 1);
          String parent = path.substring(0, path.length() - name.length());
          if (name.equals(OPAQUE)) {
            opaques.add(parent);
          } else if (name.startsWith(WHITEOUT)) {
            whiteouts.add(parent + name.substring(WHITEOUT.length()));
          } else if (!path.isEmpty()) {
            Node node = node(entry, tar, linkTargets);
            added.put(path, node);
            linkTargets.put(path, node);
          }
        }
      }
      opaques.forEach(this::removeBelow);
      whiteouts.forEach(this::remove);
      added.forEach(this::put);
    }

    private Node node(
        TarArchiveEntry entry, TarArchiveInputStream tar, Map<String, Node> linkTargets)
        throws IOException {
      if (entry.isLink()) {
        String target = clean(entry.getLinkName());
        return Optional.ofNullable(linkTargets.get(target))
            .or(() -> Optional.ofNullable(nodes.get(target)))
            .orElseThrow(() ->
                new IllegalStateException(
                    entry.getName() + " is a link to " + target + ", which is not there"));
      }
      return new Node(
          type(entry),
          Integer.toOctalString(entry.getMode() & 07777),
          entry.getLongUserId() + ":" + entry.getLongGroupId(),
          entry.isSymbolicLink() ? entry.getLinkName() : entry.isFile() ? sha256(tar) : "",
          xattrs(entry),
          entry.getLastModifiedTime().toInstant().getEpochSecond(),
          new Object());
    }

    private static String type(TarArchiveEntry entry) {
      String device = " " + entry.getDevMajor() + ":" + entry.getDevMinor();
      return entry.isDirectory()
          ? "dir"
          : entry.isSymbolicLink()
              ? "symlink"
              : entry.isFIFO()
                  ? "fifo"
                  : entry.isCharacterDevice()
                      ? "char" + device
                      : entry.isBlockDevice() ? "block" + device : "file";
    }

    private static Map<String, String> xattrs(TarArchiveEntry entry) {
      Map<String, String> xattrs = new TreeMap<>();
      entry
          .getExtraPaxHeaders()
          .forEach((key, value) -> {
            if (key.startsWith("SCHILY.xattr.")) {
              xattrs.put(key, value);
            }
          });
      return xattrs;
    }

    private void put(String path, Node node) {
      Node before = nodes.get(path);
      if (before != null && before.type().equals("dir") && !node.type().equals("dir")) {
        removeBelow(path + "/");
      }
      nodes.put(path, node);
    }

    private void remove(String path) {
      nodes.remove(path);
      removeBelow(path + "/");
    }

    private void removeBelow(String prefix) {
      if (prefix.isEmpty()) {
        nodes.clear();
      } else {
        nodes.subMap(prefix, prefix.substring(0, prefix.length() - 1) + '0').clear();
      }
    }

    SortedMap<String, FlatEntry> entries() {
      Map<Object, SortedSet<String>> groups = new HashMap<>();
      nodes.forEach(
          (path, node) -> groups.computeIfAbsent(node.identity(), _ -> new TreeSet<>()).add(path));
      TreeMap<String, FlatEntry> flat = new TreeMap<>();
      nodes.forEach((path, node) -> {
        TreeSet<String> others = new TreeSet<>(groups.get(node.identity()));
        others.remove(path);
        flat.put(
            path,
            new FlatEntry(
                node.type(),
                node.mode(),
                node.owner(),
                node.content(),
                others,
                node.xattrs(),
                node.seconds()));
      });
      return flat;
    }

    private static String clean(String name) {
      String path = name;
      while (path.startsWith("./") || path.startsWith("/")) {
        path = path.substring(path.indexOf('/') + 1);
      }
      return path.endsWith("/")
          ? path.substring(0, path.length() - 1)
          : path.equals(".") ? "" : path;
    }

    private static String sha256(InputStream in) throws IOException {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[1 << 16];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          digest.update(buffer, 0, read);
        }
        return HexFormat.of().formatHex(digest.digest());
      } catch (NoSuchAlgorithmException e) {
        throw new UncheckedIOException(new IOException(e));
      }
    }
  }

  /** A small JSON text as a tree, for expectations. */
  static JsonNode json(String text) throws IOException {
    return JSON.readTree(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }
}
