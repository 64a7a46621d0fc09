package dev.janiko.builder.compare;

import static dev.janiko.builder.compare.TestImage.file;
import static dev.janiko.builder.compare.TestImage.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.compare.LayerEffect.Effect;
import dev.janiko.builder.compare.TestImage.Layer;
import dev.janiko.builder.compare.TestImage.Member;
import dev.janiko.builder.tar.TarEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Layers over each other. */
final class FlatImageTest {
  private static TestImage layers(List<List<Member>> layers) {
    List<Layer> made = new ArrayList<>();
    for (List<Member> members : layers) {
      made.add(new Layer("RUN " + made.size(), members));
    }
    return new TestImage(made, config -> config, false);
  }

  private static FlatImage flat(List<List<Member>> layers) throws IOException {
    return FlatImage.of(layers(layers).index());
  }

  private static FlatEntry at(FlatImage image, String path) {
    return Objects.requireNonNull(image.entries().get(path), path);
  }

  @Test
  void whatIsReplacedOrRemovedIsWasted() throws IOException {
    FlatImage image =
        flat(
            List.of(
                List.of(file("a", "123"), file("b", "1"), file("c", "22")),
                List.of(file("a", "4567"), member(TarEntry.file(".wh.b", 0))),
                List.of(member(TarEntry.hardLink("d", "c"))),
                List.of(member(TarEntry.file(".wh.c", 0)))));
    assertThat(image.entries().keySet()).containsExactly("a", "d");
    assertThat(image.wasted())
        .containsExactlyInAnyOrder(new WastedFile("a", 3, 1, 2), new WastedFile("b", 1, 1, 2));
  }

  @Test
  void effectsAreWhatLayersChange() throws IOException {
    FlatImage image =
        flat(
            List.of(
                List.of(member(TarEntry.directory("d/")), file("d/a", "1"), file("d/b", "1")),
                List.of(
                    member(TarEntry.directory("d/")),
                    file("d/a", "2"),
                    file("d/b", "1"),
                    file("e/f", "3"))));
    assertThat(image.effects().get(1).changes())
        .isEqualTo(Map.of("d/a", Effect.CHANGED, "e", Effect.ADDED, "e/f", Effect.ADDED));
    assertThat(image.effects().get(1).bytes()).isEqualTo(3);
    assertThat(at(image, "e").implied()).isTrue();
  }

  @Test
  void opaqueFolderInThePlaceOfALinkLeavesWhatTheLinkLedTo() throws IOException {
    FlatImage image =
        flat(
            List.of(
                List.of(
                    member(TarEntry.directory("etc/")),
                    file("etc/a", "1"),
                    file("etc/b", "1"),
                    member(TarEntry.symlink("was-link", "/etc"))),
                List.of(
                    member(TarEntry.directory("was-link/")),
                    member(TarEntry.file("was-link/.wh..wh..opq", 0)),
                    member(TarEntry.file("was-link/.wh.a", 0)),
                    file("was-link/inside", "2"))));
    assertThat(image.entries().keySet())
        .containsExactly("etc", "etc/a", "etc/b", "was-link", "was-link/inside");
    assertThat(image.effects().get(1).changes()).doesNotContainKeys("etc/a", "etc/b");
  }

  @Test
  void entriesBelowLinkedDirectoriesGoWhereTheLinkLeads() throws IOException {
    FlatImage image =
        flat(
            List.of(
                List.of(
                    member(TarEntry.directory("usr/bin")),
                    member(TarEntry.symlink("bin", "usr/bin"))),
                List.of(file("bin/tool", "x"), file("usr/bin/other", "y")),
                List.of(member(TarEntry.file("bin/.wh.other", 0)))));
    assertThat(image.entries().keySet()).containsExactly("bin", "usr", "usr/bin", "usr/bin/tool");
  }

  @Test
  void linksThatGoInCirclesAreRefused() {
    assertThatThrownBy(() ->
            flat(
                List.of(
                    List.of(
                        member(TarEntry.symlink("a", "b")),
                        member(TarEntry.symlink("b", "a")),
                        file("a/x", "")))))
        .hasMessageContaining("too many links");
  }

  @Test
  void directoryTakesThePlaceOfAFileAndAFileThatOfADirectory() throws IOException {
    FlatImage image =
        flat(
            List.of(
                List.of(file("a", "1"), member(TarEntry.directory("b")), file("b/c", "1")),
                List.of(member(TarEntry.directory("a")), file("a/x", ""), file("b", "2"))));
    assertThat(image.entries().keySet()).containsExactly("a", "a/x", "b");
  }

  @Test
  void linkToNothingIsRefused() {
    assertThatThrownBy(() -> flat(List.of(List.of(member(TarEntry.hardLink("a", "b"))))))
        .hasMessageContaining("layer 1 links /a to /b, which is not there");
  }

  @Test
  void pathOutOfTheRootIsRefused() {
    assertThatThrownBy(() -> flat(List.of(List.of(file("a/../../b", "")))))
        .hasMessageContaining("leads out of it");
  }

  @Test
  void manyNamesOfOneFileShareTheirList() throws IOException {
    List<Member> members = new ArrayList<>(List.of(file("0", "x")));
    for (int i = 1; i < 3000; i++) {
      members.add(member(TarEntry.hardLink(Integer.toString(i), "0")));
    }
    FlatImage image = flat(List.of(members));
    assertThat(at(image, "7").links()).hasSize(3000).isSameAs(at(image, "8").links());
  }
}
