/**
 * Two images beside each other: every way in which their files, configs, histories and layers are
 * not alike.
 *
 * <p>Images come in as blobs or as the stream of a docker archive and are read once, from their
 * first byte to their last: only an index of the entries stays in memory, contents as digests. The
 * package knows neither registries nor engines, and it unpacks nothing.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.compare;
