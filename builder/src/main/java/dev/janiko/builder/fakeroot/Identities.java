package dev.janiko.builder.fakeroot;

import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Tracees;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who the processes of one command believe to be. Used by one thread. */
final class Identities {
  private final Tracees tracees;

  /** By mark; the first is everybody's who has none. */
  private final List<Identity> known = new ArrayList<>();

  private final Map<Identity, Integer> marks = new HashMap<>();

  Identities(Tracees tracees, Identity first) {
    this.tracees = tracees;
    known.add(first);
    marks.put(first, 0);
  }

  /** Those whose identities these are. */
  Tracees tracees() {
    return tracees;
  }

  /** A thread's; it is its process's. */
  Identity of(int thread) {
    int mark = tracees.mark(thread);
    return known.get(mark < known.size() ? mark : 0);
  }

  /** Gives a thread's process another one, which it hands on to what it starts. */
  void change(int thread, Identity identity) throws LinuxException {
    if (identity.equals(of(thread))) {
      return;
    }
    int mark = marks.computeIfAbsent(identity, _ -> known.size());
    if (mark == known.size()) {
      known.add(identity);
    }
    tracees.mark(thread, mark);
  }
}
