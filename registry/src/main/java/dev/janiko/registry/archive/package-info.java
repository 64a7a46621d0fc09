/**
 * Images in single files, as {@code docker save} makes them and {@code docker load} takes them.
 *
 * <p>It must not know of networks.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.registry.archive;
