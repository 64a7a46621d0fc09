package dev.janiko.builder.context;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.bucket.BucketDownloads;
import dev.janiko.builder.copy.LocalArchive;
import dev.janiko.builder.fetch.FetchException;
import dev.janiko.builder.fetch.Fetching;
import dev.janiko.builder.fetch.WebAddress;
import dev.janiko.builder.rootfs.UnpackOptions;
import dev.janiko.builder.rootfs.Unpacker;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Brings contexts into folders of the build. Used by one thread. */
public final class FetchedContexts implements ContextFetcher {
  private static final String DOCKERFILE = "Dockerfile";

  private final Fetching fetching;
  private final Work work;

  /** Gives the folder that contexts are brought into. */
  @FunctionalInterface
  public interface Work {
    /** The folder; made when it is first asked for. */
    Path folder() throws IOException;
  }

  /** Fetches in these ways into folders below the work folder. */
  public FetchedContexts(Fetching fetching, Work work) {
    this.fetching = requireNonNull(fetching, "fetching is null");
    this.work = requireNonNull(work, "work is null");
  }

  @Override
  public Path folder(ContextPlace place) throws IOException {
    return switch (place) {
      case ContextPlace.Folder folder -> folder.path();
      case ContextPlace.Archive archive -> {
        if (!isArchive(archive.file())) {
          throw new FetchException("the build context " + archive.file() + " is no tar archive");
        }
        yield unpacked(archive.file());
      }
      case ContextPlace.Stream stream -> {
        Path file = work.folder().resolve("context.tar");
        try (InputStream content = stream.content()) {
          Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
        }
        if (Files.size(file) == 0) {
          throw new FetchException("the build context on " + stream.name() + " is empty");
        }
        yield archiveOrDockerfile(file);
      }
      case ContextPlace.Web web -> {
        Path file = work.folder().resolve("context.tar");
        download(web.address(), file);
        yield archiveOrDockerfile(file);
      }
      case ContextPlace.Bucket bucket -> {
        Path file = work.folder().resolve("context.tar");
        requireNonNull(
            new BucketDownloads(fetching.connections())
                .download(bucket.object(), bucket.variables(), file));
        yield archiveOrDockerfile(file);
      }
      case ContextPlace.Git git -> checkedOut(git);
    };
  }

  @Override
  public Path file(DockerfilePlace place) throws IOException {
    return switch (place) {
      case DockerfilePlace.File file -> file.path();
      case DockerfilePlace.Stream stream -> {
        Path file = Files.createTempDirectory(work.folder(), "file-").resolve(DOCKERFILE);
        try (InputStream content = stream.content()) {
          Files.copy(content, file);
        }
        yield file;
      }
      case DockerfilePlace.Web web -> {
        Path file = Files.createTempDirectory(work.folder(), "file-").resolve(DOCKERFILE);
        download(web.address(), file);
        yield file;
      }
    };
  }

  private void download(String address, Path file) throws IOException {
    WebAddress web;
    try {
      web = WebAddress.parse(address);
    } catch (IllegalArgumentException e) {
      throw new FetchException(String.valueOf(e.getMessage()), e);
    }
    requireNonNull(fetching.downloads().download(web, Optional.empty(), file));
  }

  private Path checkedOut(ContextPlace.Git git) throws IOException {
    Path folder = newFolder();
    requireNonNull(fetching.repositories().checkOut(git.reference(), git.options(), folder));
    Optional<String> subdir = git.reference().subdir();
    return subdir.isPresent() ? inside(folder, subdir.get()) : folder;
  }

  /** A folder in another, also if links lead there, but nowhere else. */
  static Path inside(Path folder, String path) throws IOException {
    Path below = folder.resolve(path.replaceAll("^/+", "")).normalize();
    if (!below.startsWith(folder) || !Files.isDirectory(below)) {
      throw new FetchException("there is no folder " + path + " in the build context");
    }
    if (!below.toRealPath().startsWith(folder.toRealPath())) {
      throw new FetchException("the folder " + path + " leads out of the build context");
    }
    return below;
  }

  private Path archiveOrDockerfile(Path file) throws IOException {
    if (isArchive(file)) {
      Path folder = unpacked(file);
      Files.delete(file);
      return folder;
    }
    Path folder = newFolder();
    Files.move(file, folder.resolve(DOCKERFILE));
    return folder;
  }

  private static boolean isArchive(Path file) throws IOException {
    try (InputStream content = new BufferedInputStream(Files.newInputStream(file))) {
      return LocalArchive.isArchive(content);
    }
  }

  private Path unpacked(Path file) throws IOException {
    Path folder = newFolder();
    try (InputStream content = Files.newInputStream(file);
        InputStream tar = LocalArchive.open(content)) {
      requireNonNull(Unpacker.unpack(tar, folder, UnpackOptions.plain()));
    }
    return folder;
  }

  private Path newFolder() throws IOException {
    return Files.createTempDirectory(work.folder(), "context-");
  }
}
