package dev.janiko.builder;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.fetch.FetchException;
import dev.janiko.builder.fetch.Fetching;
import dev.janiko.builder.fetch.GitOptions;
import dev.janiko.builder.fetch.WebAddress;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.step.RemoteFiles;
import dev.janiko.dockerfile.text.GitReference;
import dev.janiko.registry.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Fetches what ADD names elsewhere into folders of the build. Used by one thread. */
final class RemoteFolders implements RemoteFiles, AutoCloseable {
  private final Fetching fetching;
  private final Path work;
  private final RemoteLogins logins;
  private final Map<Wanted, Fetched> fetched = new HashMap<>();

  /**
   * Sets the fetching up; nothing is done yet.
   *
   * @param work gets the folders; whoever made it removes it
   * @param logins what opens private places
   */
  RemoteFolders(Fetching fetching, Path work, RemoteLogins logins) {
    this.fetching = fetching;
    this.work = work;
    this.logins = logins;
  }

  /** What names one fetched thing within a build. */
  private record Wanted(Object what, Object how) {}

  @Override
  public Fetched file(String address, Optional<String> checksum) throws IOException {
    Wanted wanted = new Wanted(address, checksum);
    Fetched known = fetched.get(wanted);
    if (known != null) {
      return known;
    }
    Optional<Digest> digest = checksum.map(RemoteFolders::digest);
    try {
      WebAddress web = logins.toOpen(WebAddress.parse(address));
      Path folder = Files.createTempDirectory(work, "web-");
      Digest found = fetching.downloads().download(web, digest, folder.resolve(web.fileName()));
      return opened(wanted, folder, web.fileName(), found.toString());
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
    Wanted wanted = new Wanted(reference, keepGitDir);
    Fetched known = fetched.get(wanted);
    if (known != null) {
      return known;
    }
    try {
      Path folder = Files.createTempDirectory(work, "git-");
      GitOptions options =
          new GitOptions(
              keepGitDir, reference.submodules(), logins.git(reference.remote()), logins.ssh(work));
      String commit = fetching.repositories().checkOut(reference, options, folder);
      return opened(
          wanted,
          folder,
          reference.subdir().orElse("."),
          commit + " " + keepGitDir + " " + reference.submodules() + " " + reference.times());
    } catch (FetchException e) {
      throw BuildException.of(Kind.CONTEXT, String.valueOf(e.getMessage()), e);
    }
  }

  private Fetched opened(Wanted wanted, Path folder, String path, String identity)
      throws IOException {
    RootFs root = RootFs.open(folder);
    Fetched result = new Fetched(root, path, identity);
    fetched.put(wanted, result);
    return result;
  }

  @Override
  public void close() {
    fetched.values().forEach(one -> one.root().close());
    fetched.clear();
  }
}
