package dev.janiko.builder.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;

/**
 * Prints how long it takes to find ten changes in a tree of 100,000 files: in {@code inplace} by a
 * walk, in {@code namespace} from an overlay's upper directory. Run by {@code testdata/bench/diff},
 * with an empty folder on the file system in question.
 */
final class DiffBenchmark {
  private static final int FOLDERS = 500;
  private static final int FILES = 200;
  private static final int CHANGES = 10;
  private static final int ROUNDS = 40;

  private DiffBenchmark() {}

  @SuppressWarnings("SystemOut")
  public static void main(String[] args) throws IOException {
    Path tree = Files.createDirectory(Path.of(args[0]).resolve("tree"));
    Path upper = Files.createDirectory(Path.of(args[0]).resolve("upper"));
    fill(tree);
    double[] walks = new double[ROUNDS];
    double[] reads = new double[ROUNDS];
    FileTree before = FileTree.walk(tree);
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < CHANGES; i++) {
        change(tree, upper, round * CHANGES + i, i);
      }
      long start = System.nanoTime();
      FileTree after = FileTree.walk(tree);
      require(before.changesTo(after));
      walks[round] = (System.nanoTime() - start) / 1e6;
      before = after;
      start = System.nanoTime();
      require(OverlayUpper.changes(upper, List.of(tree), path -> false));
      reads[round] = (System.nanoTime() - start) / 1e6;
    }
    System.out.printf(
        "| 10 changes among %,d files | first, ms | median, ms | least, ms |%n", FOLDERS * FILES);
    System.out.println("|---|---:|---:|---:|");
    print("inplace: walk and compare", walks);
    print("namespace: read the upper directory", reads);
  }

  private static void fill(Path tree) throws IOException {
    for (int folder = 0; folder < FOLDERS; folder++) {
      Path made = Files.createDirectory(tree.resolve("folder" + folder));
      for (int file = 0; file < FILES; file++) {
        Files.createFile(made.resolve("file" + file));
      }
    }
  }

  /** Writes to a file of the tree, and to the same in the upper directory, as an overlay does. */
  private static void change(Path tree, Path upper, int number, int slot) throws IOException {
    String folder = "folder" + slot * 31;
    Path file = Path.of(folder, "file" + number % FILES);
    Files.writeString(tree.resolve(file), Integer.toString(number));
    Files.createDirectories(upper.resolve(folder));
    Path copy = upper.resolve(folder).resolve("changed");
    Files.writeString(copy, Integer.toString(number));
    Files.move(copy, upper.resolve(folder).resolve("file"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static void require(Changes changes) {
    if (changes.all().stream().filter(c -> c.path().toString().contains("file")).count()
        != CHANGES) {
      throw new IllegalStateException("found " + changes);
    }
  }

  @SuppressWarnings("SystemOut")
  private static void print(String what, double[] millis) {
    double first = millis[0];
    Arrays.sort(millis);
    System.out.printf(
        "| %s | %.1f | %.1f | %.1f |%n", what, first, millis[millis.length / 2], millis[0]);
  }
}
