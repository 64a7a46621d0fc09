package dev.janiko.builder.linux;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a thread takes on before it starts a program, which inherits it.
 *
 * @param root the mount that becomes the root; null to stay in the present one. With a root the
 *     thread must have its own mount namespace and file system state
 * @param credentials whom it becomes
 * @param capabilities a mask of what root may still do; -1 for whatever the thread has
 * @param umask the program's umask
 * @param byChroot whether the new process enters the root by chroot(2), which needs no mount and no
 *     namespace
 * @param mounts what the new process still mounts itself, in the new root, before it becomes the
 *     program: a file system that shows the processes of a namespace must be mounted from within
 */
public record Confinement(
    @Nullable Dir root,
    Credentials credentials,
    long capabilities,
    int umask,
    boolean byChroot,
    List<Mounts.Later> mounts) {
  /** Checks the umask. */
  public Confinement {
    requireNonNull(credentials, "credentials is null");
    mounts = List.copyOf(mounts);
    if (umask < 0 || umask > 0777) {
      throw new IllegalArgumentException("not a umask: " + umask);
    }
  }

  /** The present root, as a certain user. */
  public static Confinement as(Credentials credentials) {
    return new Confinement(null, credentials, -1, 022, false, List.of());
  }

  /** A directory as root, as a certain user, with whatever capabilities this process has. */
  public static Confinement changedTo(Dir root, Credentials credentials) {
    return new Confinement(root, credentials, -1, 022, true, List.of());
  }
}
