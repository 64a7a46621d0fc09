package dev.janiko.builder.bucket;

import static java.util.Objects.requireNonNull;

import dev.janiko.dockerfile.text.UserInfo;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where an object is. */
public sealed interface BucketObject {
  /** The object that a bucket alone stands for. */
  String USUAL = "context.tar.gz";

  /**
   * In a bucket of S3.
   *
   * @param bucket the bucket
   * @param key the object's key
   */
  record Amazon(String bucket, String key) implements BucketObject {
    /** Checks the parts. */
    public Amazon {
      requireNonNull(bucket, "bucket is null");
      requireNonNull(key, "key is null");
    }

    @Override
    public String toString() {
      return "s3://" + bucket + "/" + key;
    }
  }

  /**
   * In a bucket of Google's Cloud Storage.
   *
   * @param bucket the bucket
   * @param name the object's name
   */
  record Google(String bucket, String name) implements BucketObject {
    /** Checks the parts. */
    public Google {
      requireNonNull(bucket, "bucket is null");
      requireNonNull(name, "name is null");
    }

    @Override
    public String toString() {
      return "gs://" + bucket + "/" + name;
    }
  }

  /**
   * In a container of Azure's blob storage.
   *
   * @param account the storage account
   * @param address the blob's address; its query may be a signature
   */
  record Azure(String account, URI address) implements BucketObject {
    private static final Pattern HOST =
        Pattern.compile(
            "(?i)[a-z0-9-]+\\.blob\\.core\\.(windows\\.net|chinacloudapi\\.cn|cloudapi\\.de"
                + "|usgovcloudapi\\.net)");

    /** Checks the parts. */
    public Azure {
      requireNonNull(account, "account is null");
      requireNonNull(address, "address is null");
    }

    @Override
    public String toString() {
      String text = address.toString();
      int query = text.indexOf('?');
      return query < 0 ? text : text.substring(0, query) + "?…";
    }
  }

  /**
   * Reads an address: {@code s3://BUCKET[/KEY]}, {@code gs://BUCKET[/NAME]}, or that of a blob.
   *
   * @return nothing if it leads to no bucket
   * @throws IllegalArgumentException if it leads to one, but is malformed
   */
  static Optional<BucketObject> parse(String text) {
    if (text.startsWith("s3://") || text.startsWith("gs://")) {
      String rest = text.substring("s3://".length());
      int slash = rest.indexOf('/');
      String bucket = slash < 0 ? rest : rest.substring(0, slash);
      String name = slash < 0 ? "" : rest.substring(slash + 1);
      if (!bucket.matches("[A-Za-z0-9][A-Za-z0-9._-]{1,221}")) {
        throw new IllegalArgumentException(UserInfo.hidden(text) + " names no bucket");
      }
      String object = name.isEmpty() || name.endsWith("/") ? name + USUAL : name;
      return Optional.of(
          text.startsWith("s3://") ? new Amazon(bucket, object) : new Google(bucket, object));
    }
    if (!text.regionMatches(true, 0, "https://", 0, "https://".length())) {
      return Optional.empty();
    }
    int end = text.indexOf('/', "https://".length());
    String host = text.substring("https://".length(), end < 0 ? text.length() : end);
    if (!Azure.HOST.matcher(host).matches()) {
      return Optional.empty();
    }
    URI address = URI.create(text);
    if (!String.valueOf(address.getPath()).matches("/[^/]+/.+")) {
      throw new IllegalArgumentException(
          "https://" + host + "/… names no blob: https://ACCOUNT/CONTAINER/BLOB is needed");
    }
    return Optional.of(new Azure(host.substring(0, host.indexOf('.')), address));
  }
}
