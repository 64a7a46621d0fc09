package dev.janiko.builder.bucket;

import dev.janiko.builder.fetch.Downloads;
import dev.janiko.registry.transport.HttpAnswer;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** Asks for an object of Google's Cloud Storage. */
final class GoogleRequest implements Downloads.Request {
  private final BucketObject.Google object;
  private final URI uri;
  private final Optional<GoogleToken> token;

  private GoogleRequest(BucketObject.Google object, URI uri, Optional<GoogleToken> token) {
    this.object = object;
    this.uri = uri;
    this.token = token;
  }

  static GoogleRequest of(BucketObject.Google object, CloudVariables variables, SmallCalls calls)
      throws IOException {
    String server =
        variables
            .get("STORAGE_EMULATOR_HOST")
            .map(it -> it.contains("://") ? it : "http://" + it)
            .orElse("https://storage.googleapis.com");
    URI uri =
        URI.create(
            server.replaceAll("/+$", "")
                + "/"
                + object.bucket()
                + "/"
                + SignatureV4.escaped(object.name()));
    return new GoogleRequest(object, uri, GoogleToken.find(variables, calls));
  }

  @Override
  public URI uri() {
    return uri;
  }

  @Override
  public Map<String, String> headers() {
    return token.map(it -> Map.of("Authorization", "Bearer " + it.value())).orElse(Map.of());
  }

  @Override
  public String reason(HttpAnswer refusal) {
    return SmallCalls.refusal(refusal)
        + token
            .map(it -> ", asked with the token of " + it.source())
            .orElse(", asked without credentials, as there are none");
  }

  @Override
  public String toString() {
    return object.toString();
  }
}
