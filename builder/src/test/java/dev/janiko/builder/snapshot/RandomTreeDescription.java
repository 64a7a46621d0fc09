package dev.janiko.builder.snapshot;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.registry.Digest;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts a tree into words, a line for each path. */
final class RandomTreeDescription {
  private final boolean links;
  private final Map<String, String> all = new TreeMap<>();
  private final Map<Long, String> inodes = new HashMap<>();

  RandomTreeDescription(boolean links) {
    this.links = links;
  }

  Map<String, String> all() {
    return all;
  }

  void collect(Dir dir, String path) throws IOException {
    List<DirEntry> entries = dir.entries();
    entries.sort((a, b) -> a.name().compareTo(b.name()));
    for (DirEntry entry : entries) {
      Stat stat = entry.stat();
      String child = path + "/" + entry.name();
      StringBuilder text = new StringBuilder();
      text.append(stat.type()).append(' ').append(Integer.toOctalString(stat.mode())).append(' ');
      text.append(stat.uid()).append(':').append(stat.gid()).append(' ').append(stat.rdev());
      text.append(' ').append(stat.mtime().seconds());
      dir.findLink(entry.name()).ifPresent(target -> text.append(" -> ").append(target));
      if (links && !stat.isDirectory()) {
        String first = inodes.putIfAbsent(stat.inode(), child);
        text.append(" = ").append(first == null ? child : first);
      }
      dir.xattr(entry.name(), "security.capability")
          .ifPresent(value -> text.append(' ').append(HexFormat.of().formatHex(value)));
      if (stat.isRegular()) {
        text.append(' ').append(stat.size()).append(' ').append(hash(dir, entry.name()));
      }
      all.put(child, text.toString());
      if (stat.isDirectory()) {
        try (Dir below = dir.openDir(entry.name())) {
          collect(below, child);
        }
      }
    }
  }

  private static String hash(Dir dir, String name) throws IOException {
    MessageDigest hasher = Digest.sha256Hasher();
    byte[] buffer = new byte[65_536];
    try (OpenFile file = dir.openFile(name)) {
      for (int n = file.read(buffer, 0, buffer.length);
          n > 0;
          n = file.read(buffer, 0, buffer.length)) {
        hasher.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(hasher.digest());
  }
}
