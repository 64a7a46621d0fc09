/**
 * HTTP as registries need it: one pool of connections, proxies, TLS by host, redirects that leak
 * nothing, and patience.
 *
 * <p>The only package that knows the HTTP library. It must not know what is transferred, nor who
 * may.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.registry.transport;
