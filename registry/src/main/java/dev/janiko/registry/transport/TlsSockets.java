package dev.janiko.registry.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
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
  private final SocketWatch watch;

  /** By host and port if the options name them, else by whether certificates are verified. */
  private final Map<String, SSLConnectionSocketFactory> factories = new HashMap<>();

  TlsSockets(TransportOptions options, SocketWatch watch) {
    this.options = options;
    this.watch = watch;
  }

  @Override
  public Socket createSocket(HttpContext context) {
    return watch.socket();
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

  private synchronized SSLConnectionSocketFactory factory(String host, int port)
      throws IOException {
    String name = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    List<String> names = new ArrayList<>(List.of(name + ":" + port, name));
    boolean verified = options.verifies(name + ":" + port);
    if (port < 0 || port == 443) {
      names.set(0, name + ":443");
      verified &= options.verifies(name);
    }
    TlsOptions tls = options.tls();
    boolean special =
        names.stream()
            .anyMatch(n -> tls.authorities().containsKey(n) || tls.clients().containsKey(n));
    String key = (special ? names.getFirst() : "") + (verified ? "" : " unverified");
    SSLConnectionSocketFactory known = factories.get(key);
    if (known == null) {
      known =
          new SSLConnectionSocketFactory(
              context(keys(names), trust(names, verified)),
              verified ? new DefaultHostnameVerifier() : NoopHostnameVerifier.INSTANCE);
      factories.put(key, known);
    }
    return known;
  }

  private TrustManager trust(List<String> names, boolean verified) throws IOException {
    if (!verified) {
      return new TrustAll();
    }
    List<Path> files = new ArrayList<>();
    names.forEach(name -> files.addAll(options.tls().authorities().getOrDefault(name, List.of())));
    try {
      return TrustedCertificates.of(files, options.environment());
    } catch (IOException e) {
      throw new TlsSetupException("certificates for " + names.getFirst(), e);
    }
  }

  private KeyManager @Nullable [] keys(List<String> names) throws IOException {
    Optional<TlsOptions.ClientCertificate> client =
        names.stream().map(options.tls().clients()::get).filter(c -> c != null).findFirst();
    if (client.isEmpty()) {
      return null;
    }
    try {
      List<X509Certificate> chain = Pem.certificates(client.get().certificate());
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      char[] password = new char[0];
      store.setKeyEntry(
          "client", Pem.key(client.get().key()), password, chain.toArray(new Certificate[0]));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, password);
      return factory.getKeyManagers();
    } catch (IOException | GeneralSecurityException e) {
      throw new TlsSetupException("client certificate for " + names.getFirst(), e);
    }
  }

  private static SSLContext context(KeyManager @Nullable [] keys, TrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {trust}, new SecureRandom());
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
