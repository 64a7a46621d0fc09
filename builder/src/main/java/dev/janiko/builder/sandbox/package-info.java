/**
 * Where a stage's commands run, and how their changes are told.
 *
 * <p>A {@link dev.janiko.builder.sandbox.Sandbox} prepares a root file system for each stage, runs
 * commands in it and hands out what changed; which kind is used is chosen by what the place allows.
 * The package knows roots, users and processes, but no Dockerfile, image or layer archive.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.sandbox;
