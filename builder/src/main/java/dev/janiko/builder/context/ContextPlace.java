package dev.janiko.builder.context;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.bucket.BucketObject;
import dev.janiko.builder.bucket.CloudVariables;
import dev.janiko.builder.fetch.GitOptions;
import dev.janiko.dockerfile.text.GitReference;
import java.io.InputStream;
import java.nio.file.Path;

/** Where the files of a context are. */
public sealed interface ContextPlace {
  /**
   * In a folder here.
   *
   * @param path the folder
   */
  record Folder(Path path) implements ContextPlace {
    /** Names a folder. */
    public Folder {
      requireNonNull(path, "path is null");
    }
  }

  /**
   * In an archive here, in any compression.
   *
   * @param file the archive
   */
  record Archive(Path file) implements ContextPlace {
    /** Names an archive. */
    public Archive {
      requireNonNull(file, "file is null");
    }
  }

  /**
   * In an archive that comes along, in any compression; what is no archive is a Dockerfile, and the
   * context empty.
   *
   * @param content the archive; read to its end
   * @param name what it is called in messages
   */
  record Stream(InputStream content, String name) implements ContextPlace {
    /** Names a stream. */
    public Stream {
      requireNonNull(content, "content is null");
      requireNonNull(name, "name is null");
    }
  }

  /**
   * In a file of the web: an archive in any compression, or a Dockerfile.
   *
   * @param address where it is
   */
  record Web(String address) implements ContextPlace {
    /** Names a file. */
    public Web {
      requireNonNull(address, "address is null");
    }
  }

  /**
   * In an object of a bucket: an archive in any compression, or a Dockerfile.
   *
   * @param object which
   * @param variables say where the bucket's server is, and who asks
   */
  record Bucket(BucketObject object, CloudVariables variables) implements ContextPlace {
    /** Names an object. */
    public Bucket {
      requireNonNull(object, "object is null");
      requireNonNull(variables, "variables is null");
    }
  }

  /**
   * In a git repository.
   *
   * @param reference which, and what of it
   * @param options how it is fetched
   */
  record Git(GitReference reference, GitOptions options) implements ContextPlace {
    /** Names a repository. */
    public Git {
      requireNonNull(reference, "reference is null");
      requireNonNull(options, "options is null");
    }
  }
}
