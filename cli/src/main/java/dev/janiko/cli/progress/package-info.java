/**
 * How a build is shown while it runs: live on a terminal, as plain lines, as JSON, or not at all.
 *
 * <p>Events come in, text goes out. The package knows neither how a build works nor where its
 * output goes: streams, clock and window size are given to it.
 */
@NullMarked
package dev.janiko.cli.progress;

import org.jspecify.annotations.NullMarked;
