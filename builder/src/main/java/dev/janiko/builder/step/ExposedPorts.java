package dev.janiko.builder.step;

import dev.janiko.builder.BuildException;
import dev.janiko.builder.BuildException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The words of EXPOSE: {@code [ip:][hostPort:]containerPort[-end][/protocol]}. Only the container's
 * ports count for an image.
 */
final class ExposedPorts {
  private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");
  private static final int LAST_PORT = 65535;

  private ExposedPorts() {}

  /** Ports as the config has them, such as {@code 80/tcp}; a range becomes each of its ports. */
  static List<String> parse(List<String> words) {
    List<String> ports = new ArrayList<>();
    for (String word : words) {
      parse(word, ports);
    }
    return ports;
  }

  private static void parse(String word, List<String> ports) {
    int slash = word.indexOf('/');
    String protocol = slash < 0 ? "tcp" : word.substring(slash + 1).toLowerCase(Locale.ROOT);
    String address = slash < 0 ? word : word.substring(0, slash);
    int colon = address.lastIndexOf(':');
    String range = address.substring(colon + 1);
    if (range.isEmpty()) {
      throw wrong("invalid port: \"%s\": no port specified".formatted(word));
    }
    if (!PROTOCOLS.contains(protocol)) {
      throw wrong("invalid port: \"%s\": invalid proto: %s".formatted(word, protocol))
          .withHint("the protocol is tcp, udp or sctp");
    }
    if (colon >= 0) {
      checkHost(address.substring(0, colon));
    }
    int dash = range.indexOf('-');
    int first = port(dash < 0 ? range : range.substring(0, dash), range);
    int last = dash < 0 ? first : port(range.substring(dash + 1), range);
    if (last < first) {
      throw wrong("invalid containerPort: " + range);
    }
    for (int port = first; port <= last; port++) {
      ports.add(port + "/" + protocol);
    }
  }

  private static void checkHost(String host) {
    int colon = host.lastIndexOf(':');
    String ip = colon < 0 ? "" : host.substring(0, colon);
    if (!ip.isEmpty()
        && !ip.matches(
            "(\\d{1,3}\\.){3}\\d{1,3}|\\[[0-9a-fA-F:.]+]|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      throw wrong("invalid IP address: " + ip);
    }
    String port = host.substring(colon + 1);
    if (!port.isEmpty() && !port.matches("\\d{1,5}(-\\d{1,5})?")) {
      throw wrong("invalid hostPort: " + port);
    }
  }

  private static int port(String text, String range) {
    if (text.matches("\\d{1,5}") && Integer.parseInt(text) <= LAST_PORT) {
      return Integer.parseInt(text);
    }
    throw wrong("invalid containerPort: " + range);
  }

  private static BuildException wrong(String message) {
    return BuildException.of(Kind.DOCKERFILE, message);
  }
}
