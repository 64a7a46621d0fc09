/**
 * The names of images and how they are written.
 *
 * <p>Owns the grammar and the normalisation of references. It must not know what a registry serves
 * nor how one is reached.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.registry.reference;
