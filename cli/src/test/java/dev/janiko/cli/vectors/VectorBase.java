package dev.janiko.cli.vectors;

import java.util.Set;

/**
 * What the base images of the rows bring along, besides what the tables' own did.
 *
 * @param layers how many layers they have
 * @param history how many entries their history has
 * @param labels their labels
 */
record VectorBase(int layers, int history, Set<String> labels) {}
