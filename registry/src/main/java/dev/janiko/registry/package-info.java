/** Images and where they are kept: references, registries, OCI layouts, docker archives. */
@org.jspecify.annotations.NullMarked
package dev.janiko.registry;
