package dev.janiko.cli.report;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.OptionalLong;

/**
 * A build that is compared with another.
 *
 * @param record what it did
 * @param peakMemory the most memory it took, in bytes, if known
 * @param memoryNote whose memory that is, or why it is not known
 * @param privileges what it needed, for people
 */
public record ComparedBuild(
    BuildRecord record, OptionalLong peakMemory, String memoryNote, List<String> privileges) {
  /** Keeps its own copy of the list. */
  public ComparedBuild {
    requireNonNull(record, "record is null");
    requireNonNull(peakMemory, "peakMemory is null");
    requireNonNull(memoryNote, "memoryNote is null");
    privileges = List.copyOf(privileges);
  }
}
