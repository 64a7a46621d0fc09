package dev.janiko.builder.fetch;

import java.net.InetAddress;
import java.util.TimeZone;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Keeps git's settings of this machine and its user out of builds, and JGit's findings about disks
 * out of their home: what is built must not depend on them.
 */
@SuppressWarnings("InlineMeSuggester") // What is deprecated is abstract above: it must be here.
final class IsolatedGit extends SystemReader {
  private IsolatedGit() {}

  /** Makes all of JGit in this process so; it has no narrower place for that. */
  static void install() {
    SystemReader.setInstance(new IsolatedGit());
  }

  @Override
  public String getHostname() {
    return InetAddress.getLoopbackAddress().getHostName();
  }

  @Override
  public @Nullable String getenv(String variable) {
    return null;
  }

  @Override
  public @Nullable String getProperty(String key) {
    return System.getProperty(key);
  }

  @Override
  public FileBasedConfig openUserConfig(Config parent, FS fs) {
    return new NoConfig(parent, fs);
  }

  @Override
  public FileBasedConfig openSystemConfig(Config parent, FS fs) {
    return new NoConfig(parent, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(Config parent, FS fs) {
    return new NoConfig(parent, fs);
  }

  @Override
  @Deprecated
  public long getCurrentTime() {
    return System.currentTimeMillis();
  }

  @Override
  @Deprecated
  public int getTimezone(long when) {
    return TimeZone.getDefault().getOffset(when) / 60_000;
  }

  /** Settings that are not in any file. */
  private static final class NoConfig extends FileBasedConfig {
    private static final int TICK_MILLIS = 10;

    private NoConfig(Config parent, FS fs) {
      super(parent, null, fs);
    }

    @Override
    public void load() {}

    @Override
    public void save() {}

    /**
     * How exact a disk's times are: no worse than a tick of the kernel. Otherwise JGit would find
     * it out by experiments in the repository's folder, which go on beside us.
     */
    @Override
    public long getTimeUnit(
        String section, @Nullable String subsection, String name, long other, TimeUnit unit) {
      return section.equals(ConfigConstants.CONFIG_FILESYSTEM_SECTION)
          ? unit.convert(TICK_MILLIS, TimeUnit.MILLISECONDS)
          : super.getTimeUnit(section, subsection, name, other, unit);
    }

    @Override
    public boolean isOutdated() {
      return false;
    }
  }
}
