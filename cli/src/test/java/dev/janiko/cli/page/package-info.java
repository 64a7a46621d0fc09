/**
 * The program's pages in a browser: Chromium without a screen, driven by its DevTools protocol. The
 * pages come from builds of the distribution; this package knows nothing of how they are made.
 */
@NullMarked
package dev.janiko.cli.page;

import org.jspecify.annotations.NullMarked;
