package dev.janiko.builder.docker;

import dev.janiko.builder.docker.EngineException.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** One connection to an engine. Closing it ends whatever waits on it. */
record Wire(InputStream in, OutputStream out, Closeable end) implements Closeable {
  private static final int CONNECT_MILLIS = 5_000;

  /**
   * Connects.
   *
   * @throws EngineException unreachable, or without trust
   */
  static Wire open(EngineAddress address) throws EngineException {
    return switch (address) {
      case EngineAddress.Unix unix -> unix(unix);
      case EngineAddress.Tcp tcp -> tcp(tcp);
    };
  }

  private static Wire unix(EngineAddress.Unix address) throws EngineException {
    try {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(UnixDomainSocketAddress.of(address.path()));
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      return new Wire(Channels.newInputStream(channel), Channels.newOutputStream(channel), channel);
    } catch (IOException e) {
      boolean there = Files.exists(address.path());
      boolean denied = String.valueOf(e.getMessage()).contains("Permission denied");
      throw new EngineException(
          denied ? Reason.REFUSED : Reason.UNREACHABLE,
          "no Docker engine answers at "
              + address
              + (denied
                  ? ": permission denied; this user may not use the socket"
                  : there ? ": " + e.getMessage() : ": there is no such socket"),
          e);
    }
  }

  private static Wire tcp(EngineAddress.Tcp address) throws EngineException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MILLIS);
      socket.setTcpNoDelay(true);
      if (address.tls().isEmpty()) {
        return new Wire(socket.getInputStream(), socket.getOutputStream(), socket);
      }
      SSLSocket secure = secured(socket, address);
      return new Wire(secure.getInputStream(), secure.getOutputStream(), secure);
    } catch (IOException e) {
      try {
        socket.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw translated(address, e);
    }
  }

  private static SSLSocket secured(Socket socket, EngineAddress.Tcp address) throws IOException {
    EngineTls tls = address.tls().orElseThrow();
    SSLSocket secure =
        (SSLSocket)
            tls.context()
                .getSocketFactory()
                .createSocket(socket, address.host(), address.port(), true);
    if (tls.verify()) {
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secure.setSSLParameters(parameters);
    }
    secure.startHandshake();
    return secure;
  }

  private static EngineException translated(EngineAddress address, IOException e) {
    return switch (e) {
      case EngineException already -> already;
      case SSLException wrong ->
          new EngineException(
              Reason.REFUSED,
              "the Docker engine at "
                  + address
                  + " and this program do not trust each other: "
                  + wrong.getMessage()
                  + "; DOCKER_CERT_PATH names the folder of ca.pem, cert.pem and key.pem",
              e);
      case UnknownHostException unknown ->
          new EngineException(
              Reason.UNREACHABLE,
              "no Docker engine answers at " + address + ": no host of that name",
              unknown);
      default ->
          new EngineException(
              Reason.UNREACHABLE,
              "no Docker engine answers at " + address + ": " + e.getMessage(),
              e);
    };
  }

  @Override
  public void close() throws IOException {
    end.close();
  }
}
