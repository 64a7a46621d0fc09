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
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Who asks Google: a service account or a user of a file, or the account of this machine (which is
 * how workload identity in a cluster works, too).
 *
 * @param value the token
 * @param source where it was found, for messages
 */
record GoogleToken(String value, String source) {
  private static final String VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS";
  private static final String SCOPE = "https://www.googleapis.com/auth/devstorage.read_only";
  private static final String TOKENS = "https://oauth2.googleapis.com/token";
  private static final long LIFETIME_SECONDS = 900;

  /** A token; nothing if there are no credentials, so that only what is public can be had. */
  static Optional<GoogleToken> find(CloudVariables variables, SmallCalls calls) throws IOException {
    Optional<Path> file =
        variables.file(VARIABLE, ".config/gcloud/application_default_credentials.json");
    boolean named = variables.get(VARIABLE).isPresent();
    if (file.isPresent() && (named || Files.isReadable(file.get()))) {
      return Optional.of(fromFile(file.get(), calls));
    }
    String host = variables.get("GCE_METADATA_HOST").orElse("metadata.google.internal");
    Optional<String> answer =
        calls.machine(
            "GET",
            "http://" + host + "/computeMetadata/v1/instance/service-accounts/default/token",
            Map.of("Metadata-Flavor", "Google"));
    return answer.isEmpty()
        ? Optional.empty()
        : token(answer.get()).map(token -> new GoogleToken(token, "the metadata server"));
  }

  private static GoogleToken fromFile(Path file, SmallCalls calls) throws IOException {
    ObjectNode root;
    try {
      root = JsonReader.readObject(Files.readAllBytes(file), "credentials");
    } catch (IOException e) {
      // A parser's words may quote the secret.
      throw new FetchException("Google's credentials in " + file + " cannot be read as JSON");
    }
    String type = root.path("type").asText("");
    String form =
        switch (type) {
          case "service_account" ->
              "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
                  + assertion(root, file);
          case "authorized_user" ->
              "grant_type=refresh_token"
                  + field("client_id", root)
                  + field("client_secret", root)
                  + field("refresh_token", root);
          default ->
              throw new FetchException(
                  "Google's credentials in %s are of the kind \"%s\"; service_account and"
                          .formatted(file, type)
                      + " authorized_user are understood");
        };
    HttpCall.Body body = HttpCall.bytes("application/x-www-form-urlencoded", form.getBytes(UTF_8));
    URI uri = URI.create(root.path("token_uri").asText(TOKENS));
    Optional<String> answer = calls.web(new HttpCall("POST", uri, Map.of(), Optional.of(body)));
    Optional<String> token = answer.isEmpty() ? Optional.empty() : token(answer.get());
    return new GoogleToken(
        token.orElseThrow(
            () -> new FetchException("Google takes the credentials in " + file + " no more")),
        file.toString());
  }

  private static String field(String name, ObjectNode root) {
    return "&" + name + "=" + URLEncoder.encode(root.path(name).asText(""), UTF_8);
  }

  private static Optional<String> token(String json) throws IOException {
    return Optional.of(
            JsonReader.readObject(json.getBytes(UTF_8), "token").path("access_token").asText(""))
        .filter(it -> !it.isEmpty());
  }

  /** What the account says of itself, signed with its key (RFC 7523). */
  private static String assertion(ObjectNode root, Path file) throws FetchException {
    long now = Instant.now().getEpochSecond();
    String head =
        "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":%s}".formatted(root.path("private_key_id"));
    String claim =
        "{\"iss\":%s,\"scope\":\"%s\",\"aud\":\"%s\",\"iat\":%d,\"exp\":%d}"
            .formatted(
                root.path("client_email"),
                SCOPE,
                root.path("token_uri").asText(TOKENS),
                now,
                now + LIFETIME_SECONDS);
    String text = encoded(head.getBytes(UTF_8)) + "." + encoded(claim.getBytes(UTF_8));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key(root.path("private_key").asText("")));
      signature.update(text.getBytes(UTF_8));
      return text + "." + encoded(signature.sign());
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new FetchException("the private key in " + file + " is none");
    }
  }

  private static PrivateKey key(String pem) throws GeneralSecurityException {
    String base64 = pem.replaceAll("-----[A-Z ]+-----|\\s", "");
    return KeyFactory.getInstance("RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public String toString() {
    return "GoogleToken[" + source + "]";
  }
}
