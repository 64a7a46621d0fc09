/**
 * Where a finished image goes: registries, OCI layouts, docker archives, digest files.
 *
 * <p>Every output appears whole or not at all: written beside its name and renamed, a tag pushed
 * last.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.output;
