package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Capabilities;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.UserIds;
import java.util.List;

/** What of root's powers it takes to build without playing root. */
final class RootPowers {
  private static final int CHOWN = 0;
  private static final int DAC_OVERRIDE = 1;
  private static final int FOWNER = 3;
  private static final int SETGID = 6;
  private static final int SETUID = 7;
  private static final List<Integer> NEEDED = List.of(CHOWN, DAC_OVERRIDE, FOWNER, SETGID, SETUID);

  private RootPowers() {}

  /** Whether this process can give files to anybody and become anybody. */
  static boolean areHeld() throws LinuxException {
    long held = Capabilities.effective();
    return UserIds.ofThisProcess().sufficeForImages()
        && NEEDED.stream().allMatch(capability -> (held & 1L << capability) != 0);
  }
}
