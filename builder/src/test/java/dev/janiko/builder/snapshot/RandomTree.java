package dev.janiko.builder.snapshot;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.DirEntry;
import dev.janiko.builder.linux.FileType;
import dev.janiko.builder.linux.OpenFile;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.Timestamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes and changes trees with every oddity there is, and describes them for comparison. */
public final class RandomTree {
  private static final byte[] CAPABILITY = {
    1, 0, 0, 2, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private final Random random;
  private final Path root;

  public RandomTree(long seed, Path root) {
    this.random = new Random(seed);
    this.root = root;
  }

  /** Makes, alters, links, moves or removes things. */
  public void mutate(int times) throws IOException {
    for (int i = 0; i < times; i++) {
      try (Dir top = Dir.open(root)) {
        step(top, 0);
      }
    }
  }

  private void step(Dir dir, int depth) throws IOException {
    List<DirEntry> entries = dir.entries();
    entries.sort((a, b) -> a.name().compareTo(b.name()));
    List<DirEntry> dirs =
        new ArrayList<>(entries.stream().filter(e -> e.stat().isDirectory()).toList());
    if (!dirs.isEmpty() && depth < 5 && random.nextInt(3) != 0) {
      try (Dir below = dir.openDir(dirs.get(random.nextInt(dirs.size())).name())) {
        step(below, depth + 1);
      }
      return;
    }
    int what = random.nextInt(14);
    if (entries.isEmpty() || what < 8) {
      create(dir, what);
    } else {
      alter(dir, entries.get(random.nextInt(entries.size())), what);
    }
  }

  private void create(Dir dir, int what) throws IOException {
    String name = name();
    if (dir.find(name).isPresent()) {
      dir.removeTree(name);
    }
    switch (what) {
      case 0, 1 -> dir.makeDirectory(name, 0755);
      case 2 -> dir.makeSymlink(name() + "/../" + name(), name);
      case 3 -> dir.makeNode(name, new Dir.Node(FileType.FIFO, 0644, 0, 0));
      case 4 -> {
        FileType type = random.nextBoolean() ? FileType.BLOCK_DEVICE : FileType.CHARACTER_DEVICE;
        int minor = 1 + random.nextInt(1_000_000);
        dir.makeNode(name, new Dir.Node(type, 0600, random.nextInt(4000), minor));
      }
      default -> file(dir, name);
    }
    describe(dir, name);
  }

  private void file(Dir dir, String name) throws IOException {
    try (OpenFile file = dir.createFile(name, 0600)) {
      byte[] content = new byte[random.nextInt(10) == 0 ? 700_000 : random.nextInt(3000)];
      random.nextBytes(content);
      file.write(content, 0, content.length, random.nextInt(5) == 0 ? 100_000 : 0);
    }
  }

  private void describe(Dir dir, String name) throws IOException {
    long id = random.nextBoolean() ? 0 : random.nextLong(0xffff_fffeL);
    dir.chown(name, id, random.nextInt(3));
    Stat stat = dir.stat(name);
    if (!stat.isSymlink()) {
      dir.chmod(name, random.nextInt(010000));
    }
    if (stat.isRegular() && random.nextInt(4) == 0) {
      dir.setXattr(name, "security.capability", CAPABILITY);
    }
    if (!stat.isDirectory()) {
      dir.setModified(name, Timestamp.ofSeconds(random.nextLong(1L << 33) - (1L << 30)));
    }
  }

  private void alter(Dir dir, DirEntry entry, int what) throws IOException {
    String name = entry.name();
    switch (what) {
      case 8 -> dir.removeTree(name);
      case 9 -> describe(dir, name);
      case 10 -> {
        String to = name();
        if (!entry.stat().isDirectory() && dir.find(to).isEmpty()) {
          dir.makeLink(dir, name, to);
        }
      }
      case 11 -> {
        String to = name();
        if (dir.find(to).isEmpty()) {
          dir.rename(name, dir, to);
        }
      }
      default -> {
        dir.removeTree(name);
        create(dir, random.nextInt(8));
      }
    }
  }

  private String name() {
    if (random.nextInt(4) != 0) {
      return "n" + random.nextInt(12);
    }
    StringBuilder name = new StringBuilder();
    int length = 1 + random.nextInt(random.nextInt(8) == 0 ? 200 : 6);
    for (int i = 0; i < length; i++) {
      char c = (char) (1 + random.nextInt(255));
      name.append(c == '/' || c == '.' ? '_' : c);
    }
    return name.toString();
  }

  /** All of a tree but what cannot be carried over: inode numbers and ctimes. */
  public static Map<String, String> describe(Path root, boolean links) throws IOException {
    RandomTreeDescription description = new RandomTreeDescription(links);
    try (Dir dir = Dir.open(root)) {
      description.collect(dir, "");
    }
    return description.all();
  }
}
