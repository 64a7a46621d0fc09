/**
 * What is asked of a build or a check: flags and variables in, options without contradictions out.
 *
 * <p>The package does nothing of what is asked, and knows neither commands nor what carries them
 * out.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.cli.options;
