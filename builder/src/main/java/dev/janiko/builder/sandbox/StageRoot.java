package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.ExitStatus;
import java.io.IOException;
import java.nio.file.Path;

/** The root file system of one stage. One thread at a time, except for {@link #close}. */
public interface StageRoot extends AutoCloseable {
  /**
   * Where this program reads and writes the stage's files.
   *
   * <p>What was opened below it before a {@link #commit} is not to be used after.
   */
  Path path();

  /**
   * Runs one command with this as its root and waits for it and all it started.
   *
   * <p>A command that cannot be executed ends as docker has it: with a line of output that says
   * why, and code 127 (not found), 126 (not executable) or 255 (no program the machine can run).
   *
   * @throws InterruptedException when the calling thread was interrupted; everything is killed then
   * @throws SandboxException when the sandbox, not the command, failed
   */
  ExitStatus run(Command command, OutputSink output) throws IOException, InterruptedException;

  /**
   * Whether commands get real mounts. If not, what they shall find is moved to its place before and
   * away after: its sources must come from {@link #scratch}.
   */
  boolean mounts();

  /**
   * Makes an empty folder outside the root, on its file system. The caller removes it; at the
   * latest it goes with the stage.
   */
  Path scratch() throws IOException;

  /** What changed since the last commit; from here on a new set of changes begins. */
  StageDiff commit() throws IOException;

  /** Kills what runs and gives the root up. */
  @Override
  void close() throws IOException;
}
