package dev.janiko.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values of {@code RUN --device}. */
final class DeviceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.com/gpu | a.com/gpu | false",
        "a.com/gpu=all | a.com/gpu=all | false",
        "a.com/gpu=all,required | a.com/gpu=all | true",
        "required=true,name=a.com/gpu=all | a.com/gpu=all | true",
        "a.com/gpu,required=false | a.com/gpu | false",
      })
  void readsNameAndNeed(String text, String name, boolean required) {
    assertThat(Device.parse(text)).isEqualTo(new Device(name, required));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "required | a device needs a name",
        "a,name=b | device name already set to a",
        "a,require=true | unexpected key 'require' in 'require=true' (did you mean required?)",
        "a,b | invalid field 'b' must be a key=value pair",
        "a,required=so | invalid value for required: so",
        "\"a | failed to parse csv devices: missing closing \" of the field at column 1",
      })
  void refusesOthers(String text, String message) {
    assertThatThrownBy(() -> Device.parse(text))
        .isInstanceOf(DockerfileException.class)
        .hasMessage(message);
  }

  @Test
  void isJudgedWithTheInstruction() {
    assertThatThrownBy(() -> DockerfileParser.parse("FROM a\nRUN --device=required x\n", "f"))
        .hasMessage("dockerfile parse error on line 2: a device needs a name");
  }
}
