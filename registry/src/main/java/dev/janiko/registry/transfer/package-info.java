/**
 * Images brought from one place to another: registries, OCI layouts, docker archives.
 *
 * <p>It knows all of these places and puts them together; none of them knows it.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.registry.transfer;
