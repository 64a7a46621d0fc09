/**
 * The commands that build: {@code janiko build}, Kaniko's {@code executor}, and {@code janiko
 * compare}, which builds twice.
 *
 * <p>They join what others own: options, what carries them out, how it is shown, and reports of it.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.cli.build;
