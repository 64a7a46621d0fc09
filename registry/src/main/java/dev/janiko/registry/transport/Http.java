package dev.janiko.registry.transport;

import static java.util.Objects.requireNonNull;

import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.apache.v2.ApacheHttpTransport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import org.apache.http.NoHttpResponseException;

/**
 * Sends requests over one pool of kept-alive connections. Follows nothing, repeats nothing and
 * decodes nothing: that is for those to decide who know what they ask for. Safe for use by threads.
 */
public final class Http implements AutoCloseable {
  private static final int WRITE_PATIENCE = 10;

  private final TransportOptions options;
  private final SocketWatch watch;
  private final ApacheHttpTransport transport;
  private final HttpRequestFactory requests;

  private Http(TransportOptions options) {
    this.options = options;
    this.watch = new SocketWatch(options.timeouts().write());
    this.transport = new ApacheHttpTransport(HttpClients.create(options, watch));
    this.requests = transport.createRequestFactory();
  }

  /** A transport with no connections yet. */
  public static Http create(TransportOptions options) {
    return new Http(requireNonNull(options, "options is null"));
  }

  /** The options it was made with. */
  public TransportOptions options() {
    return options;
  }

  /**
   * Sends a request and waits for the head of its answer, of whatever status.
   *
   * @throws IOException if no answer came
   */
  public HttpAnswer send(HttpCall call) throws IOException {
    HttpRequest request =
        requests.buildRequest(
            call.method(),
            new GenericUrl(call.uri().toASCIIString(), true),
            call.body().map(Http::content).orElse(null));
    HttpHeaders headers = new HttpHeaders();
    headers.setAcceptEncoding(null);
    headers.setUserAgent(options.userAgent());
    for (Map.Entry<String, String> header : call.headers().entrySet()) {
      headers.set(header.getKey(), List.of(header.getValue()));
    }
    request
        .setHeaders(headers)
        .setSuppressUserAgentSuffix(true)
        .setFollowRedirects(false)
        .setThrowExceptionOnExecuteError(false)
        .setNumberOfRetries(0)
        .setLoggingEnabled(false)
        .setCurlLoggingEnabled(false)
        .setResponseReturnRawInputStream(true)
        .setConnectTimeout((int) options.timeouts().connect().toMillis())
        .setReadTimeout(patience(call.method()));
    try {
      return new HttpAnswer(request.execute(), call.uri());
    } catch (IllegalArgumentException e) {
      // A number in a header that is none.
      throw new IOException("malformed answer: " + e.getMessage(), e);
    }
  }

  /** Registries think long before they confirm what was written: they move it and hash it. */
  private int patience(String method) {
    int factor = method.equals("GET") || method.equals("HEAD") ? 1 : WRITE_PATIENCE;
    return (int) Math.min(options.timeouts().read().toMillis() * factor, Integer.MAX_VALUE);
  }

  /** Says whether a failure means that the server closed the connection without a word. */
  public static boolean wasHungUp(IOException failure) {
    return failure instanceof NoHttpResponseException
        || (failure instanceof SocketException && "Connection reset".equals(failure.getMessage()));
  }

  /** Closes all connections. */
  @Override
  public void close() throws IOException {
    watch.close();
    transport.shutdown();
  }

  private static HttpContent content(HttpCall.Body body) {
    return new HttpContent() {
      @Override
      public long getLength() {
        return body.length();
      }

      @Override
      public String getType() {
        return body.mediaType();
      }

      @Override
      public boolean retrySupported() {
        return false;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        body.writeTo(out);
      }
    };
  }
}
