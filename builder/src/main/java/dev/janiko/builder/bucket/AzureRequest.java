package dev.janiko.builder.bucket;

import dev.janiko.builder.fetch.Downloads;
import dev.janiko.builder.fetch.FetchException;
import dev.janiko.registry.transport.HttpAnswer;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Asks for a blob of Azure: with the account's key ("Authorize with Shared Key"), by the signature
 * in its address, or as anybody.
 */
final class AzureRequest implements Downloads.Request {
  private static final String VARIABLE = "AZURE_STORAGE_ACCESS_KEY";
  private static final String VERSION = "2021-08-06";

  private final BucketObject.Azure object;
  private final Optional<byte[]> key;

  private AzureRequest(BucketObject.Azure object, Optional<byte[]> key) {
    this.object = object;
    this.key = key;
  }

  static AzureRequest of(BucketObject.Azure object, CloudVariables variables)
      throws FetchException {
    boolean signed = String.valueOf(object.address().getRawQuery()).matches("(.*&)?sig=.*");
    Optional<String> key = signed ? Optional.empty() : variables.get(VARIABLE);
    try {
      return new AzureRequest(object, key.map(Base64.getDecoder()::decode));
    } catch (IllegalArgumentException e) {
      throw new FetchException(VARIABLE + " is no key of a storage account: it is not Base64");
    }
  }

  @Override
  public URI uri() {
    return object.address();
  }

  @Override
  public Map<String, String> headers() {
    Map<String, String> headers = new TreeMap<>();
    headers.put("x-ms-version", VERSION);
    if (key.isEmpty()) {
      return headers;
    }
    headers.put(
        "x-ms-date",
        DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now().atOffset(ZoneOffset.UTC)));
    StringBuilder text = new StringBuilder("GET").append("\n".repeat(12));
    headers.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
    text.append('/').append(object.account()).append(object.address().getRawPath());
    String query = object.address().getQuery();
    if (query != null) {
      Map<String, String> parameters = new TreeMap<>();
      for (String parameter : query.split("&", -1)) {
        String[] parts = parameter.split("=", 2);
        parameters.put(parts[0], parts.length == 2 ? parts[1] : "");
      }
      parameters.forEach((name, value) -> text.append('\n').append(name).append(':').append(value));
    }
    String signature =
        Base64.getEncoder().encodeToString(SignatureV4.hmac(key.get(), text.toString()));
    headers.put("Authorization", "SharedKey " + object.account() + ":" + signature);
    return headers;
  }

  @Override
  public String reason(HttpAnswer refusal) {
    String asked =
        key.isPresent()
            ? ", asked with the key of $" + VARIABLE
            : String.valueOf(object.address().getRawQuery()).contains("sig=")
                ? ", asked with the signature of its address"
                : ", asked as anybody: give the account's key in " + VARIABLE;
    return SmallCalls.refusal(refusal) + asked;
  }

  @Override
  public String toString() {
    return object.toString();
  }
}
