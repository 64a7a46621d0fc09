/**
 * Tools of the build: they make the self-contained distribution out of the jars.
 *
 * <p>Run from source with {@code java Distribution.java}, with the JDK that builds the project and
 * nothing else on the class path; no part of the product.
 */
package dev.janiko.tools;
