package dev.janiko.builder.step;

import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.dockerfile.text.GitReference;
import java.io.IOException;
import java.util.Optional;

/** Fetches what ADD names elsewhere. Used by one thread. */
public interface RemoteFiles {
  /**
   * Fetches a file of the web.
   *
   * @param address its address, beginning with {@code http://} or {@code https://}
   * @param checksum the digest it must have, as {@code sha256:…}
   * @throws IOException if it cannot be had, or has another digest
   */
  Fetched file(String address, Optional<String> checksum) throws IOException;

  /**
   * Fetches a repository.
   *
   * @param keepGitDir whether {@code .git} is kept
   * @throws IOException if it cannot be had, or leads to another commit than it should
   */
  Fetched repository(GitReference reference, boolean keepGitDir) throws IOException;

  /**
   * What came.
   *
   * @param root where it is; stays open
   * @param path its path there, which may be a folder's
   * @param identity names its content; the same content has the same
   */
  record Fetched(RootFs root, String path, String identity) {}
}
