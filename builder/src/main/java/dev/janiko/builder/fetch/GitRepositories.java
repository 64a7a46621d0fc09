package dev.janiko.builder.fetch;

import static java.util.Objects.requireNonNull;

import dev.janiko.dockerfile.text.GitReference;
import dev.janiko.registry.transport.Http;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.submodule.SubmoduleWalk;
import org.eclipse.jgit.util.FileUtils;
import org.jspecify.annotations.Nullable;

/**
 * Checks out git repositories: one commit without its history, with its submodules. Nothing of this
 * machine's or user's git settings counts. Used by one thread at a time.
 */
public final class GitRepositories {
  private static final int DEEPEST = 16;
  private static final Set<PosixFilePermission> PLAIN =
      PosixFilePermissions.fromString("rw-r--r--");
  private static final Set<PosixFilePermission> EXECUTABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");

  static {
    IsolatedGit.install();
  }

  private final Http http;

  /** Fetches by HTTP over these connections; by git's own protocol beside them. */
  public GitRepositories(Http http) {
    this.http = requireNonNull(http, "http is null");
  }

  /**
   * Checks a repository out.
   *
   * @param reference what to fetch; its folder and its wish for {@code .git} are not considered
   * @param folder gets the files; made if it is not there
   * @return the commit
   * @throws FetchException if it cannot be had, or is not the commit it should be
   */
  public String checkOut(GitReference reference, GitOptions options, Path folder)
      throws IOException {
    String address = reference.isLocalName() ? "https://" + reference.remote() : reference.remote();
    GitRemote remote = GitRemote.of(http, address, options);
    Order order = new Order(remote, reference.ref(), reference.checksum(), 0);
    RevCommit commit = checkOut(order, options, folder);
    FileTime time =
        reference.times() == GitReference.Times.COMMIT
            ? FileTime.from(commit.getCommitterIdent().getWhenAsInstant())
            : FileTime.fromMillis(System.currentTimeMillis());
    tidy(folder, time);
    return commit.name();
  }

  /**
   * One repository to check out.
   *
   * @param depth how many repositories it is in as a submodule
   */
  private record Order(
      GitRemote remote, Optional<String> ref, Optional<String> checksum, int depth) {}

  private static RevCommit checkOut(Order order, GitOptions options, Path folder)
      throws IOException {
    Files.createDirectories(folder);
    try (Git git = Git.init().setDirectory(folder.toFile()).setInitialBranch("main").call()) {
      Repository repository = git.getRepository();
      GitRemote.Found found = order.remote().fetch(repository, order.ref());
      RevCommit commit = commit(repository, found.id());
      verify(found, commit, order.checksum());
      var _ = git.checkout().setName(commit.name()).setForced(true).call();
      if (options.submodules()) {
        submodules(order, repository, options);
      }
      forget(repository, order.remote());
      if (!options.keepGitDir()) {
        repository.close();
        remove(repository.getDirectory().toPath());
      }
      return commit;
    } catch (GitAPIException | ConfigInvalidException e) {
      throw new FetchException(
          "failed to check out repository " + order.remote() + ": " + e.getMessage(), e);
    }
  }

  private static RevCommit commit(Repository repository, ObjectId id) throws IOException {
    try (RevWalk walk = new RevWalk(repository)) {
      RevCommit commit = walk.parseCommit(id);
      walk.parseBody(commit);
      return commit;
    }
  }

  private static void verify(GitRemote.Found found, RevCommit commit, Optional<String> checksum)
      throws FetchException {
    if (checksum.isPresent()
        && !commit.name().startsWith(checksum.get())
        && !found.id().name().startsWith(checksum.get())) {
      throw new FetchException(
          "expected checksum to match %s, got %s".formatted(checksum.get(), commit.name()));
    }
  }

  /** Checks out what the commit holds as submodules, each at the commit that is told there. */
  private static void submodules(Order order, Repository repository, GitOptions options)
      throws IOException, ConfigInvalidException {
    try (SubmoduleWalk walk = SubmoduleWalk.forIndex(repository)) {
      while (walk.next()) {
        String address = walk.getModulesUrl();
        if (address == null) {
          throw new FetchException(
              "no url found for submodule path '%s' in .gitmodules of %s"
                  .formatted(walk.getPath(), order.remote()));
        }
        if (order.depth() == DEEPEST) {
          throw new FetchException("submodules of " + order.remote() + " are nested too deeply");
        }
        Path folder = repository.getWorkTree().toPath().resolve(walk.getPath());
        Order module =
            new Order(
                order.remote().named(address),
                Optional.of(walk.getObjectId().name()),
                Optional.empty(),
                order.depth() + 1);
        var _ = checkOut(module, options, folder);
      }
    }
  }

  /** Leaves in {@code .git} where it came from, and nothing of how. */
  private static void forget(Repository repository, GitRemote remote) throws IOException {
    StoredConfig config = repository.getConfig();
    config.setString("remote", Constants.DEFAULT_REMOTE_NAME, "url", remote.toString());
    config.setString(
        "remote", Constants.DEFAULT_REMOTE_NAME, "fetch", "+refs/heads/*:refs/remotes/origin/*");
    config.save();
    Path folder = repository.getDirectory().toPath();
    Files.deleteIfExists(folder.resolve(Constants.FETCH_HEAD));
    remove(folder.resolve("logs"));
    remove(folder.resolve("refs").resolve("janiko"));
  }

  private static void remove(Path tree) throws IOException {
    FileUtils.delete(tree.toFile(), FileUtils.RECURSIVE | FileUtils.RETRY | FileUtils.SKIP_MISSING);
  }

  /** Gives files the modes that git knows, whatever the umask here, and their time. */
  private static void tidy(Path folder, FileTime time) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            return path.endsWith(Constants.DOT_GIT)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              boolean executable = Files.isExecutable(path);
              Files.setPosixFilePermissions(path, executable ? EXECUTABLE : PLAIN);
            }
            Files.getFileAttributeView(
                    path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, null, null);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path path, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.setPosixFilePermissions(path, EXECUTABLE);
            Files.setLastModifiedTime(path, time);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
