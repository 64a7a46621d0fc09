package dev.janiko.registry.client;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.transport.HttpAnswer;
import dev.janiko.registry.transport.RetryPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a blob as they come in, verified. The last bytes are given out only if the size and
 * the digest of all of them are right; a connection that is cut is taken up where it broke, and a
 * place that fails for good is left for the next one, where it broke, too.
 */
final class BlobStream extends InputStream {
  private static final long LARGE_STEP = 64 << 10;
  private static final int STEPS = 20;

  private final Descriptor blob;
  private final TransferListener listener;
  private final MessageDigest hasher;
  private final Deque<Place> others;
  private Endpoint endpoint;
  private Call call;
  private RetryPolicy.Tries tries;

  /** How far it must come before a failure counts as the first again. */
  private final long step;

  private long reached;
  private @Nullable HttpAnswer answer;
  private long position;
  private boolean verified;

  /**
   * Where a blob can be had.
   *
   * @param endpoint the registry
   * @param call what to ask it
   */
  record Place(Endpoint endpoint, Call call) {}

  /**
   * A stream that has asked nothing yet.
   *
   * @param places where the blob can be had, one at least; the first is asked first
   */
  BlobStream(List<Place> places, Descriptor blob, TransferListener listener) {
    this.others = new ArrayDeque<>(places);
    Place first = others.removeFirst();
    this.endpoint = first.endpoint();
    this.call = first.call();
    this.blob = blob;
    this.listener = listener;
    this.hasher = blob.digest().newHasher();
    this.tries = endpoint.retry().start();
    this.step = Math.min(LARGE_STEP, blob.size() / STEPS);
  }

  /** Asks for the blob, so that a refusal shows before anything is read. */
  BlobStream opened() throws IOException {
    answer = request();
    return this;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (position == blob.size()) {
      finish();
      return -1;
    }
    int n = receive(into, offset, (int) Math.min(length, blob.size() - position));
    hasher.update(into, offset, n);
    position += n;
    if (position == blob.size()) {
      finish();
    }
    listener.transferred(TransferListener.Direction.DOWN, endpoint.registry(), blob, position);
    return n;
  }

  private int receive(byte[] into, int offset, int length) throws IOException {
    while (true) {
      try {
        HttpAnswer current = answer;
        if (current == null) {
          current = request();
          answer = current;
        }
        int n = current.body().read(into, offset, length);
        if (n > 0) {
          progress(n);
          return n;
        }
        throw new IOException(
            "the connection ended after " + position + " of " + blob.size() + " bytes");
      } catch (RegistryException e) {
        release();
        leave(e);
      } catch (IOException e) {
        release();
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        if (!tries.awaitNext(e)) {
          leave(Refusal.unreachable(call, endpoint.registry(), e));
        }
      }
    }
  }

  /** Goes on at the next place, if there is one. */
  private void leave(RegistryException why) throws RegistryException {
    Place next = others.pollFirst();
    if (next == null) {
      throw why;
    }
    listener.warned(
        "mirror %s is left after %d of %d bytes of a blob: %s"
            .formatted(endpoint.registry(), position, blob.size(), why.getMessage()));
    endpoint = next.endpoint();
    call = next.call();
    tries = endpoint.retry().start();
  }

  /** A few bytes between two cuts are no progress: that would never end. */
  private void progress(int bytes) {
    if (position + bytes - reached >= step) {
      reached = position + bytes;
      tries.progress();
    }
  }

  private HttpAnswer request() throws IOException {
    Call ask = position == 0 ? call : call.header("Range", "bytes=" + position + "-");
    HttpAnswer response =
        endpoint.send(
            ask, status -> status == 200 || status == 206 || (status == 416 && position > 0));
    if (response.status() == 416) {
      // It has the blob, but gives no part of it.
      response.close();
      response = endpoint.send(call, status -> status == 200);
    }
    try {
      if (response.status() == 206) {
        checkRange(response);
      } else if (position > 0) {
        response.body().skipNBytes(position);
      }
      checkLength(response);
      return response;
    } catch (IOException e) {
      response.close();
      throw e;
    }
  }

  private void checkRange(HttpAnswer response) throws RegistryException {
    String range = response.header("Content-Range").orElse("");
    if (!range.startsWith("bytes " + position + "-")) {
      throw wrong("a range was answered by another one (" + range + ")");
    }
  }

  private void checkLength(HttpAnswer response) throws RegistryException {
    Optional<String> encoding = response.header("Content-Encoding");
    if (encoding.isPresent() && !encoding.get().equalsIgnoreCase("identity")) {
      throw wrong("it came encoded as " + encoding.get());
    }
    long expected = response.status() == 206 ? blob.size() - position : blob.size();
    Optional<String> length = response.header("Content-Length");
    if (length.isPresent() && !length.get().equals(Long.toString(expected))) {
      throw wrong("expected " + expected + " bytes, got " + length.get());
    }
  }

  private void finish() throws IOException {
    if (verified) {
      return;
    }
    if (blob.size() == 0) {
      tries.progress();
    }
    if (!blob.digest().matches(hasher)) {
      release();
      throw wrong("its bytes have another digest");
    }
    verified = true;
    HttpAnswer current = answer;
    if (current != null && hasMore(current)) {
      release();
      throw wrong("it is longer than " + blob.size() + " bytes");
    }
    release();
  }

  /** Whether bytes follow; a connection that fails after the last byte does not matter. */
  private static boolean hasMore(HttpAnswer current) {
    try {
      return current.body().read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  private RegistryException wrong(String why) {
    return RegistryException.of(
            RegistryException.Kind.INVALID,
            "blob " + blob.digest() + " from " + endpoint.registry() + " is wrong: " + why)
        .host(endpoint.registry())
        .operation(call.operation())
        .build();
  }

  private void release() {
    HttpAnswer current = answer;
    if (current != null) {
      current.close();
      answer = null;
    }
  }

  @Override
  public void close() {
    release();
  }
}
