/** What {@code janiko lint} writes: findings for people, for programs, and for code scanners. */
@org.jspecify.annotations.NullMarked
package dev.janiko.cli.lint;
