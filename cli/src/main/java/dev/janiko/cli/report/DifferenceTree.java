package dev.janiko.cli.report;

import dev.janiko.builder.compare.Difference;
import dev.janiko.builder.compare.Difference.Area;
import dev.janiko.builder.compare.Differences;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Differences as a tree that opens and shuts, with the instruction that made each. */
final class DifferenceTree {
  private static final int SHOWN = 2000;

  private final Html html;
  private int written;

  DifferenceTree(Html html) {
    this.html = html;
  }

  private static final class Node {
    private final Map<String, Node> below = new TreeMap<>();
    private final List<Difference> here = new ArrayList<>();

    private int count() {
      return here.size() + below.values().stream().mapToInt(Node::count).sum();
    }
  }

  void write(Differences differences) {
    if (differences.none()) {
      html.element("p", "Nothing.");
    }
    for (Area area : Area.values()) {
      List<Difference> found = differences.of(area);
      if (!found.isEmpty()) {
        html.element("h3", Words.area(area) + ": " + found.size());
        Node root = new Node();
        for (Difference difference : found.stream().limit(SHOWN).toList()) {
          node(root, area, difference.subject()).here.add(difference);
        }
        root.below.forEach(this::node);
        root.here.forEach(this::leaf);
        if (found.size() > SHOWN) {
          html.element(
              "p class=\"note\"", "And " + (found.size() - SHOWN) + " more, which JSON tells.");
        }
      }
    }
  }

  private static Node node(Node root, Area area, String subject) {
    if (area != Area.FILE) {
      return root.below.computeIfAbsent(subject, _ -> new Node());
    }
    Node at = root;
    for (String name : subject.split("/", -1)) {
      if (!name.isEmpty()) {
        at = at.below.computeIfAbsent(name, _ -> new Node());
      }
    }
    return at;
  }

  private void node(String name, Node node) {
    String open = written < SHOWN / 10 ? " open" : "";
    html.raw("<details" + open + "><summary><code>")
        .text(name)
        .raw("</code> <span class=\"note\">(" + node.count() + ")</span></summary>");
    node.here.forEach(this::leaf);
    node.below.forEach(this::node);
    html.raw("</details>");
  }

  private void leaf(Difference difference) {
    written++;
    html.raw("<div class=\"leaf\">").element("p", difference.attribute());
    html.raw("<dl>");
    side("A", difference.left());
    side("B", difference.right());
    Words.origins(difference)
        .ifPresent(origin ->
            html.element("dt", "Made by").raw("<dd><code>").text(origin).raw("</code></dd>"));
    html.raw("</dl></div>");
  }

  private void side(String letter, Optional<String> value) {
    html.element("dt", letter)
        .raw("<dd><code>")
        .text(value.orElse("(nothing)"))
        .raw("</code></dd>");
  }
}
