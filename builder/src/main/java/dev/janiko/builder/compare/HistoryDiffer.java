package dev.janiko.builder.compare;

import dev.janiko.builder.compare.Difference.Area;
import dev.janiko.registry.image.HistoryEntry;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Compares histories. Entries that are alike from the first one on, and from the last one back,
 * belong together; those between them are compared in their order.
 */
final class HistoryDiffer {
  private final List<Difference> found;

  HistoryDiffer(List<Difference> found) {
    this.found = found;
  }

  void compare(Sides<List<HistoryEntry>> histories) {
    List<HistoryEntry> left = histories.left();
    List<HistoryEntry> right = histories.right();
    int shorter = Math.min(left.size(), right.size());
    int head = 0;
    while (head < shorter && alike(left.get(head), right.get(head))) {
      pair(head + 1, left.get(head), right.get(head));
      head++;
    }
    int tail = 0;
    while (tail < shorter - head
        && alike(left.get(left.size() - 1 - tail), right.get(right.size() - 1 - tail))) {
      tail++;
    }
    int leftEnd = left.size() - tail;
    int rightEnd = right.size() - tail;
    for (int i = head; i < Math.max(leftEnd, rightEnd); i++) {
      if (i < leftEnd && i < rightEnd) {
        pair(i + 1, left.get(i), right.get(i));
      } else {
        Optional<String> one =
            i < leftEnd ? Optional.of(left.get(i).createdBy()) : Optional.empty();
        Optional<String> other =
            i < rightEnd ? Optional.of(right.get(i).createdBy()) : Optional.empty();
        add(i + 1, Difference.PRESENCE, new Sides<>(one, other));
      }
    }
    for (int i = 0; i < tail; i++) {
      pair(leftEnd + i + 1, left.get(leftEnd + i), right.get(rightEnd + i));
    }
  }

  private static boolean alike(HistoryEntry left, HistoryEntry right) {
    return left.createdBy().equals(right.createdBy()) && left.emptyLayer() == right.emptyLayer();
  }

  private void pair(int number, HistoryEntry left, HistoryEntry right) {
    Sides<HistoryEntry> both = new Sides<>(left, right);
    add(number, "created_by", both.map(entry -> text(entry.createdBy())));
    add(number, "layer", both.map(entry -> Optional.of(entry.emptyLayer() ? "none" : "one")));
    add(number, "author", both.map(entry -> text(entry.author())));
    add(number, "comment", both.map(entry -> text(entry.comment())));
    add(number, "created", both.map(entry -> entry.created().map(Instant::toString)));
  }

  private static Optional<String> text(String value) {
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  private void add(int number, String attribute, Sides<Optional<String>> values) {
    if (!values.equal()) {
      found.add(Difference.of(Area.HISTORY, Integer.toString(number), attribute, values));
    }
  }
}
