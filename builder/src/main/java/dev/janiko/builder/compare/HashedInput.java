package dev.janiko.builder.compare;

import dev.janiko.registry.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Hashes and counts what is read through it. */
final class HashedInput extends FilterInputStream {
  private final MessageDigest hasher = Digest.sha256Hasher();
  private long count;

  HashedInput(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    int single = in.read();
    if (single >= 0) {
      hasher.update((byte) single);
      count++;
    }
    return single;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read = in.read(into, offset, length);
    if (read > 0) {
      hasher.update(into, offset, read);
      count += read;
    }
    return read;
  }

  @Override
  public long skip(long bytes) throws IOException {
    return readNBytes((int) Math.min(bytes, 1 << 16)).length;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** Ends hashing. */
  Digest digest() {
    return Digest.ofSha256(hasher);
  }

  long count() {
    return count;
  }
}
