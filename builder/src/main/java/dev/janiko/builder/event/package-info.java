/**
 * What happens in a build, told as it happens.
 *
 * <p>Events are plain data for whoever shows or records a build. The package knows no terminal and
 * no file: it must not know how an event is shown, and nothing in it may carry a secret.
 */
@NullMarked
package dev.janiko.builder.event;

import org.jspecify.annotations.NullMarked;
