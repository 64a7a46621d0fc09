package dev.janiko.builder;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.fetch.Downloads;
import dev.janiko.builder.fetch.FetchException;
import dev.janiko.builder.fetch.GitOptions;
import dev.janiko.builder.fetch.GitRepositories;
import dev.janiko.builder.fetch.WebAddress;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.step.RemoteFiles;
import dev.janiko.dockerfile.text.GitReference;
import dev.janiko.registry.Digest;
import dev.janiko.registry.transport.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Fetches what ADD names elsewhere into folders of the build. Used by one thread. */
final class RemoteFolders implements RemoteFiles, AutoCloseable {
  private final Http http;
  private final Path work;
  private final List<RootFs> opened = new ArrayList<>();

  /**
   * Sets the fetching up; nothing is done yet.
   *
   * @param work gets the folders; whoever made it removes it
   */
  RemoteFolders(Http http, Path work) {
    this.http = http;
    this.work = work;
  }

  @Override
  public Fetched file(String address, Optional<String> checksum) throws IOException {
    Optional<Digest> digest = checksum.map(RemoteFolders::digest);
    try {
      WebAddress web = WebAddress.parse(address);
      Path folder = Files.createTempDirectory(work, "web-");
      new Downloads(http).download(web, digest, folder.resolve(web.fileName()));
      return new Fetched(open(folder), web.fileName());
    } catch (FetchException | IllegalArgumentException e) {
      throw BuildException.of(Kind.CONTEXT, String.valueOf(e.getMessage()), e);
    }
  }

  private static Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw BuildException.of(Kind.DOCKERFILE, "invalid checksum digest format: " + text, e)
          .withHint("write it as sha256: and 64 hexadecimal digits");
    }
  }

  @Override
  public Fetched repository(GitReference reference, boolean keepGitDir) throws IOException {
    try {
      Path folder = Files.createTempDirectory(work, "git-");
      GitOptions options = new GitOptions(keepGitDir, reference.submodules(), Optional.empty());
      new GitRepositories(http).checkOut(reference, options, folder);
      return new Fetched(open(folder), reference.subdir().orElse("."));
    } catch (FetchException e) {
      throw BuildException.of(Kind.CONTEXT, String.valueOf(e.getMessage()), e);
    }
  }

  private RootFs open(Path folder) throws IOException {
    RootFs root = RootFs.open(folder);
    opened.add(root);
    return root;
  }

  @Override
  public void close() {
    opened.forEach(RootFs::close);
    opened.clear();
  }
}
