package dev.janiko.builder.linux;

/**
 * One name of a directory with what it names.
 *
 * @param name the raw name, one byte per char
 * @param stat of the entry itself, a link is not followed
 */
public record DirEntry(String name, Stat stat) {}
