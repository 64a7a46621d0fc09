/**
 * Patterns over paths: {@code .dockerignore}, {@code --exclude}, and the wildcards of COPY and ADD.
 *
 * <p>Paths are slash-separated text; nothing here looks at files, and nothing knows of Dockerfiles.
 * Matching takes time linear in the path, whatever the pattern.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.dockerfile.pattern;
