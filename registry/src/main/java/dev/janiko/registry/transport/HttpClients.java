package dev.janiko.registry.transport;

import java.net.Socket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.apache.http.Header;
import org.apache.http.HttpException;
import org.apache.http.HttpHost;
import org.apache.http.HttpRequest;
import org.apache.http.HttpResponse;
import org.apache.http.auth.AuthOption;
import org.apache.http.auth.AuthScheme;
import org.apache.http.auth.AuthScope;
import org.apache.http.auth.UsernamePasswordCredentials;
import org.apache.http.client.AuthenticationStrategy;
import org.apache.http.client.HttpClient;
import org.apache.http.config.ConnectionConfig;
import org.apache.http.config.MessageConstraints;
import org.apache.http.config.Registry;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.config.SocketConfig;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.util.PublicSuffixMatcher;
import org.apache.http.impl.client.BasicCredentialsProvider;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.conn.DefaultRoutePlanner;
import org.apache.http.impl.conn.DefaultSchemePortResolver;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/** Makes the HTTP client: no cookies, no authentication, no decoding, no list of suffixes. */
final class HttpClients {
  private static final int MAX_CONNECTIONS = 96;
  private static final int MAX_PER_HOST = 32;
  private static final int MAX_LINE = 64 << 10;
  private static final int MAX_HEADERS = 500;
  private static final int IDLE_MILLIS = 2_000;

  private HttpClients() {}

  static HttpClient create(TransportOptions options, SocketWatch watch) {
    Registry<ConnectionSocketFactory> sockets =
        RegistryBuilder.<ConnectionSocketFactory>create()
            .register("http", new PlainSockets(watch))
            .register("https", new TlsSockets(options, watch))
            .build();
    PoolingHttpClientConnectionManager connections =
        new PoolingHttpClientConnectionManager(sockets);
    connections.setMaxTotal(MAX_CONNECTIONS);
    connections.setDefaultMaxPerRoute(MAX_PER_HOST);
    connections.setValidateAfterInactivity(IDLE_MILLIS);
    connections.setDefaultConnectionConfig(
        ConnectionConfig.custom()
            .setMessageConstraints(
                MessageConstraints.custom()
                    .setMaxLineLength(MAX_LINE)
                    .setMaxHeaderCount(MAX_HEADERS)
                    .build())
            .build());
    connections.setDefaultSocketConfig(
        SocketConfig.custom()
            .setTcpNoDelay(true)
            .setSoTimeout((int) options.timeouts().read().toMillis())
            .build());
    EnvironmentProxies proxies = new EnvironmentProxies(options.environment());
    BasicCredentialsProvider proxyCredentials = new BasicCredentialsProvider();
    return HttpClientBuilder.create()
        .setConnectionManager(connections)
        .setPublicSuffixMatcher(new PublicSuffixMatcher(List.of(), null))
        .setRoutePlanner(new Routes(proxies, proxyCredentials))
        .setDefaultCredentialsProvider(proxyCredentials)
        .setTargetAuthenticationStrategy(new NoAuthentication())
        .disableContentCompression()
        .disableCookieManagement()
        // Else a connection on which we showed a certificate would serve once only.
        .disableConnectionState()
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .build();
  }

  /** Plain sockets that are watched. */
  private static final class PlainSockets extends PlainConnectionSocketFactory {
    private final SocketWatch watch;

    PlainSockets(SocketWatch watch) {
      this.watch = watch;
    }

    @Override
    public Socket createSocket(HttpContext context) {
      return watch.socket();
    }
  }

  /** Goes through the proxy of the environment, and remembers its credentials for it alone. */
  private static final class Routes extends DefaultRoutePlanner {
    private final EnvironmentProxies proxies;
    private final BasicCredentialsProvider credentials;

    Routes(EnvironmentProxies proxies, BasicCredentialsProvider credentials) {
      super(DefaultSchemePortResolver.INSTANCE);
      this.proxies = proxies;
      this.credentials = credentials;
    }

    @Override
    protected @Nullable HttpHost determineProxy(
        HttpHost target, HttpRequest request, HttpContext context) throws HttpException {
      Optional<URI> found =
          proxies.proxyFor(target.getSchemeName(), target.getHostName(), target.getPort());
      if (found.isEmpty()) {
        return null;
      }
      URI uri = found.get();
      if (!uri.getScheme().equals("http") && !uri.getScheme().equals("https")) {
        throw new HttpException("proxies of the kind " + uri.getScheme() + " are not supported");
      }
      HttpHost proxy = new HttpHost(Hosts.bare(uri.getHost()), Hosts.port(uri), uri.getScheme());
      String user = uri.getUserInfo();
      if (user != null) {
        credentials.setCredentials(
            new AuthScope(proxy.getHostName(), proxy.getPort()), credentials(user));
      }
      return proxy;
    }

    private static UsernamePasswordCredentials credentials(String userInfo) {
      int colon = userInfo.indexOf(':');
      return colon < 0
          ? new UsernamePasswordCredentials(userInfo, "")
          : new UsernamePasswordCredentials(
              userInfo.substring(0, colon), userInfo.substring(colon + 1));
    }
  }

  /** Leaves the challenges of registries to us. */
  private static final class NoAuthentication implements AuthenticationStrategy {
    @Override
    public boolean isAuthenticationRequested(
        HttpHost host, HttpResponse response, HttpContext context) {
      return false;
    }

    @Override
    public Map<String, Header> getChallenges(
        HttpHost host, HttpResponse response, HttpContext context) {
      return Map.of();
    }

    @Override
    public Queue<AuthOption> select(
        Map<String, Header> challenges, HttpHost host, HttpResponse response, HttpContext context) {
      return new ArrayDeque<>();
    }

    @Override
    public void authSucceeded(HttpHost host, AuthScheme scheme, HttpContext context) {}

    @Override
    public void authFailed(HttpHost host, AuthScheme scheme, HttpContext context) {}
  }
}
