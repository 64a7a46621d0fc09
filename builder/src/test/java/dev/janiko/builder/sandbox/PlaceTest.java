package dev.janiko.builder.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaceTest {
  @TempDir Path root;

  private Place place() {
    return new Place(root, Map.of());
  }

  private void write(String path, String content) throws IOException {
    Files.createDirectories(root.resolve(path).getParent());
    Files.writeString(root.resolve(path), content);
  }

  @Test
  void aMachineIsNoContainer() throws IOException {
    write("proc/self/cgroup", "0::/user.slice/session-1.scope\n");
    write("proc/self/mounts", "/dev/sda1 / ext4 rw 0 0\noverlay /var/x overlay rw 0 0\n");
    assertThat(place().containerMark()).isEmpty();
  }

  @Test
  void enginesLeaveTheirMarks() throws IOException {
    assertThat(new Place(root, Map.of("container", "podman")).containerMark()).isPresent();
    write("proc/self/cgroup", "0::/kubepods/burstable/pod1\n");
    assertThat(place().containerMark()).contains("/proc/self/cgroup");
    write("run/.containerenv", "");
    assertThat(place().containerMark()).contains("/run/.containerenv");
  }

  @Test
  void anOverlayAsRootIsAMark() throws IOException {
    write("proc/self/mounts", "overlay / overlay rw,lowerdir=/x 0 0\n");
    assertThat(place().containerMark()).isPresent();
  }

  @Test
  void theStrongestIsolationIsChosenAndAMachinesRootIsSafe() throws IOException {
    Busybox.requireRoot();
    Probe probe = Probe.of(root.resolve("work"), false);
    assertThat(probe.choose(Isolation.AUTO)).isEqualTo(Way.OVERLAY);
    assertThat(probe.choose(Isolation.NAMESPACE)).isEqualTo(Way.OVERLAY);
    if (Place.here().containerMark().isEmpty()) {
      assertThatThrownBy(() -> probe.choose(Isolation.INPLACE))
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("throw-away container");
    }
    assertThat(Probe.of(root, true).choose(Isolation.INPLACE)).isEqualTo(Way.ROOT);
  }

  @Test
  void isolationsAreNamedAsOnTheCommandLine() {
    assertThat(Isolation.ofOptionValue("inplace")).isEqualTo(Isolation.INPLACE);
    assertThat(Isolation.ofOptionValue("chroot")).isEqualTo(Isolation.CHROOT);
    assertThatThrownBy(() -> Isolation.ofOptionValue("jail"))
        .hasMessage("unknown isolation \"jail\": it is one of auto, namespace, chroot, inplace");
  }
}
