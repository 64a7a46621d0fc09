package dev.janiko.builder.fetch;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.eclipse.jgit.transport.sshd.agent.AbstractConnector;
import org.jspecify.annotations.Nullable;

/** Speaks with an agent of ssh through its socket (draft-miller-ssh-agent, "Protocol Messages"). */
final class AgentConnector extends AbstractConnector {
  private final Path socket;
  private @Nullable SocketChannel channel;

  AgentConnector(Path socket) {
    this.socket = socket;
  }

  /** Returns whether there is an agent; keys are looked for elsewhere if not. */
  @Override
  public boolean connect() {
    try {
      SocketChannel opened = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel = opened;
      return opened.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException expected) {
      return false;
    }
  }

  @Override
  public byte[] rpc(byte command, byte[] message) throws IOException {
    SocketChannel open = channel;
    if (open == null) {
      throw new IOException("the agent is not connected");
    }
    prepareMessage(command, message);
    ByteBuffer out = ByteBuffer.wrap(message);
    while (out.hasRemaining()) {
      if (open.write(out) < 0) {
        throw new IOException("the agent hung up");
      }
    }
    DataInputStream in = new DataInputStream(Channels.newInputStream(open));
    byte[] length = new byte[Integer.BYTES];
    in.readFully(length);
    byte[] answer = new byte[toLength(command, length)];
    in.readFully(answer);
    return answer;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
