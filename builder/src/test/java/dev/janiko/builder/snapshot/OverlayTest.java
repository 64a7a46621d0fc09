package dev.janiko.builder.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.layer.LayerOptions;
import dev.janiko.builder.layer.LayerStream;
import dev.janiko.builder.layer.LayerWriter;
import dev.janiko.builder.layer.WrittenLayer;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.rootfs.UnpackOptions;
import dev.janiko.builder.rootfs.Unpacker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the kernel's overlayfs; needs root, as mounting does. */
final class OverlayTest {
  @TempDir Path temp;
  private Path blobs;

  @BeforeEach
  void makeFolder() throws Exception {
    blobs = Files.createDirectory(temp.resolve("blobs"));
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectory(temp.resolve(name));
  }

  /**
   * Runs a script where an overlay is mounted on {@code merged}, in a mount namespace of its own.
   */
  private void inOverlay(List<Path> lowersTopmostFirst, String upper, String script)
      throws Exception {
    String lowers =
        String.join(":", lowersTopmostFirst.stream().map(p -> p.getFileName().toString()).toList());
    String mount =
        "mount -t overlay overlay -o redirect_dir=off,metacopy=off,index=off,lowerdir="
            + lowers
            + ",upperdir="
            + upper
            + ",workdir=work-"
            + upper
            + " merged-"
            + upper;
    folder(upper);
    folder("work-" + upper);
    folder("merged-" + upper);
    String all = "set -e; " + mount + "; cd merged-" + upper + "; " + script;
    Process process =
        new ProcessBuilder("unshare", "-m", "sh", "-c", all)
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private WrittenLayer write(Path tree, Changes changes) throws IOException {
    try (LayerWriter writer = LayerWriter.create(blobs, LayerOptions.defaults());
        RootFs root = RootFs.open(tree)) {
      return writer.write(root, changes);
    }
  }

  private static void unpack(WrittenLayer layer, Path to, UnpackOptions options)
      throws IOException {
    try (LayerStream stream =
        LayerStream.open(Files.newInputStream(layer.blob()), Long.MAX_VALUE)) {
      Unpacker.unpack(stream, to, options);
    }
  }

  @Test
  void theUpperDirectoryAsALayerMakesTheMergedTree() throws Exception {
    Path base = folder("base");
    new RandomTree(41, base).mutate(150);
    Files.createDirectories(base.resolve("keep/sub"));
    Files.writeString(base.resolve("keep/sub/f"), "1");
    Files.writeString(base.resolve("keep/gone"), "2");
    Files.createDirectories(base.resolve("again/deep/er"));
    Files.writeString(base.resolve("again/deep/er/f"), "3");
    Files.writeString(base.resolve("file"), "4");
    WrittenLayer first =
        write(base, FileTree.walk(folder("nothing")).changesTo(FileTree.walk(base)));
    inOverlay(
        List.of(base),
        "upper",
        """
        rm keep/gone; chmod 700 keep/sub; echo new > keep/new
        rm -rf again; mkdir -p again/deep; echo x > again/deep/y
        rm file; mkdir file; echo z > file/z
        ln -s keep/sub link; ln keep/new hard; mkfifo pipe; mknod null c 1 3
        rm -rf n1 n2; cp -a . ../expected
        """);
    Path result = folder("result");
    unpack(first, result, UnpackOptions.apply());
    WrittenLayer second = write(temp.resolve("upper"), OverlayUpper.changes(temp.resolve("upper")));
    unpack(second, result, UnpackOptions.apply());
    assertThat(RandomTree.describe(result, false))
        .isEqualTo(RandomTree.describe(temp.resolve("expected"), false));
  }

  @Test
  void aDirectoryThatOnlyWasCopiedUpIsNoChange() throws Exception {
    Path base = folder("base");
    Files.createDirectories(base.resolve("etc/deep/er"));
    Files.createDirectories(base.resolve("mode"));
    Files.createDirectories(base.resolve("time"));
    Files.createDirectories(base.resolve("owner"));
    Files.createDirectories(base.resolve("emptied"));
    Files.writeString(base.resolve("emptied/f"), "f");
    Files.createDirectories(base.resolve("again"));
    Files.writeString(base.resolve("again/f"), "f");
    inOverlay(
        List.of(base),
        "upper",
        """
        touched="etc/deep/er etc/deep etc emptied again"
        for d in $touched; do touch -r $d ../time-$(echo $d | tr / -); done
        for d in etc/deep/er etc/deep etc; do touch $d/stub; rm $d/stub; done
        chmod 700 mode; touch -d @1 time; chown 7 owner; rm emptied/f; rm -r again; mkdir again
        for d in $touched; do touch -r ../time-$(echo $d | tr / -) $d; done
        """);
    Path upper = temp.resolve("upper");
    assertThat(upper.resolve("etc/deep/er")).isDirectory();
    List<String> changed =
        OverlayUpper.changes(upper, List.of(base), path -> false).all().stream()
            .map(change -> change.path().toString())
            .toList();
    assertThat(changed)
        .containsExactly("again", "again/f", "emptied", "emptied/f", "mode", "owner", "time");
  }

  @Test
  void layersUnpackedApartAndMountedAreTheSameAsAppliedInPlace() throws Exception {
    Path tree = folder("tree");
    Path flat = folder("flat");
    List<Path> lowers = new ArrayList<>();
    FileTree before = FileTree.walk(tree);
    RandomTree random = new RandomTree(42, tree);
    for (int i = 0; i < 12; i++) {
      random.mutate(60);
      FileTree after = FileTree.walk(tree);
      WrittenLayer layer = write(tree, before.changesTo(after));
      before = after;
      unpack(layer, flat, UnpackOptions.apply());
      Path own = folder("layer-" + i);
      unpack(layer, own, UnpackOptions.overlay(lowers));
      lowers.addFirst(own);
    }
    inOverlay(lowers, "top", "cp -a . ../mounted");
    assertThat(RandomTree.describe(flat, false)).isEqualTo(RandomTree.describe(tree, false));
    assertThat(RandomTree.describe(temp.resolve("mounted"), false))
        .isEqualTo(RandomTree.describe(tree, false));
  }

  @Test
  void whatIsJustAsBelowIsNoChange() throws Exception {
    Path base = folder("base");
    Files.createDirectories(base.resolve("etc/sub"));
    Files.createDirectories(base.resolve("touched"));
    Files.writeString(base.resolve("etc/same"), "same");
    Files.writeString(base.resolve("etc/other"), "one");
    Files.writeString(base.resolve("linked"), "linked");
    Files.createSymbolicLink(base.resolve("link"), Path.of("linked"));
    inOverlay(
        List.of(base),
        "upper",
        """
        cp -a etc ../copy; touch etc/stub; rm etc/stub; touch -r ../copy etc
        cp -p etc/same again; mv again etc/same; touch -r ../copy etc
        printf two > etc/other; touch -r ../copy/other etc/other
        cp -a link another; mv another link
        touch -d 2001-01-01 touched
        ln linked second
        """);
    assertThat(
            OverlayUpper.changes(temp.resolve("upper"), List.of(base), path -> false).all().stream()
                .map(change -> change.path().toString()))
        .containsExactly("etc", "etc/other", "linked", "second", "touched");
  }
}
