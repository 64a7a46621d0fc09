package dev.janiko.registry.transport;

import dev.janiko.registry.Workers;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that no connection holds us up for ever. Java times out reads of which no byte comes;
 * here writes that are not taken time out, too, and answers that come a byte now and a byte then.
 * Safe for use by threads.
 */
final class SocketWatch implements AutoCloseable {
  /** Fewer bytes than these within two read time-outs are as good as none. */
  private static final int LEAST = 1024;

  private final Duration writeTimeout;
  private final Set<WatchedSocket> writing = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  private boolean started;

  SocketWatch(Duration writeTimeout) {
    this.writeTimeout = writeTimeout;
  }

  /** A socket that is not connected yet. */
  Socket socket() {
    return new WatchedSocket();
  }

  /** Ends the watch; sockets stay as they are. */
  @Override
  public void close() {
    closed = true;
  }

  private synchronized void start() {
    if (!started) {
      started = true;
      Thread.ofPlatform().daemon().name("socket watch").start(this::watch);
    }
  }

  private void watch() {
    long pause = Math.clamp(writeTimeout.toMillis() / 4, 10, 1000);
    while (!closed) {
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        return;
      }
      writing.forEach(WatchedSocket::check);
    }
  }

  private final class WatchedSocket extends Socket {
    private volatile long since;
    private volatile boolean late;
    private long waited;
    private long received;

    @Override
    public void connect(SocketAddress remote, int timeout) throws IOException {
      Workers.use(
          this,
          () -> {
            super.connect(remote, timeout);
            return 0;
          });
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      start();
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(int value) throws IOException {
          write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          begin();
          try {
            Workers.use(
                WatchedSocket.this,
                () -> {
                  out.write(bytes, offset, length);
                  return length;
                });
          } catch (IOException e) {
            throw late ? timeout("bytes are not taken", e) : e;
          } finally {
            writing.remove(WatchedSocket.this);
          }
        }
      };
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read() throws IOException {
          byte[] one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          long start = System.nanoTime();
          int n = Workers.use(WatchedSocket.this, () -> in.read(bytes, offset, length));
          count(System.nanoTime() - start, n);
          return n;
        }
      };
    }

    private void begin() {
      waited = 0;
      received = 0;
      since = System.nanoTime();
      writing.add(this);
    }

    private void check() {
      if (System.nanoTime() - since > writeTimeout.toNanos() && writing.contains(this)) {
        late = true;
        try {
          close();
        } catch (IOException e) {
          // It is closed as far as it can be.
        }
      }
    }

    /** Counts only the time that the other side took, not the time that we did. */
    private void count(long nanos, int bytes) throws IOException {
      waited += nanos;
      received += Math.max(bytes, 0);
      long most = Duration.ofMillis(getSoTimeout()).toNanos() * 2;
      if (most > 0 && waited > most) {
        if (received < LEAST && bytes >= 0) {
          throw timeout(
              received + " bytes in " + Duration.ofNanos(waited).toSeconds() + " s", null);
        }
        waited = 0;
        received = 0;
      }
    }
  }

  private static SocketTimeoutException timeout(String why, @Nullable Throwable cause) {
    SocketTimeoutException timeout = new SocketTimeoutException(why);
    timeout.initCause(cause);
    return timeout;
  }
}
