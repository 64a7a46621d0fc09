package dev.janiko.builder.fetch;

import dev.janiko.registry.transport.Http;
import dev.janiko.registry.transport.HttpAnswer;
import dev.janiko.registry.transport.HttpCall;
import dev.janiko.registry.transport.RetryPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.jspecify.annotations.Nullable;

/** One request of JGit's, sent when its answer is first asked for. */
final class GitConnection implements HttpConnection {
  private static final String CONTENT_TYPE = "content-type";
  private static final String CHALLENGE = "WWW-Authenticate";

  private final Http http;
  private final URL url;
  private final Consumer<HttpAnswer> opened;
  private final Map<String, String> headers = new HashMap<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private String method = "GET";
  private @Nullable HttpAnswer answer;

  /**
   * Prepares a request.
   *
   * @param opened hears of its answer, to close it in the end
   */
  GitConnection(Http http, URL url, Consumer<HttpAnswer> opened) {
    this.http = http;
    this.url = url;
    this.opened = opened;
  }

  private HttpAnswer answer() throws IOException {
    if (answer == null) {
      answer = send();
      opened.accept(answer);
    }
    return answer;
  }

  private HttpAnswer send() throws IOException {
    HttpCall call = call();
    RetryPolicy.Tries tries = http.options().retry().start();
    while (true) {
      try {
        HttpAnswer received = http.send(call);
        if (!RetryPolicy.isTransient(received.status())
            || !tries.awaitNext(received.header("Retry-After"))) {
          return received;
        }
        received.close();
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted() || !tries.awaitNext(e)) {
          throw e;
        }
      }
    }
  }

  private HttpCall call() throws IOException {
    Map<String, String> all = new HashMap<>(headers);
    String type = all.remove(CONTENT_TYPE);
    boolean posts = method.equals("POST");
    try {
      return new HttpCall(
          method,
          url.toURI(),
          all,
          posts
              ? Optional.of(
                  HttpCall.bytes(
                      type == null ? "application/octet-stream" : type, body.toByteArray()))
              : Optional.empty());
    } catch (URISyntaxException e) {
      throw new IOException("malformed address of a repository", e);
    }
  }

  @Override
  public int getResponseCode() throws IOException {
    return answer().status();
  }

  @Override
  public URL getURL() {
    return url;
  }

  @Override
  public String getResponseMessage() throws IOException {
    return "status " + answer().status();
  }

  /** Those that are looked for by going through all. */
  @Override
  public Map<String, List<String>> getHeaderFields() {
    List<String> challenges = getHeaderFields(CHALLENGE);
    return challenges.isEmpty() ? Map.of() : Map.of(CHALLENGE, challenges);
  }

  @Override
  public @Nullable String getHeaderField(String name) {
    return answer == null ? null : answer.header(name).orElse(null);
  }

  @Override
  public List<String> getHeaderFields(String name) {
    return answer == null ? List.of() : answer.headers(name);
  }

  @Override
  public @Nullable String getContentType() {
    return getHeaderField(CONTENT_TYPE);
  }

  @Override
  public int getContentLength() {
    String length = getHeaderField("content-length");
    try {
      return length == null ? -1 : Integer.parseInt(length);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return answer().body();
  }

  @Override
  public OutputStream getOutputStream() {
    return body;
  }

  @Override
  public void setRequestProperty(String name, String value) {
    headers.put(name.toLowerCase(Locale.ROOT), value);
  }

  @Override
  public void setRequestMethod(String name) {
    method = name;
  }

  @Override
  public String getRequestMethod() {
    return method;
  }

  @Override
  public boolean usingProxy() {
    return false;
  }

  @Override
  public void connect() throws IOException {
    answer();
  }

  @Override
  public void setUseCaches(boolean use) {}

  @Override
  public void setConnectTimeout(int millis) {}

  @Override
  public void setReadTimeout(int millis) {}

  @Override
  public void setInstanceFollowRedirects(boolean follow) {}

  @Override
  public void setDoOutput(boolean output) {}

  @Override
  public void setFixedLengthStreamingMode(int length) {}

  @Override
  public void setChunkedStreamingMode(int length) {}

  @Override
  public void configure(KeyManager[] keys, TrustManager[] trusted, SecureRandom random) {}

  @Override
  public void setHostnameVerifier(HostnameVerifier verifier) {}
}
