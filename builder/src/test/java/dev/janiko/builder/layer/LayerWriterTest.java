package dev.janiko.builder.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.rootfs.UnpackOptions;
import dev.janiko.builder.rootfs.Unpacker;
import dev.janiko.builder.snapshot.Change;
import dev.janiko.builder.snapshot.Changes;
import dev.janiko.builder.snapshot.FileTree;
import dev.janiko.builder.snapshot.RandomTree;
import dev.janiko.registry.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LayerWriterTest {
  private static final String EMPTY =
      "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

  @TempDir Path temp;
  private Path blobs;

  @BeforeEach
  void makeFolder() throws Exception {
    blobs = Files.createDirectory(temp.resolve("blobs"));
  }

  private WrittenLayer write(Path tree, Changes changes) throws IOException {
    try (LayerWriter writer = LayerWriter.create(blobs, LayerOptions.defaults());
        RootFs root = RootFs.open(tree)) {
      return writer.write(root, changes);
    }
  }

  private static void unpack(WrittenLayer layer, Path target) throws IOException {
    try (LayerStream stream =
        LayerStream.open(Files.newInputStream(layer.blob()), Long.MAX_VALUE)) {
      Unpacker.unpack(stream, target, UnpackOptions.apply());
      assertThat(stream.finish().diffId()).isEqualTo(layer.diffId());
      byte[] blob = Files.readAllBytes(layer.blob());
      assertThat(Digest.sha256Of(blob)).isEqualTo(layer.digest());
      assertThat(layer.size()).isEqualTo(blob.length);
    }
  }

  @Test
  void anEmptyLayerHasTheWellKnownDiffId() throws Exception {
    WrittenLayer layer = write(temp, Changes.NONE);
    assertThat(layer.diffId()).isEqualTo(Digest.parse(EMPTY));
    assertThat(layer.blob()).isEqualTo(blobs.resolve(layer.digest().hex()));
    assertThat(Digest.sha256Of(Files.readAllBytes(layer.blob()))).isEqualTo(layer.digest());
    assertThat(blobs.toFile().list()).hasSize(1);
  }

  @Test
  void layersCarryRandomTreesThroughManySteps() throws Exception {
    for (int seed = 0; seed < 12; seed++) {
      Path tree = Files.createDirectory(temp.resolve("tree-" + seed));
      Path copy = Files.createDirectory(temp.resolve("copy-" + seed));
      RandomTree random = new RandomTree(seed, tree);
      FileTree before = FileTree.walk(tree);
      for (int step = 0; step < 8; step++) {
        random.mutate(40);
        FileTree after = FileTree.walk(tree);
        unpack(write(tree, before.changesTo(after)), copy);
        before = after;
        // A layer cannot link to what an earlier one brought.
        boolean links = step == 0;
        assertThat(RandomTree.describe(copy, links))
            .as("seed %d, step %d", seed, step)
            .isEqualTo(RandomTree.describe(tree, links));
      }
    }
  }

  @Test
  void theSameTreeGivesTheSameBytes() throws Exception {
    Path tree = Files.createDirectory(temp.resolve("tree"));
    FileTree empty = FileTree.walk(tree);
    new RandomTree(7, tree).mutate(200);
    Changes changes = empty.changesTo(FileTree.walk(tree));
    assertThat(write(tree, changes)).isEqualTo(write(tree, changes));
  }

  @Test
  void parentsComeFirstAndDirectoriesBeforeTheirContent() throws Exception {
    Path tree = Files.createDirectory(temp.resolve("tree"));
    new RandomTree(8, tree).mutate(300);
    FileTree before = FileTree.walk(tree);
    new RandomTree(9, tree).mutate(100);
    Changes changes = before.changesTo(FileTree.walk(tree));
    assertThat(changes.all().stream().map(Change::path)).isSortedAccordingTo(Changes.WALK_ORDER);
    Set<String> seen = new HashSet<>();
    for (Change change : changes.all()) {
      String path = change.path().raw();
      int slash = path.lastIndexOf('/');
      assertThat(slash < 0 || seen.contains(path.substring(0, slash))).as(path).isTrue();
      assertThat(seen.add(path)).as(path).isTrue();
    }
  }

  @Test
  void timesCanBeLimited() throws Exception {
    Path tree = Files.createDirectory(temp.resolve("tree"));
    FileTree empty = FileTree.walk(tree);
    Files.writeString(tree.resolve("f"), "x");
    LayerOptions options =
        new LayerOptions(
            new LayerCompression(LayerCompression.Format.GZIP, 1),
            1,
            OptionalLong.of(1_000_000_000));
    Path copy = Files.createDirectory(temp.resolve("copy"));
    try (LayerWriter writer = LayerWriter.create(blobs, options);
        RootFs root = RootFs.open(tree)) {
      unpack(writer.write(root, empty.changesTo(FileTree.walk(tree))), copy);
    }
    try (RootFs root = RootFs.open(copy)) {
      assertThat(root.stat(UnixPath.of("/f"), false).orElseThrow().mtime().seconds())
          .isEqualTo(1_000_000_000);
    }
  }
}
