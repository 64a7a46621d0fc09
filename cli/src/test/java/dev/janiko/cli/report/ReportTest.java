package dev.janiko.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.compare.Differences;
import dev.janiko.builder.compare.EntryKind;
import dev.janiko.builder.compare.FlatImage;
import dev.janiko.builder.compare.IgnoreRules;
import dev.janiko.builder.compare.ImageComparison;
import dev.janiko.builder.compare.IndexedImage;
import dev.janiko.builder.compare.IndexedLayer;
import dev.janiko.builder.compare.LayerEntry;
import dev.janiko.builder.compare.LayerIndex;
import dev.janiko.builder.compare.Sides;
import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildEvent.Direction;
import dev.janiko.builder.event.BuildEvent.Outcome;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.linux.Timestamp;
import dev.janiko.registry.Digest;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.HistoryEntry;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.MediaTypes;
import dev.janiko.registry.image.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What reports say, and that their pages are sound without being looked at. */
final class ReportTest {
  private static final Pattern TAG = Pattern.compile("<(/?)([a-z0-9]+)([^>]*)>");
  private static final Set<String> EMPTY = Set.of("meta", "link", "br");

  private static LayerEntry file(String path, String content, long size) {
    return new LayerEntry(
        path, EntryKind.FILE, 0644, 0, 0, size, Timestamp.EPOCH, content, Map.of());
  }

  private static IndexedImage image(String name, LayerEntry... entries) {
    Digest digest = Digest.sha256Of(name.getBytes(StandardCharsets.UTF_8));
    ImageConfig config =
        ImageConfig.empty(Platform.of("linux", "amd64"))
            .withDiffIds(List.of(digest))
            .withHistory(List.of(HistoryEntry.buildkit("RUN a <b> & \"c\"", false)));
    return new IndexedImage(
        name,
        config,
        Map.of(),
        List.of(
            new IndexedLayer(
                Descriptor.of(MediaTypes.OCI_LAYER, digest, 1234),
                new LayerIndex(digest, 2048, List.of(entries)))));
  }

  private static Differences differences() throws IOException {
    return ImageComparison.of(IgnoreRules.none())
        .compare(
            image("one", file("etc/<script>", "aa", 10), file("gone/a", "b", 1)),
            image("two", file("etc/<script>", "cc", 10)));
  }

  private static ComparedBuild build(String name) {
    return new ComparedBuild(
        new BuildRecord(
            name,
            Duration.ofSeconds(3),
            List.of(
                new BuildRecord.Step(
                    "RUN x", Duration.ofSeconds(1), Duration.ofSeconds(2), Outcome.DONE)),
            List.of(
                new BuildRecord.Transfer(
                    "sha256:1", Direction.PULL, 5000, Duration.ZERO, Duration.ofSeconds(1))),
            Optional.empty(),
            Optional.empty()),
        OptionalLong.of(100_000_000),
        "this process",
        List.of("user 0"));
  }

  private static String page() throws IOException {
    return new ComparisonReport(
            new Sides<>(build("Janiko"), build("engine")), differences(), List.of("times"))
        .html();
  }

  @Test
  void pagesAreWellFormedAndNeedNothing() throws IOException {
    IndexedImage image = image("one", file("a", "b", 5));
    for (String page :
        List.of(page(), BuildPage.of(build("x").record(), image, FlatImage.of(image)))) {
      assertBalanced(page);
      assertThat(page)
          .contains("<html lang=\"en\">", "name=\"viewport\"", "default-src 'none'", "<h1>")
          .doesNotContain("http:", "https:", "src=", "<script", "@import", "url(");
      assertThat(page.split("<th ", -1).length).isEqualTo(page.split("<th scope=", -1).length);
      assertThat(page.split("class=\"track\"", -1).length)
          .isEqualTo(page.split("class=\"track\" aria-hidden=\"true\"", -1).length);
    }
  }

  private static void assertBalanced(String page) {
    Deque<String> open = new ArrayDeque<>();
    Matcher tag = TAG.matcher(page.substring(page.indexOf("<html")));
    while (tag.find()) {
      if (EMPTY.contains(tag.group(2))) {
        continue;
      }
      if (tag.group(1).isEmpty()) {
        open.push(tag.group(2));
      } else {
        assertThat(open.pop()).as(tag.group()).isEqualTo(tag.group(2));
      }
    }
    assertThat(open).isEmpty();
  }

  @Test
  void pageOfAComparisonTellsTheVerdictFirstAndWhatMadeEachDifference() throws IOException {
    String page = page();
    assertThat(page.indexOf("The images differ: 4 differences"))
        .isPositive()
        .isLessThan(page.indexOf("Where the time went"));
    assertThat(page)
        .contains("&lt;script&gt;", "layer 1: RUN a &lt;b&gt; &amp; &quot;c&quot;", "100.0 MB");
  }

  @Test
  void textNamesEachSubjectOnceAndFoldsWhatIsBelowIt() throws IOException {
    assertThat(DiffText.of(differences()))
        .contains(
            "Files\n  /etc/<script>\n    content    A: sha256:aa\n",
            "  /gone\n    presence   A: directory 0755 0:0\n               B: (nothing)\n",
            "    and 1 more below it\n",
            "The images differ: 4 differences.\n");
  }

  @Test
  void jsonTellsEachDifferenceWithItsOrigin() throws IOException {
    assertThat(DiffJson.of(differences()))
        .startsWith("{\"equal\":false,\"ignored\":0,\"a\":{\"name\":\"one\"")
        .contains(
            "{\"area\":\"file\",\"subject\":\"/etc/<script>\",\"attribute\":\"content\","
                + "\"a\":\"sha256:aa\",\"aFrom\":{\"layer\":1,")
        .endsWith("}\n");
  }

  @Test
  void recorderNotesStepsTransfersAndPhases() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    BuildRecorder recorder = new BuildRecorder("x", BuildListener.none(), now::get);
    recorder.on(new BuildEvent.StepStarted(1, "0", 1, 1, "RUN a", Optional.empty()));
    recorder.on(new BuildEvent.TransferProgress("t", "w", BuildEvent.Direction.PULL, 5, 10));
    now.set(Instant.ofEpochSecond(4));
    recorder.on(new BuildEvent.TransferProgress("t", "w", BuildEvent.Direction.PULL, 10, 10));
    recorder.on(new BuildEvent.StepFinished(1, Duration.ofSeconds(4), Outcome.DONE));
    recorder.on(new BuildEvent.PhaseFinished("steps", Duration.ofSeconds(3)));
    BuildRecord record = recorder.result();
    assertThat(record.total()).isEqualTo(Duration.ofSeconds(4));
    assertThat(record.bytes(Direction.PULL)).isEqualTo(10);
    assertThat(record.steps())
        .extracting(BuildRecord.Step::title)
        .containsExactly("[0] RUN a", "(steps)");
    assertThat(record.steps().getLast().start()).isEqualTo(Duration.ofSeconds(1));
  }
}
