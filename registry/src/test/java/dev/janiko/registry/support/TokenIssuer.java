package dev.janiko.registry.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.janiko.registry.json.JsonWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A token server as the distribution registry wants one (its documents on token authentication):
 * signed tokens for what a user may do. {@code writer:secret} may do all, {@code reader:secret} and
 * the nameless only pull.
 */
public final class TokenIssuer implements AutoCloseable {
  public static final String ISSUER = "janiko-tests";
  public static final String SERVICE = "registry-of-tests";
  private static final int LIFE = 60;

  private final HttpServer server;
  private final PrivateKey key;
  private final String certificate;
  private final List<String> asked = new CopyOnWriteArrayList<>();

  private TokenIssuer(HttpServer server, PrivateKey key, String certificate) {
    this.server = server;
    this.key = key;
    this.certificate = certificate;
  }

  /** Starts one that signs as the server of the certificates. */
  public static TokenIssuer start(TestCertificates certificates) throws Exception {
    byte[] der =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(Files.readAllBytes(certificates.path("server.pem"))))
            .getEncoded();
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    TokenIssuer issuer =
        new TokenIssuer(
            http, key(certificates.path("server.key")), Base64.getEncoder().encodeToString(der));
    http.createContext("/token", issuer::answer);
    http.start();
    return issuer;
  }

  private static PrivateKey key(Path file) throws Exception {
    String base64 =
        Files.readString(file).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    return KeyFactory.getInstance("RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = exchange.getRequestURI().getRawQuery();
      asked.add(String.valueOf(query));
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      String user = authorization == null ? "" : user(authorization);
      boolean known = user.isEmpty() || user.equals("writer") || user.equals("reader");
      byte[] body =
          known
              ? JsonWriter.compact(
                  JsonNodeFactory.instance.objectNode().put("token", token(user, grants(query))))
              : "{\"details\":\"incorrect username or password\"}".getBytes(UTF_8);
      exchange.sendResponseHeaders(known ? 200 : 401, body.length);
      exchange.getResponseBody().write(body);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static String user(String authorization) {
    String pair =
        new String(Base64.getDecoder().decode(authorization.substring("Basic ".length())), UTF_8);
    return pair.endsWith(":secret") ? pair.substring(0, pair.indexOf(':')) : "nobody";
  }

  private static List<String> grants(String query) {
    List<String> grants = new ArrayList<>();
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith("scope=")) {
        grants.add(URLDecoder.decode(pair.substring("scope=".length()), UTF_8));
      }
    }
    return grants;
  }

  private String token(String user, List<String> grants) throws GeneralSecurityException {
    ObjectNode header = JsonNodeFactory.instance.objectNode();
    header.put("typ", "JWT").put("alg", "RS256").putArray("x5c").add(certificate);
    long now = Instant.now().getEpochSecond();
    ObjectNode claims = JsonNodeFactory.instance.objectNode();
    claims.put("iss", ISSUER).put("sub", user).put("aud", SERVICE).put("jti", "t" + asked.size());
    claims.put("iat", now).put("nbf", now - 5).put("exp", now + LIFE);
    ArrayNode access = claims.putArray("access");
    for (String grant : grants) {
      String[] parts = grant.split(":", -1);
      ArrayNode actions =
          access.addObject().put("type", parts[0]).put("name", parts[1]).putArray("actions");
      for (String action : parts[2].split(",", -1)) {
        if (action.equals("pull") || user.equals("writer")) {
          actions.add(action);
        }
      }
    }
    String signed = part(JsonWriter.compact(header)) + "." + part(JsonWriter.compact(claims));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key);
    signature.update(signed.getBytes(UTF_8));
    return signed + "." + part(signature.sign());
  }

  private static String part(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The queries so far. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  public String realm() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
