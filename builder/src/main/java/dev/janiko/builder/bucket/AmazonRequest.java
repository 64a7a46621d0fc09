package dev.janiko.builder.bucket;

import dev.janiko.builder.fetch.Downloads;
import dev.janiko.builder.fetch.FetchException;
import dev.janiko.registry.transport.HttpAnswer;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Asks for an object of S3, or of a server that speaks as it does. Amazon's says so if the bucket
 * is in another region than was thought, and is asked there then.
 */
final class AmazonRequest implements Downloads.Request {
  private static final String USUAL_REGION = "us-east-1";

  private final BucketObject.Amazon object;
  private final CloudVariables variables;
  private final Optional<AmazonCredentials> who;
  private final String region;

  private AmazonRequest(
      BucketObject.Amazon object,
      CloudVariables variables,
      Optional<AmazonCredentials> who,
      String region) {
    this.object = object;
    this.variables = variables;
    this.who = who;
    this.region = region;
  }

  static AmazonRequest of(BucketObject.Amazon object, CloudVariables variables, SmallCalls calls)
      throws IOException {
    AmazonProfile profile = AmazonProfile.of(variables);
    String region =
        variables
            .get("AWS_REGION")
            .or(() -> variables.get("AWS_DEFAULT_REGION"))
            .or(() -> profile.get("region"))
            .orElse(USUAL_REGION);
    return new AmazonRequest(
        object, variables, new AmazonLogin(variables, profile, calls).find(region), region);
  }

  private Optional<String> endpoint() {
    return variables
        .get("S3_ENDPOINT")
        .or(() -> variables.get("AWS_ENDPOINT_URL_S3"))
        .or(() -> variables.get("AWS_ENDPOINT_URL"));
  }

  @Override
  public URI uri() throws FetchException {
    Optional<String> own = endpoint();
    String server =
        own.map(it -> it.contains("://") ? it : "https://" + it)
            .orElse("https://s3." + region + ".amazonaws.com");
    URI base;
    try {
      base = URI.create(server.replaceAll("/+$", ""));
    } catch (IllegalArgumentException e) {
      throw new FetchException("S3_ENDPOINT is no address of a server: " + server, e);
    }
    String authority = base.getRawAuthority();
    if (authority == null) {
      throw new FetchException("S3_ENDPOINT is no address of a server: " + server);
    }
    // A wildcard certificate is for one label, and an IP address has no names below it.
    boolean path =
        own.isPresent()
            ? variables.isTrue("S3_FORCE_PATH_STYLE") || authority.matches("[0-9.]+(:\\d+)?|\\[.*")
            : object.bucket().contains(".");
    String folder = base.getRawPath() == null ? "" : base.getRawPath();
    String key = SignatureV4.escaped(object.key());
    return URI.create(
        path
            ? base.getScheme() + "://" + authority + folder + "/" + object.bucket() + "/" + key
            : base.getScheme() + "://" + object.bucket() + "." + authority + folder + "/" + key);
  }

  @Override
  public Map<String, String> headers() throws IOException {
    return who.isEmpty()
        ? Map.of()
        : new SignatureV4(region, "s3").headers(uri(), who.get(), Instant.now());
  }

  @Override
  public Optional<Downloads.Request> instead(HttpAnswer refusal) {
    Optional<String> other = refusal.header("x-amz-bucket-region");
    return other.isPresent() && !other.get().equals(region) && endpoint().isEmpty()
        ? Optional.of(new AmazonRequest(object, variables, who, other.get()))
        : Optional.empty();
  }

  @Override
  public String reason(HttpAnswer refusal) {
    return SmallCalls.refusal(refusal)
        + who.map(it -> ", asked with the key of " + it.source())
            .orElse(", asked without credentials, as there are none");
  }

  @Override
  public String toString() {
    return object.toString();
  }
}
