package dev.janiko.builder.sandbox;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.linux.UnixPath;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Something that one command finds in its root, and that is no part of the stage's files. */
public sealed interface StepMount {
  /** Where in the root, absolute. */
  UnixPath target();

  /**
   * A folder or a file.
   *
   * @param source where it is, free of links that lead elsewhere
   * @param access what becomes of writes
   */
  record Files(Path source, UnixPath target, Access access) implements StepMount {
    /** Refuses absent parts. */
    public Files {
      requireNonNull(source, "source is null");
      requireNonNull(target, "target is null");
      requireNonNull(access, "access is null");
    }
  }

  /** What becomes of writes. */
  enum Access {
    /** They are refused, where that can be done. */
    READ_ONLY,
    /** They are thrown away; of a folder only. */
    DISCARDED,
    /** They go to the source. */
    WRITABLE
  }

  /**
   * An empty folder in memory.
   *
   * @param size its greatest size in bytes, if it has one
   * @param readOnly whether nothing can be written
   */
  record Memory(UnixPath target, OptionalLong size, boolean readOnly) implements StepMount {
    /** The mode of one that hides no other folder. */
    static final int DEFAULT_MODE = 01777;

    /** Refuses absent parts. */
    public Memory {
      requireNonNull(target, "target is null");
      requireNonNull(size, "size is null");
    }
  }

  /** A file that holds a secret. */
  record Secret(UnixPath target, SecretValue value, Permissions permissions) implements StepMount {
    /** Refuses absent parts. */
    public Secret {
      requireNonNull(target, "target is null");
      requireNonNull(value, "value is null");
      requireNonNull(permissions, "permissions is null");
    }
  }

  /**
   * A socket behind which is an SSH agent.
   *
   * @param agent the agent's own socket
   */
  record Agent(UnixPath target, Path agent, Permissions permissions) implements StepMount {
    /** Refuses absent parts. */
    public Agent {
      requireNonNull(target, "target is null");
      requireNonNull(agent, "agent is null");
      requireNonNull(permissions, "permissions is null");
    }
  }

  /** Owner, group and permission bits. */
  record Permissions(long uid, long gid, int mode) {}
}
