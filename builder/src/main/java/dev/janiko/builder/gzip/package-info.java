/**
 * gzip and the deflate format in it (RFC 1951 and 1952).
 *
 * <p>Most of the time that a base image takes to come is spent in inflating it, one stream on one
 * processor, so this is done here, faster than the runtime's zlib does.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.gzip;
