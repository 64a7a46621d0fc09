/**
 * The built product beside the real parts: its images against the Docker engine's, its outputs read
 * by other programs, and what it does with bad input. Runs the distribution and the executor image
 * as a user would; knows nothing of their insides.
 */
@NullMarked
package dev.janiko.cli.parity;

import org.jspecify.annotations.NullMarked;
