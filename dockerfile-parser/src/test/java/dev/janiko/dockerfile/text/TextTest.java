package dev.janiko.dockerfile.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1ns, 1",
    "1.5us, 1500",
    "2\u00b5s, 2000",
    "200ms, 200000000",
    "1m30s, 90000000000",
    ".5s, 500000000",
    "1.s, 1000000000",
    "-1h, -3600000000000",
    "+1s, 1000000000",
  })
  void readsDurations(String text, long nanos) {
    assertThat(GoDuration.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "5 | time: missing unit in duration \"5\"",
        "'' | time: invalid duration \"\"",
        "x | time: invalid duration \"x\"",
        "1x | time: unknown unit \"x\" in duration \"1x\"",
        "1..2s | time: invalid duration \"1..2s\"",
        "3000000h | time: invalid duration \"3000000h\"",
      })
  void refusesDurations(String text, String message) {
    assertThatThrownBy(() -> GoDuration.parse(text)).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "1, 1ns",
    "1500, 1.5\u00b5s",
    "200000000, 200ms",
    "1500000000, 1.5s",
    "60000000000, 1m0s",
    "3600000000000, 1h0m0s",
    "5400000000000, 1h30m0s",
    "-90000000000, -1m30s",
  })
  void printsDurations(long nanos, String text) {
    assertThat(GoDuration.print(Duration.ofNanos(nanos))).isEqualTo(text);
  }

  @Test
  void durationsReadBack() {
    for (int seed = 0; seed < 1_000; seed++) {
      long nanos = new Random(seed).nextLong() >> (seed % 60);
      Duration duration = Duration.ofNanos(nanos == Long.MIN_VALUE ? 0 : nanos);
      assertThat(GoDuration.parse(GoDuration.print(duration)))
          .as("seed %s", seed)
          .isEqualTo(duration);
    }
  }

  @Test
  void quotesAsGo() {
    assertThat(GoQuote.quote("a\"b\\c\n\t\u0000\u007f\u00e9\u200b\ud83d\ude80"))
        .isEqualTo("\"a\\\"b\\\\c\\n\\t\\x00\\x7f\u00e9\\u200b\ud83d\ude80\"");
    assertThat(GoQuote.quote(List.of("/bin/sh", "-c", "x")))
        .isEqualTo("[\"/bin/sh\" \"-c\" \"x\"]");
    assertThat(GoQuote.quote(List.of())).isEqualTo("[]");
  }

  @Test
  void suggestsTheNearest() {
    List<String> names = List.of("from", "chown", "chmod");

    assertThat(Suggestion.nearest("chwon", names)).contains("chown");
    assertThat(Suggestion.nearest("chown", names)).isEmpty();
    assertThat(Suggestion.nearest("elephant", names)).isEmpty();
    assertThat(Suggestion.nearestIgnoringCase("FORM", names)).contains("FROM");
    assertThat(Suggestion.nearestIgnoringCase("Form", names)).contains("from");
    assertThat(Suggestion.hint(Suggestion.nearest("fron", names)))
        .isEqualTo(" (did you mean from?)");
  }

  @ParameterizedTest
  @CsvSource({
    "80, '80/tcp'",
    "80/UDP, '80/udp'",
    "8000-8002/sctp, '8000/sctp,8001/sctp,8002/sctp'",
    "1.2.3.4:80:90, '90/tcp'",
    "'[::1]:80:90', '90/tcp'",
    "8000-8001:90, '90/tcp'",
    "0, '0/tcp'",
    "65535, '65535/tcp'",
  })
  void readsPorts(String word, String entries) {
    assertThat(ExposedPorts.parse(word)).containsExactly(entries.split(","));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "abc | invalid containerPort: abc",
        "80/xyz | invalid port: \"80/xyz\": invalid proto: xyz",
        "90-80 | invalid containerPort: 90-80",
        "70000 | invalid containerPort: 70000",
        "1.2.3:80:80 | invalid IP address: 1.2.3",
        "/tcp | invalid port: \"/tcp\": no port specified",
        "x:80 | invalid hostPort: x",
        "1-3:4-5 | invalid ranges specified for container and host Ports: 4-5 and 1-3",
        ":::1::80 | invalid IP address: :::1",
      })
  void refusesPorts(String word, String message) {
    assertThatThrownBy(() -> ExposedPorts.parse(word)).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "9, 9",
    "SIGTERM, 15",
    "term, 15",
    "sigkill, 9",
    "RTMIN, 34",
    "SIGRTMIN+3, 37",
    "RTMAX-1, 63",
    "SYS, 31",
  })
  void knowsSignals(String name, int number) {
    assertThat(Signals.number(name)).isEqualTo(OptionalInt.of(number));
  }

  @ParameterizedTest
  @CsvSource({"SIGFOO", "0", "''", "RTMIN+16", "RTMAX-15", "99999999999", "SIG"})
  void refusesSignals(String name) {
    assertThat(Signals.number(name)).isEmpty();
  }

  @Test
  void readsSizes() {
    assertThat(ByteSize.parse("64m")).isEqualTo(OptionalLong.of(64 << 20));
    assertThat(ByteSize.parse("1.5 KiB")).isEqualTo(OptionalLong.of(1536));
    assertThat(ByteSize.parse("7")).isEqualTo(OptionalLong.of(7));
    assertThat(ByteSize.parse("m")).isEmpty();
    assertThat(ByteSize.parse("99999999p")).isEmpty();
  }

  @Test
  void readsSeparatedValues() {
    assertThat(Csv.fields("a,\"b,\"\"c\",")).containsExactly("a", "b,\"c", "");
    assertThat(Csv.fields("")).containsExactly("");
    assertThatThrownBy(() -> Csv.fields("a\"b")).hasMessageContaining("bare");
    assertThatThrownBy(() -> Csv.fields("\"a")).hasMessageContaining("missing closing");
    assertThatThrownBy(() -> Csv.fields("\"a\"b")).hasMessageContaining("extraneous");
  }
}
