package dev.janiko.cli.parity;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * Shell commands that do random things to a tree, each of which can be done to what the ones before
 * it left: making, renaming, removing, changing types, links, modes and owners.
 *
 * <p>A file with several names is only ever removed once its step is over: what else is done to one
 * of the names is done to the others in a plain file system, but not in an overlay, and so not by
 * the engine.
 */
final class RandomSteps {
  private static final List<String> NAMES =
      List.of("a", "b", "c", "d", "e", "f", "g", "h", "sp ace", "\u00fcmlaut", ".hidden", "-dash");
  private static final String ROOT = "/r";
  private static final int DEEPEST = 4;

  private final Random random;
  private final TreeMap<String, Kind> tree = new TreeMap<>();
  private final List<String> commands = new ArrayList<>();
  private int counter;

  private enum Kind {
    FOLDER,
    FILE,
    SEVERAL_NAMES,
    LINK,
    SPECIAL
  }

  RandomSteps(long seed) {
    this.random = new Random(seed);
    this.tree.put(ROOT, Kind.FOLDER);
  }

  /** The first command of all. */
  String first() {
    return "mkdir " + ROOT;
  }

  /** What one step does. */
  String next() {
    commands.clear();
    int count = 2 + random.nextInt(8);
    while (commands.size() < count) {
      act();
    }
    return "set -e; " + String.join("; ", commands);
  }

  private void act() {
    String path = any();
    Kind kind = requireNonNull(tree.get(path));
    boolean whole = path.equals(ROOT);
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> make(fresh());
      case 4 -> {
        if (!whole) {
          remove(path);
        }
      }
      case 5 -> {
        if (!whole && !hasSeveralNames(path)) {
          rename(path, fresh());
        }
      }
      case 6 -> {
        if (!whole) {
          remove(path);
          make(path);
        }
      }
      case 7 -> {
        if (kind == Kind.FILE) {
          link(path, fresh());
        }
      }
      case 8 -> {
        if (kind == Kind.LINK) {
          say("ln -sfn " + quoted("to " + counter++) + " " + quoted(path));
        }
      }
      case 9 -> {
        if (kind == Kind.FILE) {
          say("echo more >> " + quoted(path));
        }
      }
      case 10 -> {
        if (kind != Kind.LINK && kind != Kind.SEVERAL_NAMES) {
          say("chmod " + mode(kind) + " " + quoted(path));
        }
      }
      default -> {
        if (kind != Kind.SEVERAL_NAMES) {
          say("chown -h " + random.nextInt(5) + ":" + random.nextInt(70_000) + " " + quoted(path));
        }
      }
    }
  }

  private void say(String command) {
    commands.add(command);
  }

  private static String quoted(String path) {
    return "'" + path + "'";
  }

  private String mode(Kind kind) {
    int mode = random.nextInt(010000);
    return Integer.toOctalString(kind == Kind.FOLDER ? mode | 0700 : mode);
  }

  private String any() {
    List<String> all = List.copyOf(tree.keySet());
    return all.get(random.nextInt(all.size()));
  }

  /** A path at which there is nothing, in a folder that there is. */
  private String fresh() {
    while (true) {
      String folder = any();
      if (tree.get(folder) == Kind.FOLDER && folder.split("/", -1).length < DEEPEST + 2) {
        String path = folder + "/" + NAMES.get(random.nextInt(NAMES.size()));
        String unique = tree.containsKey(path) ? path + counter++ : path;
        if (!tree.containsKey(unique)) {
          return unique;
        }
      }
    }
  }

  private void make(String path) {
    switch (random.nextInt(8)) {
      case 0, 1 -> {
        say("mkdir " + quoted(path));
        tree.put(path, Kind.FOLDER);
        make(path + "/" + NAMES.get(random.nextInt(NAMES.size())));
      }
      case 2 -> {
        say("ln -s " + quoted("to/" + counter++) + " " + quoted(path));
        tree.put(path, Kind.LINK);
      }
      case 3 -> {
        boolean fifo = random.nextBoolean();
        say(fifo ? "mkfifo " + quoted(path) : "mknod " + quoted(path) + " c 1 3");
        tree.put(path, Kind.SPECIAL);
      }
      default -> {
        say("echo " + counter++ + " > " + quoted(path));
        tree.put(path, Kind.FILE);
        if (random.nextInt(3) == 0) {
          say("touch -d @" + random.nextInt(1_700_000_000) + " " + quoted(path));
        }
      }
    }
  }

  private void remove(String path) {
    say("rm -rf " + quoted(path));
    tree.remove(path);
    tree.subMap(path + "/", path + "0").clear();
  }

  private void rename(String from, String to) {
    if (to.startsWith(from + "/")) {
      return;
    }
    say("mv " + quoted(from) + " " + quoted(to));
    Kind kind = requireNonNull(tree.remove(from));
    tree.put(to, kind);
    var below = tree.subMap(from + "/", from + "0");
    TreeMap<String, Kind> moved = new TreeMap<>(below);
    below.clear();
    moved.forEach((path, what) -> tree.put(to + path.substring(from.length()), what));
  }

  private void link(String file, String name) {
    say("ln " + quoted(file) + " " + quoted(name));
    tree.put(file, Kind.SEVERAL_NAMES);
    tree.put(name, Kind.SEVERAL_NAMES);
  }

  private boolean hasSeveralNames(String path) {
    return tree.get(path) == Kind.SEVERAL_NAMES
        || tree.subMap(path + "/", path + "0").containsValue(Kind.SEVERAL_NAMES);
  }
}
