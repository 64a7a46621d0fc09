/**
 * Images where they are kept, without a build: copied, read, indexed, and the credentials for it.
 *
 * <p>Flags about registries and about the form of images are the same for builds, which have them
 * from here; the package itself knows no build.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.cli.registry;
