package dev.janiko.registry.image;

import dev.janiko.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Copies blobs, and finds out on the way whether they are what their descriptors say. */
public final class BlobCopy {
  private static final int BUFFER = 128 << 10;

  private BlobCopy() {}

  /**
   * Copies all bytes of a blob.
   *
   * @throws RegistryException if size or digest are wrong; then what was written is worthless
   * @throws IOException if the blob cannot be read or the bytes cannot be written
   */
  public static void copy(BlobSource source, OutputStream out) throws IOException {
    Descriptor blob = source.descriptor();
    MessageDigest hasher = blob.digest().newHasher();
    long left = blob.size();
    byte[] buffer = new byte[Math.clamp(left, 1, BUFFER)];
    try (InputStream in = source.open()) {
      while (left > 0) {
        int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (n < 0) {
          throw RegistryException.invalid("blob " + blob.digest() + " is shorter than it says");
        }
        hasher.update(buffer, 0, n);
        out.write(buffer, 0, n);
        left -= n;
      }
      if (in.read() >= 0) {
        throw RegistryException.invalid("blob " + blob.digest() + " is longer than it says");
      }
    }
    if (!blob.digest().matches(hasher)) {
      throw RegistryException.invalid("blob " + blob.digest() + " has another digest");
    }
  }
}
