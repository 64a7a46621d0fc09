package dev.janiko.builder.bucket;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.fetch.Downloads;
import dev.janiko.registry.Digest;
import dev.janiko.registry.transport.Http;
import java.io.IOException;
import java.nio.file.Path;

/** Downloads objects of buckets. Safe for use by several threads. */
public final class BucketDownloads {
  private final Http http;

  /** Downloads over these connections. */
  public BucketDownloads(Http http) {
    this.http = requireNonNull(http, "http is null");
  }

  /**
   * Downloads an object.
   *
   * @param variables say where the bucket's server is, and who asks
   * @return its digest
   * @throws IOException if it cannot be had
   */
  public Digest download(BucketObject object, CloudVariables variables, Path file)
      throws IOException {
    SmallCalls calls = new SmallCalls(http);
    Downloads.Request request =
        switch (object) {
          case BucketObject.Amazon amazon -> AmazonRequest.of(amazon, variables, calls);
          case BucketObject.Google google -> GoogleRequest.of(google, variables, calls);
          case BucketObject.Azure azure -> AzureRequest.of(azure, variables);
        };
    return new Downloads(http).download(request, file);
  }
}
