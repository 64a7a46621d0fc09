package dev.janiko.builder.bucket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.janiko.registry.transport.Http;
import dev.janiko.registry.transport.TransportOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server of our own that answers only what is signed as the clouds' documents say. */
final class BucketDownloadsTest {
  private static final String AZURE_KEY =
      Base64.getEncoder().encodeToString("azure".getBytes(UTF_8));

  @TempDir private Path temp;
  private final Http http = Http.create(TransportOptions.of(Map.of()));
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private String address;

  private interface Answer {
    String to(HttpExchange exchange, String body) throws Exception;
  }

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    address = "http://127.0.0.1:" + server.getAddress().getPort();
    server.createContext("/", this::handle);
    server.start();
  }

  @AfterEach
  void stop() throws IOException {
    server.stop(0);
    http.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String what = exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
      asked.add(what);
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      Answer answer = answers.get(what);
      byte[] bytes = (answer == null ? "" : answer.to(exchange, body)).getBytes(UTF_8);
      exchange.sendResponseHeaders(
          bytes.length == 0 ? 403 : 200, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  private Path get(BucketObject object, Map<String, String> variables) throws IOException {
    Path file = temp.resolve("file");
    new BucketDownloads(http).download(object, new CloudVariables(variables), file);
    return file;
  }

  private static String header(HttpExchange exchange, String name) {
    return String.valueOf(exchange.getRequestHeaders().getFirst(name));
  }

  private static Map<String, String> form(String body) {
    Map<String, String> fields = new HashMap<>();
    for (String field : body.split("&", -1)) {
      String[] parts = field.split("=", 2);
      fields.put(parts[0], URLDecoder.decode(parts[1], UTF_8));
    }
    return fields;
  }

  private Map<String, String> google(Path credentials) {
    return Map.of(
        "STORAGE_EMULATOR_HOST", address, "GOOGLE_APPLICATION_CREDENTIALS", credentials.toString());
  }

  @Test
  void aServiceAccountOfGoogleSignsWhatItSaysOfItself() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    Path file = temp.resolve("account.json");
    Files.writeString(
        file,
        """
        {"type":"service_account","client_email":"ci@x","private_key_id":"k","token_uri":"%s/token",
         "private_key":"-----BEGIN PRIVATE KEY-----\\n%s\\n-----END PRIVATE KEY-----\\n"}
        """
            .formatted(
                address, Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded())));
    answers.put(
        "POST /token",
        (_, body) -> {
          String[] parts = form(body).getOrDefault("assertion", "").split("\\.", -1);
          Signature signature = Signature.getInstance("SHA256withRSA");
          signature.initVerify(keys.getPublic());
          signature.update((parts[0] + "." + parts[1]).getBytes(UTF_8));
          String claim = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
          boolean right =
              signature.verify(Base64.getUrlDecoder().decode(parts[2]))
                  && claim.contains("\"iss\":\"ci@x\"")
                  && claim.contains("devstorage.read_only")
                  && claim.contains("\"aud\":\"" + address + "/token\"");
          return right ? "{\"access_token\":\"t0ken\"}" : "";
        });
    answers.put(
        "GET /team/a%20b/c.tgz",
        (exchange, _) -> header(exchange, "Authorization").equals("Bearer t0ken") ? "content" : "");
    assertThat(get(new BucketObject.Google("team", "a b/c.tgz"), google(file)))
        .hasContent("content");
    assertThatThrownBy(() -> get(new BucketObject.Google("team", "none"), google(file)))
        .hasMessageContaining("gs://team/none")
        .hasMessageContaining("status 403, asked with the token of " + file)
        .hasMessageNotContaining("t0ken");
  }

  @Test
  void aUserAndTheMachineOfGoogleHaveTokensToo() throws Exception {
    Path file = temp.resolve("user.json");
    Files.writeString(
        file,
        """
        {"type":"authorized_user","client_id":"i","client_secret":"s","refresh_token":"r+r",
         "token_uri":"%s/token"}
        """
            .formatted(address));
    answers.put(
        "POST /token",
        (_, body) ->
            form(body).getOrDefault("refresh_token", "").equals("r+r")
                ? "{\"access_token\":\"u\"}"
                : "");
    answers.put(
        "GET /computeMetadata/v1/instance/service-accounts/default/token",
        (exchange, _) ->
            header(exchange, "Metadata-Flavor").equals("Google") ? "{\"access_token\":\"m\"}" : "");
    answers.put("GET /team/o", (exchange, _) -> header(exchange, "Authorization"));
    BucketObject object = new BucketObject.Google("team", "o");
    assertThat(get(object, google(file))).hasContent("Bearer u");
    Map<String, String> machine =
        Map.of("STORAGE_EMULATOR_HOST", address, "GCE_METADATA_HOST", address.substring(7));
    assertThat(get(object, machine)).hasContent("Bearer m");
    Files.writeString(file, "{\"type\":\"external_account\"}");
    assertThatThrownBy(() -> get(object, google(file)))
        .hasMessageContaining("of the kind \"external_account\"");
  }

  private BucketObject azure(String query) {
    return new BucketObject.Azure("account", URI.create(address + "/container/a%20b.tgz" + query));
  }

  private static String azureSignature(HttpExchange exchange) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("azure".getBytes(UTF_8), "HmacSHA256"));
    String text =
        "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:%s\nx-ms-version:%s\n/account/container/a%%20b.tgz"
            .formatted(header(exchange, "x-ms-date"), header(exchange, "x-ms-version"));
    return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
  }

  @Test
  void theKeyOfAnAzureAccountSigns() throws Exception {
    answers.put(
        "GET /container/a%20b.tgz",
        (exchange, _) ->
            header(exchange, "Authorization")
                    .equals("SharedKey account:" + azureSignature(exchange))
                ? "content"
                : "");
    assertThat(get(azure(""), Map.of("AZURE_STORAGE_ACCESS_KEY", AZURE_KEY))).hasContent("content");
    assertThatThrownBy(() -> get(azure(""), Map.of("AZURE_STORAGE_ACCESS_KEY", "b3RoZXI=")))
        .hasMessageContaining("403, asked with the key of $AZURE_STORAGE_ACCESS_KEY");
    assertThatThrownBy(() -> get(azure(""), Map.of("AZURE_STORAGE_ACCESS_KEY", "no key")))
        .hasMessageContaining("it is not Base64");
    assertThatThrownBy(() -> get(azure(""), Map.of())).hasMessageContaining("asked as anybody");
  }

  @Test
  void aSignatureInTheAddressOfABlobIsEnoughAndNotTold() throws Exception {
    answers.put(
        "GET /container/a%20b.tgz",
        (exchange, _) ->
            String.valueOf(exchange.getRequestURI().getQuery()).equals("sv=1&sig=s3cret")
                    && header(exchange, "Authorization").equals("null")
                ? "content"
                : "");
    Map<String, String> key = Map.of("AZURE_STORAGE_ACCESS_KEY", AZURE_KEY);
    assertThat(get(azure("?sv=1&sig=s3cret"), key)).hasContent("content");
    assertThatThrownBy(() -> get(azure("?sv=1&sig=0ther"), key))
        .hasMessageContaining("/container/a%20b.tgz?…")
        .hasMessageNotContaining("0ther");
  }

  private Map<String, String> amazon(String... more) {
    Map<String, String> all = new HashMap<>(Map.of("S3_ENDPOINT", address));
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  private String keyUsed(Map<String, String> variables) throws IOException {
    answers.put(
        "GET /team/k",
        (exchange, _) ->
            header(exchange, "Authorization").replaceAll(".*Credential=([^/]*)/.*", "$1")
                + " "
                + header(exchange, "x-amz-security-token"));
    return Files.readString(get(new BucketObject.Amazon("team", "k"), variables));
  }

  private static String service(String id) {
    return "{\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"s\",\"Token\":\"t\"}".formatted(id);
  }

  @Test
  void aServiceAccountOfAClusterIsExchangedForKeysOfAmazon() throws Exception {
    Path token = Files.writeString(temp.resolve("token"), "web-token\n");
    answers.put(
        "POST /",
        (_, body) ->
            form(body).getOrDefault("WebIdentityToken", "").equals("web-token")
                    && form(body).getOrDefault("RoleArn", "").equals("arn:x")
                ? "<R><AccessKeyId>WEB</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
                    + "<SessionToken>w</SessionToken></R>"
                : "");
    Map<String, String> variables =
        amazon(
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            token.toString(),
            "AWS_ROLE_ARN",
            "arn:x",
            "AWS_ENDPOINT_URL_STS",
            address);
    assertThat(keyUsed(variables)).isEqualTo("WEB w");
    variables.put("AWS_ROLE_ARN", "arn:y");
    assertThatThrownBy(() -> keyUsed(variables)).hasMessageContaining("arn:y");
  }

  @Test
  void theServicesOfContainersAndMachinesOfAmazonGiveKeys() throws Exception {
    answers.put(
        "GET /container",
        (exchange, _) -> header(exchange, "Authorization").equals("a") ? service("POD") : "");
    assertThat(
            keyUsed(
                amazon(
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                    address + "/container",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                    "a")))
        .isEqualTo("POD t");
    answers.put("PUT /latest/api/token", (_, _) -> "session");
    String roles = "GET /latest/meta-data/iam/security-credentials/";
    answers.put(roles, (_, _) -> "role\n");
    answers.put(
        roles + "role",
        (exchange, _) ->
            header(exchange, "X-aws-ec2-metadata-token").equals("session") ? service("EC2") : "");
    assertThat(keyUsed(amazon("AWS_EC2_METADATA_SERVICE_ENDPOINT", address))).isEqualTo("EC2 t");
    asked.clear();
    assertThat(keyUsed(amazon("AWS_EC2_METADATA_DISABLED", "true"))).isEqualTo("null null");
    assertThat(asked).containsExactly("GET /team/k");
  }

  private String s3(String bucket, String key, Map<String, String> variables) throws IOException {
    Map<String, String> all = new HashMap<>(variables);
    all.put("AWS_EC2_METADATA_DISABLED", "true");
    all.put("AWS_REGION", "eu-west-1");
    return AmazonRequest.of(
            new BucketObject.Amazon(bucket, key), new CloudVariables(all), new SmallCalls(http))
        .uri()
        .toString();
  }

  @Test
  void addressesOfObjectsAreThoseOfTheirRegionOrServer() throws Exception {
    assertThat(s3("team", "a b", Map.of()))
        .isEqualTo("https://team.s3.eu-west-1.amazonaws.com/a%20b");
    assertThat(s3("a.b", "k", Map.of())).isEqualTo("https://s3.eu-west-1.amazonaws.com/a.b/k");
    Map<String, String> own = new HashMap<>(Map.of("S3_ENDPOINT", "https://minio.local:9000"));
    assertThat(s3("team", "k", own)).isEqualTo("https://team.minio.local:9000/k");
    own.put("S3_FORCE_PATH_STYLE", "true");
    assertThat(s3("team", "k", own)).isEqualTo("https://minio.local:9000/team/k");
    assertThatThrownBy(() -> s3("team", "k", Map.of("S3_ENDPOINT", "ht tp:/")))
        .hasMessageContaining("S3_ENDPOINT is no address");
  }
}
