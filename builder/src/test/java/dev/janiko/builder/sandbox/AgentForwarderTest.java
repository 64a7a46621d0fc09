package dev.janiko.builder.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.janiko.builder.linux.Dir;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AgentForwarderTest {
  @TempDir Path folder;
  private Path agent = Path.of("");
  private ServerSocketChannel server;

  AgentForwarderTest() throws IOException {
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
  }

  /** An agent that answers each message with itself. */
  @BeforeEach
  void startAgent() throws IOException {
    Busybox.requireRoot();
    agent = folder.resolve("agent");
    server.bind(UnixDomainSocketAddress.of(agent));
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (true) {
            try (SocketChannel client = server.accept()) {
              ByteBuffer buffer = ByteBuffer.allocate(100);
              while (client.read(buffer) >= 0) {
                buffer.flip();
                client.write(buffer);
                buffer.clear();
              }
            } catch (IOException closed) {
              return;
            }
          }
        });
  }

  @AfterEach
  void stopAgent() throws IOException {
    server.close();
  }

  private AgentForwarder listening() throws IOException {
    return listening(agent);
  }

  private AgentForwarder listening(Path to) throws IOException {
    AgentForwarder forwarder = AgentForwarder.to(to);
    try (Dir dir = Dir.open(folder)) {
      forwarder.listen(dir, "socket", new StepMount.Permissions(12, 34, 0640));
    }
    return forwarder;
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("socket")));
  }

  private static String ask(SocketChannel channel, String text) throws IOException {
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    ByteBuffer answer = ByteBuffer.allocate(text.length());
    while (answer.hasRemaining() && channel.read(answer) >= 0) {
      // Answers may come in pieces.
      assertThat(answer.position()).isPositive();
    }
    return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
  }

  @Test
  void messagesGoToTheAgentAndAnswersComeBack() throws IOException {
    try (AgentForwarder forwarder = listening()) {
      for (int i = 0; i < 3; i++) {
        try (SocketChannel channel = connect()) {
          assertThat(ask(channel, "first " + i)).isEqualTo("first " + i);
          assertThat(ask(channel, "second")).isEqualTo("second");
        }
      }
      assertThat(forwarder).isNotNull();
    }
  }

  @Test
  void theSocketHasItsOwnOwnerAndMode() throws IOException {
    try (AgentForwarder forwarder = listening()) {
      Path socket = folder.resolve("socket");
      assertThat(Files.getAttribute(socket, "unix:uid")).isEqualTo(12);
      assertThat(Files.getAttribute(socket, "unix:gid")).isEqualTo(34);
      assertThat((int) Files.getAttribute(socket, "unix:mode") & 0777).isEqualTo(0640);
      assertThat(forwarder).isNotNull();
    }
  }

  @Test
  void anAgentThatIsGoneEndsTheConnection() throws IOException {
    // Not the one that is being accepted from: it may take one more connection while it is closed.
    Path gone = folder.resolve("gone");
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(gone));
    }
    try (AgentForwarder forwarder = listening(gone);
        SocketChannel channel = connect()) {
      assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(forwarder).isNotNull();
    }
  }

  @Test
  void nothingIsAnsweredAfterwards() throws IOException {
    listening().close();
    AgentForwarder.to(agent).close();
    assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
  }
}
