/**
 * {@code janiko lint}, and a build that only checks: findings for people, for programs, and for
 * code scanners.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.cli.lint;
