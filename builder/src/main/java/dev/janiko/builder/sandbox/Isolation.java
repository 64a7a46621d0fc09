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
  /** A folder as root by chroot(2); needs to be root with CAP_SYS_CHROOT and CAP_MKNOD. */
  CHROOT,
  /** The container's own root, used up; needs to be root in a throw-away container. */
  INPLACE;

  /**
   * All but AUTO, the one to choose first first.
   *
   * @param somebodys whether the root directory is not the executor image's own, and is left alone
   *     if that can be
   */
  static List<Isolation> inOrder(boolean somebodys) {
    return somebodys ? List.of(NAMESPACE, CHROOT, INPLACE) : List.of(NAMESPACE, INPLACE, CHROOT);
  }

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
