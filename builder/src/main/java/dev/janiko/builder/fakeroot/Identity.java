package dev.janiko.builder.fakeroot;

import dev.janiko.builder.linux.Capabilities;
import dev.janiko.builder.linux.Credentials;
import java.util.List;
import java.util.Optional;

/**
 * Who a process believes to be. Immutable; every change answers another one, or nothing where the
 * kernel would refuse it with EPERM (credentials(7), capabilities(7)).
 *
 * @param user real, effective, saved and file system user
 * @param group the same for the group
 * @param groups supplementary groups
 * @param capabilities what it may do
 */
record Identity(Ids user, Ids group, List<Long> groups, Held capabilities) {
  static final int CHOWN = 0;
  static final int SETGID = 6;
  static final int SETUID = 7;
  static final int SETPCAP = 8;
  static final int MKNOD = 27;
  static final int SETFCAP = 31;

  private static final long UNCHANGED = 0xffff_ffffL;

  Identity {
    // As the kernel keeps and lists them.
    groups = groups.stream().sorted().toList();
  }

  /** The four ids of one kind. */
  record Ids(long real, long effective, long saved, long files) {
    static Ids all(long id) {
      return new Ids(id, id, id, id);
    }

    boolean hasRealOrSaved(long id) {
      return id == real || id == saved;
    }

    boolean has(long id) {
      return id == real || id == effective || id == saved;
    }

    boolean anyIsRoot() {
      return real == 0 || effective == 0 || saved == 0;
    }

    Ids withFiles(long id) {
      return new Ids(real, effective, saved, id);
    }
  }

  /**
   * Sets of capabilities as masks.
   *
   * @param kept whether they outlive a change of user (PR_SET_KEEPCAPS)
   */
  record Held(long effective, long permitted, long inheritable, boolean kept) {
    private static final Held ALL =
        new Held(Capabilities.CONTAINER_DEFAULT, Capabilities.CONTAINER_DEFAULT, 0, false);
    private static final Held NONE = new Held(0, 0, 0, false);
  }

  /** Who a step's command starts as. */
  static Identity of(Credentials credentials) {
    return new Identity(
        Ids.all(credentials.uid()),
        Ids.all(credentials.gid()),
        credentials.groups(),
        credentials.uid() == 0 ? Held.ALL : Held.NONE);
  }

  boolean may(int capability) {
    return (capabilities.effective & 1L << capability) != 0;
  }

  /** Whether what it makes belongs to root without anybody's doing. */
  boolean makesRootsFiles() {
    return user.files == 0 && group.files == 0;
  }

  boolean isIn(long gid) {
    return group.files == gid || groups.contains(gid);
  }

  Optional<Identity> setUser(long id) {
    if (may(SETUID)) {
      return Optional.of(withUser(Ids.all(id)));
    }
    return user.hasRealOrSaved(id)
        ? Optional.of(withUser(new Ids(user.real, id, user.saved, id)))
        : Optional.empty();
  }

  Optional<Identity> setGroup(long id) {
    if (may(SETGID)) {
      return Optional.of(withGroup(Ids.all(id)));
    }
    return group.hasRealOrSaved(id)
        ? Optional.of(withGroup(new Ids(group.real, id, group.saved, id)))
        : Optional.empty();
  }

  Optional<Identity> setUsers(long real, long effective, long saved) {
    return changed(user, new long[] {real, effective, saved}, may(SETUID)).map(this::withUser);
  }

  Optional<Identity> setGroups(long real, long effective, long saved) {
    return changed(group, new long[] {real, effective, saved}, may(SETGID)).map(this::withGroup);
  }

  private static Optional<Ids> changed(Ids now, long[] wanted, boolean allowed) {
    for (long id : wanted) {
      if (id != UNCHANGED && !allowed && !now.has(id)) {
        return Optional.empty();
      }
    }
    long effective = wanted[1] == UNCHANGED ? now.effective : wanted[1];
    return Optional.of(
        new Ids(
            wanted[0] == UNCHANGED ? now.real : wanted[0],
            effective,
            wanted[2] == UNCHANGED ? now.saved : wanted[2],
            effective));
  }

  /** The saved one follows as setreuid(2) has it. */
  Optional<Identity> setTwoUsers(long real, long effective) {
    return setUsers(real, effective, UNCHANGED)
        .map(next -> next.withUser(saved(user, next.user, real, effective)));
  }

  Optional<Identity> setTwoGroups(long real, long effective) {
    return setGroups(real, effective, UNCHANGED)
        .map(next -> next.withGroup(saved(group, next.group, real, effective)));
  }

  private static Ids saved(Ids before, Ids after, long real, long effective) {
    boolean follows = real != UNCHANGED || (effective != UNCHANGED && effective != before.real);
    return follows ? new Ids(after.real, after.effective, after.effective, after.effective) : after;
  }

  /** Another user for files; answers itself if it may not. */
  Identity setFilesUser(long id) {
    boolean allowed = may(SETUID) || user.has(id) || id == user.files;
    return allowed ? new Identity(user.withFiles(id), group, groups, capabilities) : this;
  }

  Identity setFilesGroup(long id) {
    boolean allowed = may(SETGID) || group.has(id) || id == group.files;
    return allowed ? new Identity(user, group.withFiles(id), groups, capabilities) : this;
  }

  Optional<Identity> setSupplementary(List<Long> ids) {
    return may(SETGID)
        ? Optional.of(new Identity(user, group, ids, capabilities))
        : Optional.empty();
  }

  private Identity withGroup(Ids ids) {
    return new Identity(user, ids, groups, capabilities);
  }

  private Identity withUser(Ids ids) {
    Held held = capabilities;
    if (user.anyIsRoot() && !ids.anyIsRoot() && !held.kept) {
      held = new Held(0, 0, held.inheritable, false);
    }
    if (user.effective == 0 && ids.effective != 0) {
      held = new Held(0, held.permitted, held.inheritable, held.kept);
    } else if (user.effective != 0 && ids.effective == 0) {
      held = new Held(held.permitted, held.permitted, held.inheritable, held.kept);
    }
    return new Identity(ids, group, groups, held);
  }

  Optional<Identity> setCapabilities(long effective, long permitted, long inheritable) {
    boolean grows = (permitted & ~capabilities.permitted) != 0 || (effective & ~permitted) != 0;
    return grows
        ? Optional.empty()
        : Optional.of(
            new Identity(
                user,
                group,
                groups,
                new Held(effective, permitted, inheritable, capabilities.kept)));
  }

  Identity keepingCapabilities(boolean kept) {
    Held held = capabilities;
    return new Identity(
        user, group, groups, new Held(held.effective, held.permitted, held.inheritable, kept));
  }

  /**
   * After execve(2).
   *
   * @param asUser the owner of a setuid file, or this user
   * @param asGroup the group of a setgid file, or this group
   */
  Identity executing(long asUser, long asGroup) {
    Ids newUser = new Ids(user.real, asUser, asUser, asUser);
    Ids newGroup = new Ids(group.real, asGroup, asGroup, asGroup);
    boolean isRoot = asUser == 0 || user.real == 0;
    long permitted = isRoot ? Capabilities.CONTAINER_DEFAULT : 0;
    Held held = new Held(asUser == 0 ? permitted : 0, permitted, capabilities.inheritable, false);
    return new Identity(newUser, newGroup, groups, held);
  }
}
