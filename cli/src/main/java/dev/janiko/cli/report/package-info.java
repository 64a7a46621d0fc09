/**
 * Images and builds as people and programs read them: differences as text and JSON, builds and
 * comparisons as one HTML page that needs nothing but itself.
 *
 * <p>Text in, text out: the package reads no image and runs no build.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.cli.report;
