package dev.janiko.builder.context;

import static java.util.Objects.requireNonNull;

import java.io.InputStream;
import java.nio.file.Path;

/** Where a Dockerfile is. */
public sealed interface DockerfilePlace {
  /**
   * A file.
   *
   * @param path a relative one is looked for in the working directory first, then in the context
   */
  record File(Path path) implements DockerfilePlace {
    /** Names a file. */
    public File {
      requireNonNull(path, "path is null");
    }
  }

  /**
   * Text that comes along.
   *
   * @param content read to its end
   */
  record Stream(InputStream content) implements DockerfilePlace {
    /** Takes a stream. */
    public Stream {
      requireNonNull(content, "content is null");
    }
  }

  /**
   * A file of the web.
   *
   * @param address where it is
   */
  record Web(String address) implements DockerfilePlace {
    /** Names a file. */
    public Web {
      requireNonNull(address, "address is null");
    }
  }
}
