package dev.janiko.builder.bucket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests for Amazon's services and those that are like them (Signature Version 4, "Create a
 * signed AWS API request").
 *
 * @param region the region that the request is for
 * @param service the service's name, such as {@code s3}
 */
record SignatureV4(String region, String service) {
  /** The digest of no content at all. */
  private static final String NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /**
   * The headers that make a GET of an address without a query a signed one.
   *
   * @param uri its path is escaped as it is to be signed
   */
  Map<String, String> headers(URI uri, AmazonCredentials who, Instant now) {
    Map<String, String> signed = new TreeMap<>();
    String time = TIME.format(now);
    signed.put("host", uri.getRawAuthority());
    signed.put("x-amz-content-sha256", NOTHING);
    signed.put("x-amz-date", time);
    who.token().ifPresent(token -> signed.put("x-amz-security-token", token));
    StringBuilder request = new StringBuilder("GET\n").append(uri.getRawPath()).append("\n\n");
    signed.forEach((name, value) -> request.append(name).append(':').append(value).append('\n'));
    String names = String.join(";", signed.keySet());
    request.append('\n').append(names).append('\n').append(NOTHING);
    String scope = time.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
    String text = ALGORITHM + "\n" + time + "\n" + scope + "\n" + sha256(request.toString());
    byte[] key = hmac(("AWS4" + who.secret()).getBytes(UTF_8), time.substring(0, 8));
    key = hmac(hmac(hmac(key, region), service), "aws4_request");
    Map<String, String> headers = new TreeMap<>(signed);
    headers.remove("host");
    headers.put(
        "Authorization",
        "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s"
            .formatted(
                ALGORITHM, who.id(), scope, names, HexFormat.of().formatHex(hmac(key, text))));
    return headers;
  }

  /** A path as it is signed: all but letters, digits and {@code -_.~/} escaped. */
  static String escaped(String path) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : path.getBytes(UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || "-_.~/".indexOf(c) >= 0;
      escaped.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return escaped.toString();
  }

  static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HmacSHA256", e);
    }
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
