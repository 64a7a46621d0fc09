package dev.janiko.cli.parity;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes connections on to an engine's socket until it goes away with all of them. */
final class EngineProxy implements AutoCloseable {
  private final ServerSocket server;
  private final Path socket;
  private final List<Closeable> open = new CopyOnWriteArrayList<>();

  private EngineProxy(ServerSocket server, Path socket) {
    this.server = server;
    this.socket = socket;
  }

  static EngineProxy to(String host) throws IOException {
    EngineProxy proxy =
        new EngineProxy(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            Path.of(host.substring("unix://".length())));
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  String address() {
    return "tcp://127.0.0.1:" + server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket from = server.accept();
        SocketChannel to = SocketChannel.open(StandardProtocolFamily.UNIX);
        to.connect(UnixDomainSocketAddress.of(socket));
        open.add(from);
        open.add(to);
        InputStream up = from.getInputStream();
        OutputStream down = from.getOutputStream();
        Thread.ofVirtual().start(() -> pass(up, Channels.newOutputStream(to), from, to));
        Thread.ofVirtual().start(() -> pass(Channels.newInputStream(to), down, from, to));
      }
    } catch (IOException e) {
      close();
    }
  }

  private static void pass(InputStream in, OutputStream out, Closeable one, Closeable other) {
    try {
      in.transferTo(out);
    } catch (IOException e) {
      end(one);
    }
    end(other);
    end(one);
  }

  private static void end(Closeable connection) {
    try {
      connection.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    hangUp();
  }

  /** Goes away with all connections. May be repeated. */
  void hangUp() {
    end(server);
    open.forEach(EngineProxy::end);
  }
}
