package dev.janiko.builder.fakeroot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.builder.fakeroot.Identity.Ids;
import dev.janiko.builder.linux.Credentials;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdentityTest {
  private static final long SAME = 0xffff_ffffL;
  private static final Identity ROOT = Identity.of(Credentials.ROOT);
  private static final Identity USER = Identity.of(new Credentials(33, 34, List.of(34L, 35L)));

  @Test
  void rootBecomesAnybodyAndNeverRootAgain() {
    Identity user = ROOT.setUser(33).orElseThrow();
    assertThat(user.user()).isEqualTo(Ids.all(33));
    assertThat(user.may(Identity.CHOWN)).isFalse();
    assertThat(user.setUser(0)).isEmpty();
    assertThat(user.setUsers(SAME, 0, SAME)).isEmpty();
    assertThat(user.setSupplementary(List.of())).isEmpty();
  }

  @Test
  void aSavedUserCanBeTakenBack() {
    Identity lowered = ROOT.setUsers(SAME, 33, SAME).orElseThrow();
    assertThat(lowered.user()).isEqualTo(new Ids(0, 33, 0, 33));
    assertThat(lowered.may(Identity.CHOWN)).isFalse();
    Identity raised = lowered.setUsers(SAME, 0, SAME).orElseThrow();
    assertThat(raised.may(Identity.CHOWN)).isTrue();
  }

  @Test
  void theSavedUserFollowsSetreuid() {
    Identity user = ROOT.setTwoUsers(33, 33).orElseThrow();
    assertThat(user.user()).isEqualTo(Ids.all(33));
    Identity half = ROOT.setTwoUsers(SAME, 33).orElseThrow();
    assertThat(half.user().saved()).isEqualTo(33);
  }

  @Test
  void capabilitiesOutliveAChangeOfUserIfKept() {
    Identity kept = ROOT.keepingCapabilities(true).setUser(33).orElseThrow();
    assertThat(kept.may(Identity.CHOWN)).isFalse();
    assertThat(kept.capabilities().permitted()).isEqualTo(ROOT.capabilities().permitted());
    long chown = 1L << Identity.CHOWN;
    Identity again = kept.setCapabilities(chown, chown, 0).orElseThrow();
    assertThat(again.may(Identity.CHOWN)).isTrue();
    assertThat(again.setCapabilities(3, 3, 0)).isEmpty();
  }

  @Test
  void anOrdinaryUserChangesAmongItsOwn() {
    assertThat(USER.may(Identity.SETUID)).isFalse();
    assertThat(USER.setGroup(35)).isEmpty();
    assertThat(USER.isIn(35)).isTrue();
    assertThat(USER.setFilesUser(0)).isEqualTo(USER);
    assertThat(ROOT.setFilesUser(33).makesRootsFiles()).isFalse();
  }

  @Test
  void executingASetuidFileMakesRoot() {
    Identity root = USER.executing(0, 34);
    assertThat(root.user()).isEqualTo(new Ids(33, 0, 0, 0));
    assertThat(root.may(Identity.CHOWN)).isTrue();
    assertThat(root.executing(33, 34).may(Identity.CHOWN)).isFalse();
    assertThat(ROOT.setCapabilities(0, 0, 0).orElseThrow().executing(0, 0)).isEqualTo(ROOT);
  }
}
