/**
 * What a machine keeps between builds: unpacked base layers, content-addressed, shared by
 * concurrent builds; and the work folder of one build, which goes with it.
 *
 * <p>Knows folders and locks, not how layers are unpacked or mounted.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.store;
