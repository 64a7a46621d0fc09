package dev.janiko.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ChallengeTest {
  @Test
  void readsSeveralChallengesOfOneHeader() {
    assertThat(
            Challenge.parse(
                List.of(
                    "Negotiate, NTLM TlRM==, bearer Realm = \"https://a/t?x=\\\"1\\\",y\" , "
                        + "service=b c, Basic realm=\"\"",
                    "Digest qop=auth")))
        .containsExactly(
            new Challenge("negotiate", Map.of()),
            new Challenge("ntlm", Map.of()),
            new Challenge("bearer", Map.of("realm", "https://a/t?x=\"1\",y", "service", "b")),
            new Challenge("c", Map.of()),
            new Challenge("basic", Map.of("realm", "")),
            new Challenge("digest", Map.of("qop", "auth")));
  }

  @Test
  void endsWhateverItReads() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(30); i > 0; i--) {
        text.append("aB =\",\\\t\u00e9".charAt(random.nextInt(9)));
      }
      assertThat(Challenge.parse(List.of(text.toString()))).as("seed %d", seed).isNotNull();
    }
  }

  @Test
  void grantsCoverSmallerOnes() {
    Set<String> granted = Set.of("repository:a/b:pull,push");
    assertThat(Scope.covers(granted, Scope.pull("a/b").grants())).isTrue();
    assertThat(Scope.covers(granted, Scope.push("a/b").grants())).isTrue();
    assertThat(Scope.covers(granted, Scope.pull("a").grants())).isFalse();
    assertThat(Scope.covers(granted, Scope.push("a/b").andPull("c").grants())).isFalse();
  }
}
