package dev.janiko.builder.step;

import dev.janiko.builder.linux.ExitStatus;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.rootfs.RootFs;
import dev.janiko.builder.sandbox.Command;
import dev.janiko.builder.sandbox.OutputSink;
import dev.janiko.builder.sandbox.UserLookup;
import dev.janiko.dockerfile.pattern.PatternMatcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of one stage, as its steps see them. The first use brings the base image's files here.
 * Used by one thread.
 */
public interface Workspace {
  /** The stage's root file system. */
  RootFs root() throws IOException;

  /** The users of the image, by its own files. */
  UserLookup users() throws IOException;

  /**
   * Runs a command in the stage's sandbox, and waits for it.
   *
   * @throws IOException if it cannot be started, not if it fails
   */
  ExitStatus run(Command command, OutputSink output) throws IOException;

  /**
   * Whether commands get real mounts; if not, what they are given is moved to its place, and must
   * be in a {@link #scratch} folder.
   */
  boolean mounts() throws IOException;

  /** Makes an empty folder outside the root, on its file system; the caller removes it. */
  Path scratch() throws IOException;

  /**
   * Makes a layer of what changed since the last one, or since the base; none if that is to wait
   * until the stage is over.
   */
  Optional<PendingLayer> commit() throws IOException;

  /** Where a COPY takes its files from. */
  Source source(CopySource from) throws IOException;

  /**
   * Files to copy from.
   *
   * @param root the root that the sources' paths begin at
   * @param ignored which paths are left out
   * @param isContext whether it is the build context, whose owners do not count
   */
  record Source(RootFs root, PatternMatcher ignored, boolean isContext) {}
}
