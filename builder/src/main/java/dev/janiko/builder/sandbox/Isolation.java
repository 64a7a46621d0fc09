package dev.janiko.builder.sandbox;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What keeps a step's commands apart from the machine. */
public enum Isolation {
  /** Whatever the place allows, the strongest first. */
  AUTO,
  /**
   * Own mount, process, IPC and host-name namespaces; needs CAP_SYS_ADMIN, if need be in a user
   * namespace.
   */
  NAMESPACE,
  /** The container's own root, used up; needs to be root in a throw-away container. */
  INPLACE;

  /** All but AUTO. */
  static final List<Isolation> STRONGEST_FIRST = List.of(NAMESPACE, INPLACE);

  /** The name as written on a command line. */
  public String optionValue() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The one with a name as written on a command line.
   *
   * @throws IllegalArgumentException with the names there are
   */
  public static Isolation ofOptionValue(String value) {
    return Stream.of(values())
        .filter(isolation -> isolation.optionValue().equals(value))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "unknown isolation \""
                    + value
                    + "\": it is one of "
                    + Stream.of(values())
                        .map(Isolation::optionValue)
                        .collect(Collectors.joining(", "))));
  }
}
