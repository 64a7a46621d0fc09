package dev.janiko.builder.copy;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mode as chmod(1) takes it, octal or symbolic, to be applied to files. No umask takes part.
 * Immutable.
 */
public final class FileMode {
  private static final int OCTAL = 8;
  private static final int LAST = 07777;
  private static final int SET_UID = 04000;
  private static final int SET_GID = 02000;
  private static final int STICKY = 01000;
  private static final int ALL_EXECUTE = 0111;
  private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)((?:[-+=](?:[ugo]|[rwxXst]*))+)");
  private static final Pattern ACTION = Pattern.compile("([-+=])([ugo]|[rwxXst]*)");

  private final List<Action> actions;

  private FileMode(List<Action> actions) {
    this.actions = List.copyOf(actions);
  }

  /**
   * One change.
   *
   * @param who the classes it is for: some of {@code ugo}; empty for all bits, of an octal mode
   * @param operator {@code +}, {@code -} or {@code =}
   * @param what permissions, or the class to take them from
   */
  private record Action(String who, char operator, String what, int octal) {}

  /** A mode given as a number. */
  public static FileMode octal(int mode) {
    return new FileMode(List.of(new Action("", '=', "", mode & LAST)));
  }

  /** Reads a mode, {@code 755} or {@code u=rwX,go-w}; empty if it is none. */
  public static Optional<FileMode> parse(String text) {
    requireNonNull(text, "text is null");
    if (text.matches("[0-7]{1,5}")) {
      int mode = Integer.parseInt(text, OCTAL);
      return mode <= LAST ? Optional.of(octal(mode)) : Optional.empty();
    }
    List<Action> actions = new ArrayList<>();
    for (String clause : text.split(",", -1)) {
      Matcher parts = CLAUSE.matcher(clause);
      if (!parts.matches()) {
        return Optional.empty();
      }
      String who = parts.group(1).isEmpty() ? "ugo" : parts.group(1).replace("a", "ugo");
      Matcher each = ACTION.matcher(parts.group(2));
      while (each.find()) {
        actions.add(new Action(who, each.group(1).charAt(0), each.group(2), 0));
      }
    }
    return Optional.of(new FileMode(actions));
  }

  /** The mode that a file of this one gets. */
  public int applyTo(int mode, boolean isDirectory) {
    int changed = mode & LAST;
    for (Action action : actions) {
      changed = apply(action, changed, isDirectory);
    }
    return changed;
  }

  private static int apply(Action action, int mode, boolean isDirectory) {
    if (action.who().isEmpty()) {
      return action.octal();
    }
    int bits = bits(action, mode, isDirectory);
    return switch (action.operator()) {
      case '+' -> mode | bits;
      case '-' -> mode & ~bits;
      default -> mode & ~reach(action.who(), isDirectory) | bits;
    };
  }

  /** What {@code =} may take away; directories keep their set-id bits, as with chmod(1). */
  private static int reach(String who, boolean isDirectory) {
    int reach = 0;
    for (char one : who.toCharArray()) {
      reach |= 7 << shift(one);
      reach |= isDirectory || one == 'o' ? 0 : one == 'u' ? SET_UID : SET_GID;
    }
    return reach;
  }

  private static int bits(Action action, int mode, boolean isDirectory) {
    int bits = 0;
    for (char one : action.who().toCharArray()) {
      for (char permission : action.what().toCharArray()) {
        bits |= bits(one, permission, mode, isDirectory);
      }
    }
    return bits;
  }

  private static int bits(char who, char permission, int mode, boolean isDirectory) {
    int shift = shift(who);
    return switch (permission) {
      case 'r' -> 4 << shift;
      case 'w' -> 2 << shift;
      case 'x' -> 1 << shift;
      case 'X' -> isDirectory || (mode & ALL_EXECUTE) != 0 ? 1 << shift : 0;
      case 's' -> who == 'u' ? SET_UID : who == 'g' ? SET_GID : 0;
      case 't' -> STICKY;
      default -> (mode >> shift(permission) & 7) << shift;
    };
  }

  private static int shift(char who) {
    return who == 'u' ? 6 : who == 'g' ? 3 : 0;
  }
}
