package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Dir;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Listens where a command finds an SSH agent, and hands what comes to the real one.
 *
 * <p>An agent answers its own user only, whom the command need not be; and its socket must not be
 * given to another owner for the command's sake. Its threads are started when it is made, by a
 * thread that may: one that entered other namespaces may not.
 */
final class AgentForwarder implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 15;

  private final Path agent;
  private final ServerSocketChannel server;
  private final CompletableFuture<Boolean> bound = new CompletableFuture<>();
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

  private AgentForwarder(Path agent, ServerSocketChannel server) {
    this.agent = agent;
    this.server = server;
  }

  /**
   * Makes one; {@link #listen} gives it a place.
   *
   * @param agent the real agent's socket
   */
  static AgentForwarder to(Path agent) throws IOException {
    AgentForwarder forwarder =
        new AgentForwarder(agent, ServerSocketChannel.open(StandardProtocolFamily.UNIX));
    start("agent", forwarder::accept);
    return forwarder;
  }

  /** Makes the socket, in the file system that the calling thread sees. */
  void listen(Dir folder, String name, StepMount.Permissions permissions) throws IOException {
    server.bind(UnixDomainSocketAddress.of(folder.selfPath() + "/" + name));
    folder.chown(name, permissions.uid(), permissions.gid());
    folder.chmod(name, permissions.mode());
    bound.complete(true);
  }

  private interface Work {
    void run() throws IOException;
  }

  /** What fails ends a connection, which the command sees as an agent that does not answer. */
  private static Thread start(String name, Work work) {
    return Thread.ofPlatform()
        .name("step-" + name)
        .daemon()
        .start(() -> {
          try {
            work.run();
          } catch (IOException closed) {
            return;
          }
        });
  }

  private void accept() throws IOException {
    if (bound.join()) {
      while (server.isOpen()) {
        SocketChannel client = server.accept();
        start("agent-connection", () -> serve(client));
      }
    }
  }

  private void serve(SocketChannel client) throws IOException {
    connections.add(client);
    try (client;
        SocketChannel real = SocketChannel.open(UnixDomainSocketAddress.of(agent))) {
      connections.add(real);
      Thread answers = start("agent-answers", () -> copy(real, client));
      copy(client, real);
      answers.join();
      connections.remove(real);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(client);
    }
  }

  private static void copy(SocketChannel from, SocketChannel to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } finally {
      to.shutdownOutput();
    }
  }

  /** Stops listening and ends all connections. */
  @Override
  public void close() throws IOException {
    bound.complete(false);
    server.close();
    for (SocketChannel connection : connections) {
      connection.close();
    }
  }
}
