/** The Dockerfile language: text to syntax tree, word expansion, ignore patterns. No I/O. */
@org.jspecify.annotations.NullMarked
package dev.janiko.dockerfile;
