package dev.janiko.builder.store;

import java.time.Instant;

/**
 * A layer that the store keeps.
 *
 * @param chain what it is
 * @param size about how many bytes it takes on the disk
 * @param lastUsed when a build last asked for it
 */
public record StoredLayer(ChainId chain, long size, Instant lastUsed) {}
