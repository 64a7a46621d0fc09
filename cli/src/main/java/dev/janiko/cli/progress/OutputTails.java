package dev.janiko.cli.progress;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The last lines that each running step has written. Bounded in lines and in their length. */
final class OutputTails {
  /** How many lines are kept of a step. */
  static final int LINES = 20;

  private static final int LONGEST = 1000;

  private final Map<Integer, Deque<String>> tails = new HashMap<>();

  /** Keeps a line, instead of the oldest one if there are enough. */
  void add(int step, String line) {
    Deque<String> tail = tails.computeIfAbsent(step, _ -> new ArrayDeque<>());
    if (tail.size() == LINES) {
      tail.removeFirst();
    }
    tail.addLast(line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line);
  }

  /** Forgets a step that did not fail. */
  void forget(int step) {
    tails.remove(step);
  }

  /** Returns a step's last lines, oldest first. */
  List<String> of(int step) {
    Deque<String> tail = tails.get(step);
    return tail == null ? List.of() : List.copyOf(tail);
  }
}
