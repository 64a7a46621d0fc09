/**
 * A registry behind a network that fails: a proxy that breaks what passes through it as a seed
 * says, and checks every request against the specifications on the way.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.registry.fault;
