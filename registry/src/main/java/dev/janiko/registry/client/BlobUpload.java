package dev.janiko.registry.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.auth.Scope;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.transport.HttpAnswer;
import dev.janiko.registry.transport.HttpCall;
import dev.janiko.registry.transport.RetryPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Uploads one blob into one repository.
 *
 * <p>A small blob goes with the request that closes the session, which saves a round trip; a
 * registry that cannot do that is not asked so again. A large one goes by PATCH first, so that
 * after a cut the registry can tell how much it has and the rest follows.
 */
final class BlobUpload {
  private static final int SMALL = 4 << 20;
  private static final long STEP = 64 << 10;
  private static final int STEPS = 20;
  private static final int BUFFER = 128 << 10;
  private static final String OCTETS = "application/octet-stream";

  private final Endpoint endpoint;
  private final ImageReference repository;
  private final BlobSource source;
  private final TransferListener listener;
  private final AtomicBoolean patchOnly;

  /** The parts of a client that uploads share. */
  record Context(Endpoint endpoint, TransferListener listener, AtomicBoolean patchOnly) {}

  BlobUpload(Context context, ImageReference repository, BlobSource source) {
    this.endpoint = context.endpoint();
    this.listener = context.listener();
    this.patchOnly = context.patchOnly();
    this.repository = repository;
    this.source = source;
  }

  /** Uploads, beginning with the session if one is open already. */
  void run(Optional<String> open) throws IOException {
    RetryPolicy.Tries tries = endpoint.retry().start();
    Optional<String> session = open;
    while (true) {
      // Beginning a session has its own patience: it must not be multiplied by this one.
      String place = session.isPresent() ? session.get() : start();
      try {
        send(place, tries);
        return;
      } catch (RegistryException e) {
        boolean monolithic = !isPatched() && refusesMonolithic(e);
        if (monolithic) {
          patchOnly.set(true);
        } else if (!isWorthAnotherSession(e) || !tries.awaitNext(e)) {
          throw e;
        }
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e;
        }
        if (!tries.awaitNext(e)) {
          throw Refusal.unreachable(call("PUT", ""), endpoint.registry(), e);
        }
      }
      session = Optional.empty();
      if (isThere()) {
        return;
      }
    }
  }

  private boolean isPatched() {
    return patchOnly.get() || blob().size() > SMALL;
  }

  private static boolean refusesMonolithic(RegistryException e) {
    int status = e.status().orElse(0);
    boolean unusual = status == 404 || status == 405 || status == 411 || status == 415;
    return unusual || e.code().equals("BLOB_UPLOAD_INVALID") || e.code().equals("UNSUPPORTED");
  }

  private static boolean isWorthAnotherSession(RegistryException e) {
    int status = e.status().orElse(0);
    return e.kind() == Kind.UNAVAILABLE
        || status == 416
        || status == 404
        || e.code().equals("BLOB_UPLOAD_UNKNOWN");
  }

  /** Whether the registry has the blob after all: its answer may have been lost. */
  private boolean isThere() throws IOException {
    Call head =
        Call.of("check layer", "HEAD", path("/blobs/" + blob().digest()), Scope.push(name()));
    try (HttpAnswer answer = endpoint.send(head, status -> status == 200 || status == 404)) {
      return answer.status() == 200;
    }
  }

  private String start() throws IOException {
    try (HttpAnswer answer =
        endpoint.send(call("POST", path("/blobs/uploads/")), status -> status == 202)) {
      return endpoint.place(answer);
    }
  }

  private void send(String session, RetryPolicy.Tries tries) throws IOException {
    if (isPatched()) {
      close(patched(session, tries));
      return;
    }
    Call put = call("PUT", withDigest(session)).body(new Part(0)).once();
    endpoint.send(put, BlobUpload::isDone).close();
  }

  private void close(String session) throws IOException {
    endpoint.send(call("PUT", withDigest(session)).once(), BlobUpload::isDone).close();
  }

  private static boolean isDone(int status) {
    return status == 201 || status == 200 || status == 202 || status == 204;
  }

  /** Sends all bytes, taking up after cuts; answers where to close the session. */
  private String patched(String session, RetryPolicy.Tries tries) throws IOException {
    String place = session;
    long offset = 0;
    while (true) {
      Call patch = call("PATCH", place).body(new Part(offset)).once();
      if (offset > 0) {
        patch = patch.header("Content-Range", offset + "-" + (blob().size() - 1));
      }
      IOException failure;
      try (HttpAnswer answer = endpoint.send(patch, BlobUpload::isDone)) {
        return endpoint.place(answer);
      } catch (RegistryException e) {
        if (e.kind() != Kind.UNAVAILABLE && e.status().orElse(0) != 416) {
          throw e;
        }
        failure = e;
      } catch (IOException e) {
        failure = e;
      }
      if (Thread.currentThread().isInterrupted() || !tries.awaitNext(failure)) {
        throw failure;
      }
      Confirmed confirmed = confirmed(place, failure);
      place = confirmed.place();
      // A few bytes between two cuts are no progress: that would never end.
      if (confirmed.bytes() - offset >= Math.min(STEP, blob().size() / STEPS)) {
        tries.progress();
      }
      offset = confirmed.bytes();
      if (offset >= blob().size()) {
        return place;
      }
    }
  }

  private record Confirmed(String place, long bytes) {}

  /** How much the registry has of the session; one that cannot tell gives up the session. */
  private Confirmed confirmed(String place, IOException failure) throws IOException {
    try (HttpAnswer answer = endpoint.send(call("GET", place), s -> s == 204 || s == 200)) {
      OptionalLong end = lastByte(answer.header("Range").orElse(""));
      String next = answer.header("Location").isPresent() ? endpoint.place(answer) : place;
      if (end.isPresent() && end.getAsLong() < blob().size()) {
        return new Confirmed(next, end.getAsLong() == 0 ? 0 : end.getAsLong() + 1);
      }
      throw failure;
    } catch (RegistryException e) {
      throw e.kind() == Kind.UNREACHABLE || e.kind() == Kind.UNAUTHORIZED ? e : failure;
    }
  }

  private static OptionalLong lastByte(String range) {
    String bare = range.startsWith("bytes=") ? range.substring("bytes=".length()) : range;
    int dash = bare.indexOf('-');
    try {
      return dash < 0 || !bare.substring(0, dash).strip().equals("0")
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(bare.substring(dash + 1).strip()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private Call call(String method, String target) {
    return Call.of("push layer " + blob().digest(), method, target, Scope.push(name()));
  }

  private String withDigest(String session) {
    String joint = session.indexOf('?') < 0 ? "?" : "&";
    return session + joint + "digest=" + URLEncoder.encode(blob().digest().toString(), UTF_8);
  }

  private String path(String rest) {
    return "/v2/" + name() + rest;
  }

  private String name() {
    return repository.repository();
  }

  private Descriptor blob() {
    return source.descriptor();
  }

  /** The blob from an offset to its end. */
  private final class Part implements HttpCall.Body {
    private final long offset;

    Part(long offset) {
      this.offset = offset;
    }

    @Override
    public long length() {
      return blob().size() - offset;
    }

    @Override
    public String mediaType() {
      return OCTETS;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      byte[] buffer = new byte[Math.clamp(length(), 1, BUFFER)];
      long position = offset;
      try (InputStream in = opened()) {
        while (position < blob().size()) {
          int n = read(in, buffer, (int) Math.min(buffer.length, blob().size() - position));
          out.write(buffer, 0, n);
          position += n;
          listener.transferred(
              TransferListener.Direction.UP, endpoint.registry(), blob(), position);
        }
      }
    }

    private InputStream opened() throws RegistryException {
      try {
        InputStream in = source.open();
        in.skipNBytes(offset);
        return in;
      } catch (RegistryException e) {
        throw e;
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    private int read(InputStream in, byte[] buffer, int length) throws RegistryException {
      try {
        int n = in.read(buffer, 0, length);
        if (n > 0) {
          return n;
        }
        throw RegistryException.invalid("blob " + blob().digest() + " is shorter than it says");
      } catch (RegistryException e) {
        throw e;
      } catch (IOException e) {
        throw unreadable(e);
      }
    }

    /** What fails at our own end is not the network's fault, and not tried again. */
    private RegistryException unreadable(IOException e) {
      return RegistryException.invalid(
          "cannot read blob " + blob().digest() + ": " + e.getMessage(), e);
    }
  }
}
