package dev.janiko.dockerfile.pattern;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern as a row of states, each waiting for one thing. Immutable once built.
 *
 * <p>All states that a path may have led to are kept at once, so that there is nothing to go back
 * to, and no pattern makes matching slow.
 */
final class Automaton {
  /** What a state waits for. */
  private sealed interface Step {
    /** One certain character. */
    record Literal(int c) implements Step {}

    /** One character of a set. */
    record OneOf(CharacterSet set) implements Step {}

    /** One character but a slash. */
    record One() implements Step {}

    /** Any number of characters but slashes. */
    record Many() implements Step {}

    /** Any number of characters but line feeds. */
    record All() implements Step {}

    /** Nothing, or what {@link Directories} takes: this is where to choose. */
    record Optional() implements Step {}

    /** Any text that ends with a slash. */
    record Directories() implements Step {}

    /** Nothing, but only where the path begins. */
    record Start() implements Step {}
  }

  private final List<Step> steps;
  private final String prefix;
  private final String suffix;

  private Automaton(List<Step> steps) {
    this.steps = List.copyOf(steps);
    this.prefix = literals(this.steps);
    this.suffix = new StringBuilder(literals(this.steps.reversed())).reverse().toString();
  }

  /** Leading literals within the basic plane, which the path must begin with. */
  private static String literals(List<Step> steps) {
    StringBuilder text = new StringBuilder();
    for (Step step : steps) {
      if (step instanceof Step.Literal literal && Character.isBmpCodePoint(literal.c())) {
        text.append((char) literal.c());
      } else {
        break;
      }
    }
    return text.toString();
  }

  boolean matches(String path) {
    return path.endsWith(suffix) && run(path, false);
  }

  /** Whether the path is taken, or one of its beginnings that end before a slash. */
  boolean matchesOrParent(String path) {
    return run(path, true);
  }

  private boolean run(String path, boolean orParent) {
    if (!path.startsWith(prefix)) {
      return false;
    }
    BitSet states = new BitSet(steps.size() + 1);
    states.set(0);
    close(states, true);
    int i = 0;
    while (i < path.length() && !states.isEmpty()) {
      int c = path.codePointAt(i);
      if (orParent && c == '/' && states.get(steps.size())) {
        return true;
      }
      i += Character.charCount(c);
      states = after(states, c);
      close(states, false);
    }
    return states.get(steps.size());
  }

  private BitSet after(BitSet states, int c) {
    BitSet following = new BitSet(steps.size() + 1);
    for (int s = states.nextSetBit(0); s >= 0 && s < steps.size(); s = states.nextSetBit(s + 1)) {
      switch (steps.get(s)) {
        case Step.Literal literal -> following.set(s + 1, following.get(s + 1) || literal.c() == c);
        case Step.OneOf oneOf ->
            following.set(s + 1, following.get(s + 1) || oneOf.set().contains(c));
        case Step.One _ -> following.set(s + 1, following.get(s + 1) || c != '/');
        case Step.Many _ -> following.set(s, following.get(s) || c != '/');
        case Step.All _ -> following.set(s, following.get(s) || c != '\n');
        case Step.Directories _ -> {
          following.set(s, following.get(s) || c != '\n');
          following.set(s + 1, following.get(s + 1) || c == '/');
        }
        case Step.Optional _, Step.Start _ -> {
          // They take nothing.
        }
      }
    }
    return following;
  }

  private void close(BitSet states, boolean atStart) {
    for (int s = states.nextSetBit(0); s >= 0 && s < steps.size(); s = states.nextSetBit(s + 1)) {
      switch (steps.get(s)) {
        case Step.Many _, Step.All _ -> states.set(s + 1);
        case Step.Optional _ -> {
          states.set(s + 1);
          states.set(s + 2);
        }
        case Step.Start _ -> states.set(s + 1, states.get(s + 1) || atStart);
        case Step.Literal _, Step.OneOf _, Step.One _, Step.Directories _ -> {
          // They take a character first.
        }
      }
    }
  }

  /** Puts an automaton together. Not thread-safe. */
  static final class Builder {
    private final List<Step> steps = new ArrayList<>();

    Builder literal(int c) {
      steps.add(new Step.Literal(c));
      return this;
    }

    Builder oneOf(CharacterSet set) {
      steps.add(new Step.OneOf(set));
      return this;
    }

    Builder one() {
      steps.add(new Step.One());
      return this;
    }

    Builder many() {
      steps.add(new Step.Many());
      return this;
    }

    Builder all() {
      steps.add(new Step.All());
      return this;
    }

    Builder optionalDirectories() {
      steps.add(new Step.Optional());
      steps.add(new Step.Directories());
      return this;
    }

    Builder start() {
      steps.add(new Step.Start());
      return this;
    }

    Automaton build() {
      return new Automaton(steps);
    }
  }
}
