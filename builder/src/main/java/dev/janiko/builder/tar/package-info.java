/**
 * The tar format, byte-exact both ways: ustar, PAX and GNU archives as a sequence of entries and
 * contents.
 *
 * <p>Knows streams only: no file systems, no whiteouts, no compression. Names, link targets and
 * attribute values are bytes, kept one per char in Latin-1 strings, so that what is no UTF-8
 * survives.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.tar;
