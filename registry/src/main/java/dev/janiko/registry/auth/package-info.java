/**
 * Who we are to a registry: credentials and where they are found, challenges, and tokens.
 *
 * <p>Secrets stay inside: nothing here prints them. It must not know what is pulled or pushed.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.registry.auth;
