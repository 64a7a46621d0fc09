package dev.janiko.builder.output;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.fetch.WebAddress;
import dev.janiko.registry.Digest;
import dev.janiko.registry.transport.Http;
import dev.janiko.registry.transport.HttpAnswer;
import dev.janiko.registry.transport.HttpCall;
import dev.janiko.registry.transport.RetryPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Tells what was made, in small files and to the web, when all of it is in its place. */
public final class DigestNotice {
  private final Outputs outputs;
  private final Http http;

  /** A notice to wherever outputs say. */
  public DigestNotice(Outputs outputs, Http http) {
    this.outputs = requireNonNull(outputs, "outputs is null");
    this.http = requireNonNull(http, "http is null");
  }

  /**
   * Gives the notice.
   *
   * @param digest of the manifest, or of the index
   * @throws IOException if a file cannot be written, or the web is not reached
   * @throws BuildException if the web refuses
   */
  public void give(Digest digest) throws IOException {
    SmallFiles.write(outputs.digestFiles(), outputs.names(), digest);
    if (outputs.digestFiles().upload().isPresent()) {
      send(outputs.digestFiles().upload().get(), digest);
    }
  }

  private void send(WebAddress to, Digest digest) throws IOException {
    byte[] text = digest.toString().getBytes(StandardCharsets.UTF_8);
    Map<String, String> headers =
        to.authorization().map(value -> Map.of("Authorization", value)).orElse(Map.of());
    HttpCall call =
        new HttpCall("PUT", to.uri(), headers, Optional.of(HttpCall.bytes("text/plain", text)));
    RetryPolicy.Tries tries = http.options().retry().start();
    while (true) {
      try (HttpAnswer answer = http.send(call)) {
        if (answer.status() >= 200 && answer.status() < 300) {
          return;
        }
        if (!RetryPolicy.isTransient(answer.status())
            || !tries.awaitNext(answer.header("Retry-After"))) {
          throw BuildException.of(
              Kind.OUTPUT, "the digest cannot be sent to " + to + ": status " + answer.status());
        }
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted() || !tries.awaitNext(e)) {
          throw new IOException("the digest cannot be sent to " + to + ": " + e.getMessage(), e);
        }
      }
    }
  }
}
