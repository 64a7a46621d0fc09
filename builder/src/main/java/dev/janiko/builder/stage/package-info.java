/**
 * Stages of a build being carried out: each with its files in a sandbox, its steps one after the
 * other, and the layers that they leave.
 *
 * <p>Joins plan, base images, sandboxes and steps; knows nothing of outputs.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.stage;
