package dev.janiko.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MountTest {
  private static final Mount.Ownership ANYONE =
      new Mount.Ownership(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

  private static Mount parse(String text) {
    return Mount.parse(text, UnaryOperator.identity());
  }

  @Test
  void readsEachType() {
    assertThat(parse("target=/x")).isEqualTo(new Mount.Bind("", "", "/x", true));
    assertThat(parse("type=bind,from=a,src=b,dst=/x,rw"))
        .isEqualTo(new Mount.Bind("a", "b", "/x", false));
    assertThat(parse("Type=CACHE,id=i,destination=/x,sharing=Locked,mode=0755,uid=1,gid=2,ro=true"))
        .isEqualTo(
            new Mount.Cache(
                "i",
                "",
                "",
                "/x",
                true,
                Mount.Sharing.LOCKED,
                new Mount.Ownership(
                    OptionalLong.of(1), OptionalLong.of(2), OptionalLong.of(0755))));
    assertThat(parse("type=tmpfs,target=/x,size=1.5m"))
        .isEqualTo(new Mount.Tmpfs("/x", OptionalLong.of(1_572_864), false));
    assertThat(parse("type=secret,source=s,env=E,required"))
        .isEqualTo(new Mount.Secret("s", "", Optional.of("E"), true, ANYONE));
    assertThat(parse("type=ssh,id=i,required=false"))
        .isEqualTo(new Mount.Ssh("i", "", false, ANYONE));
  }

  @Test
  void readsQuotedFields() {
    assertThat(parse("type=bind,\"source=a,b\",target=/x"))
        .isEqualTo(new Mount.Bind("", "a,b", "/x", true));
    assertThatThrownBy(() -> parse("target=\"/x\""))
        .hasMessageStartingWith("failed to parse csv mounts: bare \"");
  }

  @Test
  void expandsValuesButNotFrom() {
    UnaryOperator<String> expand = value -> value.replace("$v", "value");

    assertThat(Mount.parse("type=cache,target=/$v", expand))
        .extracting(Mount::target)
        .isEqualTo("/value");
    assertThatThrownBy(() -> Mount.parse("from=$v,target=/x", expand))
        .hasMessage("'from' doesn't support variable expansion, define alias stage instead");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "typ=cache,target=/x | unexpected key 'typ' in 'typ=cache' (did you mean type?)",
        "type=tmp,target=/x | unsupported mount type \"tmp\" (did you mean tmpfs?)",
        "foo | invalid field 'foo' must be a key=value pair",
        "type=cache,target=/x,sharing=shard | unsupported sharing value \"shard\" (did you mean"
            + " shared?)",
        "type=secret | invalid secret mount. one of source, target required",
        "type=secret,id=a,source=b | both source and id can't be set",
        "type=secret,id=a,from=b | secret mount should not have a from",
        "type=ssh,source=/x | ssh does not support source",
        "type=bind,target=/x,mode=0755 | mode not allowed for \"bind\" type mounts",
        "type=cache,target=/x,mode=abc | invalid value abc for mode",
        "type=cache,target=/x,uid=-1 | invalid value -1 for uid",
        "type=cache,target=/x,size=1m | unexpected key 'size' for mount type 'cache'",
        "type=bind,target=/x,required | unexpected key 'required' for mount type 'bind'",
        "type=bind,target=/x,required=true | unexpected key 'required' for mount type 'bind'",
        "type=bind,target=/x,ro=maybe | invalid value for ro: maybe",
        "type=bind,target=/x,sharing=locked | invalid cache sharing set for bind mount",
        "type=tmpfs,target=/x,size=big | invalid value for size: big",
        "type=bind,target=/x,env=A | unexpected key 'env' for mount type 'bind'",
      })
  void refuses(String text, String message) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(DockerfileException.class)
        .hasMessage(message);
  }
}
