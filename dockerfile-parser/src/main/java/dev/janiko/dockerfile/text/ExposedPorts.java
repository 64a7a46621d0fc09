package dev.janiko.dockerfile.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The forms of EXPOSE: {@code [ip:][host:]port[-end][/protocol]}. */
public final class ExposedPorts {
  private static final Pattern RANGE = Pattern.compile("(\\d+)(?:-(\\d+))?");
  private static final int MAX_PORT = 65_535;
  private static final List<String> PROTOCOLS = List.of("tcp", "udp", "sctp");

  private ExposedPorts() {}

  /**
   * What EXPOSE keeps of a word: one entry such as {@code 80/tcp} for each container port.
   *
   * @param word the word, expanded
   * @throws IllegalArgumentException if it is malformed, with a message that says what is wrong
   */
  public static List<String> parse(String word) {
    int slash = word.indexOf('/');
    String address = slash < 0 ? word : word.substring(0, slash);
    String protocol = slash < 0 ? "" : word.substring(slash + 1);
    int last = address.lastIndexOf(':');
    String container = address.substring(last + 1);
    if (container.isEmpty()) {
      throw new IllegalArgumentException(
          "invalid port: " + GoQuote.quote(word) + ": no port specified");
    }
    String lower = protocol.isEmpty() ? "tcp" : protocol.toLowerCase(Locale.ROOT);
    if (!PROTOCOLS.contains(lower)) {
      throw new IllegalArgumentException(
          "invalid port: " + GoQuote.quote(word) + ": invalid proto: " + protocol);
    }
    Range ports = range(container, "containerPort");
    if (last >= 0) {
      checkHost(address.substring(0, last), ports, container);
    }
    List<String> entries = new ArrayList<>();
    for (int port = ports.first(); port <= ports.last(); port++) {
      entries.add(port + "/" + lower);
    }
    return List.copyOf(entries);
  }

  private record Range(int first, int last) {
    int length() {
      return last - first + 1;
    }
  }

  private static void checkHost(String prefix, Range ports, String container) {
    int colon = prefix.lastIndexOf(':');
    String host = prefix.substring(colon + 1);
    if (colon >= 0) {
      checkAddress(prefix.substring(0, colon));
    }
    if (host.isEmpty()) {
      return;
    }
    Range hostPorts = range(host, "hostPort");
    if (hostPorts.length() != ports.length() && ports.length() != 1) {
      throw new IllegalArgumentException(
          "invalid ranges specified for container and host Ports: " + container + " and " + host);
    }
  }

  private static Range range(String text, String what) {
    Matcher matcher = RANGE.matcher(text);
    if (matcher.matches()) {
      int first = port(matcher.group(1));
      int last = matcher.group(2) == null ? first : port(matcher.group(2));
      if (first >= 0 && last >= first) {
        return new Range(first, last);
      }
    }
    throw new IllegalArgumentException("invalid " + what + ": " + text);
  }

  private static int port(String digits) {
    String significant = digits.replaceFirst("^0+(?=.)", "");
    int port = significant.length() > 5 ? MAX_PORT + 1 : Integer.parseInt(significant);
    return port > MAX_PORT ? -1 : port;
  }

  private static void checkAddress(String text) {
    String address =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    if (!address.isEmpty() && !isIpv4(address) && !isIpv6(address)) {
      throw new IllegalArgumentException("invalid IP address: " + text);
    }
  }

  private static boolean isIpv4(String text) {
    String octet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    return text.matches(octet + "(\\." + octet + "){3}");
  }

  private static boolean isIpv6(String text) {
    int gap = text.indexOf("::");
    if (gap != text.lastIndexOf("::")) {
      return false;
    }
    if (gap < 0) {
      return groups(text) == 8;
    }
    int before = groups(text.substring(0, gap));
    int after = groups(text.substring(gap + 2));
    return before >= 0 && after >= 0 && before + after < 8;
  }

  /** The number of 16-bit groups, an IPv4 ending counted as two; -1 if malformed. */
  private static int groups(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    String[] parts = text.split(":", -1);
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].matches("[0-9a-fA-F]{1,4}")) {
        count++;
      } else if (i == parts.length - 1 && isIpv4(parts[i])) {
        count += 2;
      } else {
        return -1;
      }
    }
    return count;
  }
}
