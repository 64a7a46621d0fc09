package dev.janiko.builder.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.linux.UserNamespace.Outcome;
import dev.janiko.builder.linux.UserNamespace.Phase;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UserNamespaceTest {
  private static final long SECONDS = 60;

  private static Program shell(String script) {
    return Program.of("/bin/sh", List.of("sh", "-c", script), List.of("PATH=/usr/bin:/bin"));
  }

  private static ExitStatus run(String script, UserIds ids) throws Exception {
    Outcome outcome =
        UserNamespace.enter(Optional.of(shell(script)), pid -> UserNamespace.write(pid, ids));
    assertThat(outcome).isInstanceOf(Outcome.Running.class);
    return ((Outcome.Running) outcome).life().get(SECONDS, TimeUnit.SECONDS);
  }

  private static UserIds own() {
    return UserIds.single(UserNamespace.user(), UserNamespace.group());
  }

  @Test
  void theProgramIsRootOfItAloneAndMayMount() throws Exception {
    String script =
        """
        [ "$(id -u):$(id -g)" = 0:0 ] || exit 3
        [ "$(wc -l </proc/self/uid_map)" = 1 ] || exit 4
        [ "$(awk '{print $3}' /proc/self/gid_map)" = 1 ] || exit 5
        mount -t tmpfs none /tmp || exit 6
        [ ! -e /proc/self/fd/3 ] || exit 7
        """;
    assertThat(run(script, own())).isEqualTo(new ExitStatus.Exited(0));
  }

  @Test
  void itsExitStatusIsTold() throws Exception {
    assertThat(run("exit 42", own())).isEqualTo(new ExitStatus.Exited(42));
    assertThat(run("kill -TERM $$", own())).isEqualTo(new ExitStatus.Killed(15));
  }

  @Test
  void aTryRunsNothing() throws IOException {
    assertThat(UserNamespace.enter(Optional.empty(), pid -> UserNamespace.write(pid, own())))
        .isEqualTo(new Outcome.Possible());
    assertThat(UserNamespace.refusal()).isEmpty();
  }

  @Test
  void usersThatCannotBeHadAreToldAndNothingRuns() throws IOException {
    Outcome outcome =
        UserNamespace.enter(
            Optional.of(shell("exit 0")),
            _ -> {
              throw new IOException("no users today");
            });
    assertThat(outcome).isEqualTo(new Outcome.Refused(Phase.USERS, "no users today"));
  }

  @Test
  void aMissingProgramIsTold() throws IOException {
    Program nothing = Program.of("/nowhere", List.of("nowhere"), List.of());
    Outcome outcome =
        UserNamespace.enter(Optional.of(nothing), pid -> UserNamespace.write(pid, own()));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> {
              assertThat(refused.phase()).isEqualTo(Phase.EXECUTION);
              assertThat(refused.reason()).contains("errno 2");
            });
  }
}
