/** What tests of this module share: a real registry, a server that fails on demand, images. */
@org.jspecify.annotations.NullMarked
package dev.janiko.registry.support;
