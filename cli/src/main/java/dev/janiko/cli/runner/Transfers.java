package dev.janiko.cli.runner;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildEvent.TransferProgress;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.registry.client.TransferListener;
import dev.janiko.registry.image.Descriptor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tells of transfers as a build's events: now and then, and when one is over. Thread-safe. */
public final class Transfers implements TransferListener {
  private static final long STEP_BYTES = 1 << 20;

  private final BuildListener listener;
  private final Map<String, Long> told = new ConcurrentHashMap<>();

  /** Makes one that tells a listener. */
  public Transfers(BuildListener listener) {
    this.listener = listener;
  }

  @Override
  public void transferred(Direction direction, String host, Descriptor blob, long position) {
    String id = direction + " " + host + " " + blob.digest();
    long before = told.getOrDefault(id, -STEP_BYTES);
    boolean over = position >= blob.size();
    if (!over && Math.abs(position - before) < STEP_BYTES) {
      return;
    }
    told.put(id, position);
    BuildEvent.Direction way =
        switch (direction) {
          case DOWN -> BuildEvent.Direction.PULL;
          case UP -> BuildEvent.Direction.PUSH;
        };
    listener.on(new TransferProgress(id, blob.digest().toString(), way, position, blob.size()));
  }

  @Override
  public void warned(String message) {
    listener.on(new BuildEvent.Message(BuildEvent.Level.WARNING, message));
  }
}
