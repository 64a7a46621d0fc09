package dev.janiko.builder.fetch;

import java.io.File;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.sshd.JGitKeyCache;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;
import org.eclipse.jgit.transport.sshd.agent.Connector;
import org.eclipse.jgit.transport.sshd.agent.ConnectorFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of ssh with the keys, the settings and the known hosts of a home folder, and the keys of
 * an agent. Nothing is asked: a host that is not known is refused, a key with a passphrase is of no
 * use without an agent. Used by one thread.
 */
final class GitSsh implements AutoCloseable {
  private final SshdSessionFactory sessions;

  private GitSsh(SshdSessionFactory sessions) {
    this.sessions = sessions;
  }

  static GitSsh open(GitOptions.Ssh settings) {
    File home = settings.home().toFile();
    SshdSessionFactoryBuilder builder =
        new SshdSessionFactoryBuilder()
            .setPreferredAuthentications("publickey")
            .setHomeDirectory(home)
            .setSshDirectory(new File(home, ".ssh"));
    builder.setConnectorFactory(settings.agent().map(Agents::new).orElse(null));
    return new GitSsh(builder.build(new JGitKeyCache()));
  }

  SshSessionFactory sessions() {
    return sessions;
  }

  @Override
  public void close() {
    sessions.close();
  }

  /** The one agent there is. */
  private static final class Agents implements ConnectorFactory {
    private final Path socket;

    private Agents(Path socket) {
      this.socket = socket;
    }

    @Override
    public Connector create(@Nullable String identityAgent, @Nullable File home) {
      return new AgentConnector(socket);
    }

    @Override
    public boolean isSupported() {
      return true;
    }

    @Override
    public String getName() {
      return "janiko";
    }

    @Override
    public Collection<ConnectorDescriptor> getSupportedConnectors() {
      return List.of(getDefaultConnector());
    }

    @Override
    public ConnectorDescriptor getDefaultConnector() {
      return new ConnectorDescriptor() {
        @Override
        public String getIdentityAgent() {
          return "SSH_AUTH_SOCK";
        }

        @Override
        public String getDisplayName() {
          return "agent";
        }
      };
    }
  }
}
