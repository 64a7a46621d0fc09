package dev.janiko.registry.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.http.HttpHost;
import org.apache.http.conn.socket.LayeredConnectionSocketFactory;
import org.apache.http.conn.ssl.DefaultHostnameVerifier;
import org.apache.http.conn.ssl.NoopHostnameVerifier;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS sockets, verified unless the options name the host. Made when the first is needed: reading
 * the trusted certificates takes longer than many a whole command.
 */
final class TlsSockets implements LayeredConnectionSocketFactory {
  private final TransportOptions options;
  private @Nullable SSLConnectionSocketFactory verified;
  private @Nullable SSLConnectionSocketFactory unverified;

  TlsSockets(TransportOptions options) {
    this.options = options;
  }

  @Override
  public Socket createSocket(HttpContext context) {
    return new Socket();
  }

  @Override
  public Socket connectSocket(
      int timeout,
      Socket socket,
      HttpHost host,
      InetSocketAddress remote,
      InetSocketAddress local,
      HttpContext context)
      throws IOException {
    return factory(host.getHostName(), host.getPort())
        .connectSocket(timeout, socket, host, remote, local, context);
  }

  @Override
  public Socket createLayeredSocket(Socket socket, String host, int port, HttpContext context)
      throws IOException {
    return factory(host, port).createLayeredSocket(socket, host, port, context);
  }

  private synchronized SSLConnectionSocketFactory factory(String host, int port) {
    boolean portless = port < 0 || port == 443;
    String name = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    if (options.verifies(name + ":" + port) && (!portless || options.verifies(name))) {
      if (verified == null) {
        verified = new SSLConnectionSocketFactory(context(null), new DefaultHostnameVerifier());
      }
      return verified;
    }
    if (unverified == null) {
      unverified =
          new SSLConnectionSocketFactory(
              context(new TrustManager[] {new TrustAll()}), NoopHostnameVerifier.INSTANCE);
    }
    return unverified;
  }

  private static SSLContext context(TrustManager @Nullable [] trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks TLS", e);
    }
  }

  /** For hosts whose user said not to verify. */
  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
