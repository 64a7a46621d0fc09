package dev.janiko.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.janiko.cli.parity.ReportedBuilds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages of {@code build --report} and {@code compare --html} as a browser shows them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesIT {
  private static final int SMALLEST_LETTERS = 12;

  /** Elements that end right of the window, and their like in boxes that scroll. */
  private static final String TOO_WIDE =
      "[...document.querySelectorAll('body *')].filter(e => e.scrollWidth > e.clientWidth + 1"
          + " && getComputedStyle(e).overflowX !== 'visible'"
          + " || e.getBoundingClientRect().right > innerWidth + 1)"
          + ".map(e => e.tagName + '.' + e.className + ': ' + e.textContent.slice(0, 60))";

  private static final String SMALL_TEXT =
      "[...document.querySelectorAll('body *')].filter(e => [...e.childNodes]"
          + ".some(n => n.nodeType === 3 && n.data.trim())"
          + " && parseFloat(getComputedStyle(e).fontSize) < "
          + SMALLEST_LETTERS
          + ").map(e => e.tagName + ': ' + e.textContent.slice(0, 60))";

  private static final String VIOLATIONS =
      "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map("
          + "v => v.id + ': ' + v.help + ' at ' + v.nodes.map(n => n.target.join(' ')).join(', ')))";

  private Map<String, Path> pages = Map.of();
  private @Nullable Path pictures;
  private @Nullable Chromium chromium;

  @BeforeAll
  void open(@TempDir Path work) throws IOException {
    pages = ReportedBuilds.pages(work);
    pictures = Files.createDirectories(work.resolve("pictures"));
    chromium = Chromium.start(Files.createDirectories(work.resolve("chromium")));
  }

  @AfterAll
  void close() {
    if (chromium != null) {
      chromium.close();
    }
  }

  static Stream<Arguments> windows() {
    return Stream.of("build", "equal", "different")
        .flatMap(page -> Stream.of(1280, 400).map(width -> Arguments.of(page, width)));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void pageIsReadableAccessibleAndNeedsNothing(String name, int width) throws IOException {
    Path page = Objects.requireNonNull(pages.get(name), name);
    Chromium browser = Objects.requireNonNull(chromium);
    browser.show(page, width);
    picture(name + "-" + width);

    String verdict = browser.value("document.querySelector('.verdict').innerText").asText();
    assertThat(verdict).startsWith(ReportedBuilds.VERDICTS.get(name));
    JsonNode place =
        browser.value(
            "(r => [r.left, r.top, r.right, r.bottom, r.height])"
                + "(document.querySelector('.verdict').getBoundingClientRect())");
    assertThat(place.get(1).asDouble()).isPositive();
    assertThat(place.get(2).asDouble()).isLessThanOrEqualTo(width);
    assertThat(place.get(3).asDouble()).as("the verdict is seen at once").isLessThan(500);
    assertThat(browser.value("[...document.querySelectorAll('.bar')].length").asInt()).isPositive();
    assertThat(
            texts(
                browser.value(
                    "[...document.querySelectorAll('.bar')].filter(b => b.offsetWidth < 1"
                        + " || b.offsetHeight < 8).map(b => b.outerHTML)")))
        .as("bars that cannot be seen")
        .isEmpty();

    assertThat(browser.value("document.scrollingElement.scrollWidth").asInt())
        .as("no need to scroll to the side")
        .isLessThanOrEqualTo(width);
    assertThat(texts(browser.value(TOO_WIDE))).as("cut off").isEmpty();
    assertThat(texts(browser.value(SMALL_TEXT))).as("small letters").isEmpty();
    assertThat(browser.requests())
        .allMatch(url -> url.equals(page.toUri().toString()) || url.startsWith("data:"));

    browser.load("/axe.min.js");
    assertThat(texts(browser.value(VIOLATIONS))).as("what axe finds").isEmpty();
    assertThat(browser.complaints()).isEmpty();
  }

  private void picture(String name) throws IOException {
    byte[] png = Base64.getDecoder().decode(Objects.requireNonNull(chromium).picture());
    Files.write(Objects.requireNonNull(pictures).resolve(name + ".png"), png);
    assertThat(png.length).as("a picture of more than one color").isGreaterThan(5000);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.asText()));
    return texts;
  }
}
