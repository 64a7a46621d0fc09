package dev.janiko.builder.cache;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** A cache whose entries can be told and removed. */
public interface PrunableCache {
  /** What to call the place in messages. */
  String name();

  /**
   * All entries, in no order.
   *
   * @throws IOException if the place does not tell
   */
  List<Entry> entries() throws IOException;

  /**
   * Removes an entry; one that is gone already is as good as removed.
   *
   * @throws IOException if the place does not let it go
   */
  void remove(Entry entry) throws IOException;

  /**
   * Something kept.
   *
   * @param name its name within the place
   * @param created when it was made
   * @param bytes how much it takes, as far as it shares nothing
   */
  record Entry(String name, Instant created, long bytes) {
    /** Checks the parts. */
    public Entry {
      requireNonNull(name, "name is null");
      requireNonNull(created, "created is null");
    }
  }
}
