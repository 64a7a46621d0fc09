/**
 * Single objects in the buckets of Amazon, Google and Azure, and of servers that speak as they do:
 * where they are, who asks, and how the one request that is needed is signed.
 *
 * <p>Knows nothing of what objects hold. Credentials are read when they are needed, and are in no
 * message.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.bucket;
