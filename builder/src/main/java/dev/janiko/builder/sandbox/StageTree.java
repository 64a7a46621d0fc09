package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Ledger;
import dev.janiko.builder.linux.Stat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files of a stage, mounted for the calling build thread. */
interface StageTree extends AutoCloseable {
  /** The mount, which commands get as their root. */
  Path mountPoint();

  /** Where the stage has its files, beside its root. */
  Path folder();

  /** Holds what root alone could set on the files; null if this process can. */
  @Nullable Ledger ledger();

  /** Whether folders can be covered so that writes to them go elsewhere. */
  boolean canCover();

  /**
   * Ends a step.
   *
   * @param touched directories that held something for the step that is gone again
   * @return what it changed, which nothing writes to any more
   */
  StageDiff commit(Set<Stat.Identity> touched) throws IOException;

  @Override
  void close() throws IOException;
}
