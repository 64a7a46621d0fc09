/** What is in {@code deploy/}: whether it is well-formed, and whether it does what it says. */
@org.jspecify.annotations.NullMarked
package dev.janiko.cli.deploy;
