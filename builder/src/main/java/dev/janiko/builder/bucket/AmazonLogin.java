package dev.janiko.builder.bucket;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.builder.fetch.FetchException;
import dev.janiko.registry.json.JsonReader;
import dev.janiko.registry.transport.HttpCall;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out who asks Amazon, in the order of its own libraries: the environment, a web identity (a
 * service account of a cluster), a profile, the container's service, the machine's service.
 */
final class AmazonLogin {
  private static final String CONTAINER = "http://169.254.170.2";
  private static final String MACHINE = "http://169.254.169.254";

  private final CloudVariables variables;
  private final AmazonProfile profile;
  private final SmallCalls calls;

  AmazonLogin(CloudVariables variables, AmazonProfile profile, SmallCalls calls) {
    this.variables = variables;
    this.profile = profile;
    this.calls = calls;
  }

  /** The credentials; nothing if there are none, so that only what is public can be had. */
  Optional<AmazonCredentials> find(String region) throws IOException {
    Optional<AmazonCredentials> found =
        keys(
            variables.get("AWS_ACCESS_KEY_ID"),
            variables.get("AWS_SECRET_ACCESS_KEY"),
            variables.get("AWS_SESSION_TOKEN"),
            "$AWS_ACCESS_KEY_ID");
    if (found.isEmpty()) {
      found = webIdentity(region);
    }
    if (found.isEmpty()) {
      found = fromProfile();
    }
    if (found.isEmpty()) {
      found = container();
    }
    return found.isPresent() ? found : machine();
  }

  private static Optional<AmazonCredentials> keys(
      Optional<String> id, Optional<String> secret, Optional<String> token, String source) {
    return id.isPresent() && secret.isPresent()
        ? Optional.of(new AmazonCredentials(id.get(), secret.get(), token, source))
        : Optional.empty();
  }

  private Optional<AmazonCredentials> fromProfile() throws FetchException {
    Optional<AmazonCredentials> found =
        keys(
            profile.get("aws_access_key_id"),
            profile.get("aws_secret_access_key"),
            profile.get("aws_session_token"),
            "the profile " + profile.name());
    for (String other :
        new String[] {"role_arn", "sso_session", "sso_start_url", "credential_process"}) {
      if (found.isEmpty() && profile.get(other).isPresent()) {
        throw new FetchException(
            "the profile %s of Amazon's settings has %s, which is not supported: give keys in its"
                    .formatted(profile.name(), other)
                + " stead, or in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN");
      }
    }
    return found;
  }

  private Optional<AmazonCredentials> webIdentity(String region) throws IOException {
    Optional<String> file = variables.get("AWS_WEB_IDENTITY_TOKEN_FILE");
    Optional<String> role = variables.get("AWS_ROLE_ARN");
    if (file.isEmpty() || role.isEmpty()) {
      return Optional.empty();
    }
    String token = Files.readString(Path.of(file.get())).strip();
    String endpoint =
        variables.get("AWS_ENDPOINT_URL_STS").orElse("https://sts." + region + ".amazonaws.com");
    String form =
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
            + field("RoleArn", role.get())
            + field("RoleSessionName", variables.get("AWS_ROLE_SESSION_NAME").orElse("janiko"))
            + field("WebIdentityToken", token);
    HttpCall.Body body = HttpCall.bytes("application/x-www-form-urlencoded", form.getBytes(UTF_8));
    String answer =
        calls
            .web(new HttpCall("POST", URI.create(endpoint + "/"), Map.of(), Optional.of(body)))
            .orElseThrow(() ->
                new FetchException(
                    "Amazon's token service does not take the web identity for " + role.get()));
    Optional<AmazonCredentials> found =
        keys(
            SmallCalls.element(answer, "AccessKeyId"),
            SmallCalls.element(answer, "SecretAccessKey"),
            SmallCalls.element(answer, "SessionToken"),
            "$AWS_WEB_IDENTITY_TOKEN_FILE");
    if (found.isEmpty()) {
      throw new FetchException("Amazon's token service gave no credentials for " + role.get());
    }
    return found;
  }

  private static String field(String name, String value) {
    return "&" + name + "=" + URLEncoder.encode(value, UTF_8);
  }

  private Optional<AmazonCredentials> container() throws IOException {
    Optional<String> address =
        variables
            .get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
            .map(path -> CONTAINER + path)
            .or(() -> variables.get("AWS_CONTAINER_CREDENTIALS_FULL_URI"));
    if (address.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> headers = new HashMap<>();
    Optional<String> file = variables.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    if (file.isPresent()) {
      headers.put("Authorization", Files.readString(Path.of(file.get())).strip());
    } else {
      variables
          .get("AWS_CONTAINER_AUTHORIZATION_TOKEN")
          .ifPresent(token -> headers.put("Authorization", token));
    }
    Optional<String> answer = calls.machine("GET", address.get(), headers);
    return answer.isEmpty()
        ? Optional.empty()
        : fromService(answer.get(), "the container's service");
  }

  private Optional<AmazonCredentials> machine() throws IOException {
    if (variables.isTrue("AWS_EC2_METADATA_DISABLED")) {
      return Optional.empty();
    }
    String server = variables.get("AWS_EC2_METADATA_SERVICE_ENDPOINT").orElse(MACHINE);
    Optional<String> session =
        calls.machine(
            "PUT",
            server + "/latest/api/token",
            Map.of("X-aws-ec2-metadata-token-ttl-seconds", "300"));
    if (session.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> headers = Map.of("X-aws-ec2-metadata-token", session.get().strip());
    String folder = server + "/latest/meta-data/iam/security-credentials/";
    Optional<String> role =
        calls.machine("GET", folder, headers).map(it -> it.lines().findFirst().orElse(""));
    if (role.isEmpty() || role.get().isBlank()) {
      return Optional.empty();
    }
    Optional<String> answer = calls.machine("GET", folder + role.get().strip(), headers);
    return answer.isEmpty() ? Optional.empty() : fromService(answer.get(), "the machine's service");
  }

  private static Optional<AmazonCredentials> fromService(String json, String source)
      throws IOException {
    ObjectNode root = JsonReader.readObject(json.getBytes(UTF_8), "credentials");
    return keys(
        text(root, "AccessKeyId"), text(root, "SecretAccessKey"), text(root, "Token"), source);
  }

  private static Optional<String> text(ObjectNode root, String name) {
    return Optional.of(root.path(name).asText("")).filter(value -> !value.isEmpty());
  }
}
