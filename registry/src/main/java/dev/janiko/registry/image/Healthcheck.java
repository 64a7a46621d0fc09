package dev.janiko.registry.image;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.janiko.registry.RegistryException;
import java.time.Duration;
import java.util.List;

/**
 * How to find out whether a container is well (docker image-spec v1.2). Zero means inherited.
 *
 * @param test {@code [NONE]}, {@code [CMD, …]} or {@code [CMD-SHELL, command]}; empty inherits
 * @param interval the time between two tests
 * @param timeout after which a test has failed
 * @param startPeriod during which failures do not count
 * @param startInterval the time between two tests within the start period
 * @param retries how many failures in a row make a container unhealthy
 */
public record Healthcheck(
    List<String> test,
    Duration interval,
    Duration timeout,
    Duration startPeriod,
    Duration startInterval,
    int retries) {

  /** Checks the parts. */
  public Healthcheck {
    test = List.copyOf(test);
    requireNonNull(interval, "interval is null");
    requireNonNull(timeout, "timeout is null");
    requireNonNull(startPeriod, "startPeriod is null");
    requireNonNull(startInterval, "startInterval is null");
  }

  /** {@code HEALTHCHECK NONE}. */
  public static Healthcheck none() {
    return new Healthcheck(
        List.of("NONE"), Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);
  }

  static Healthcheck read(ObjectNode node) throws RegistryException {
    return new Healthcheck(
        Nodes.texts(node, "Test"),
        Duration.ofNanos(Nodes.number(node, "Interval")),
        Duration.ofNanos(Nodes.number(node, "Timeout")),
        Duration.ofNanos(Nodes.number(node, "StartPeriod")),
        Duration.ofNanos(Nodes.number(node, "StartInterval")),
        Math.toIntExact(Math.min(Nodes.number(node, "Retries"), Integer.MAX_VALUE)));
  }

  ObjectNode node() {
    ObjectNode node = Nodes.object();
    if (!test.isEmpty()) {
      node.set("Test", Nodes.array(test));
    }
    putUnlessZero(node, "Interval", interval.toNanos());
    putUnlessZero(node, "Timeout", timeout.toNanos());
    putUnlessZero(node, "StartPeriod", startPeriod.toNanos());
    putUnlessZero(node, "StartInterval", startInterval.toNanos());
    putUnlessZero(node, "Retries", retries);
    return node;
  }

  private static void putUnlessZero(ObjectNode node, String key, long value) {
    if (value != 0) {
      node.put(key, value);
    }
  }
}
