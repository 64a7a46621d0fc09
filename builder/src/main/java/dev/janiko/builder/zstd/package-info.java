/**
 * zstd, compressing and decompressing: the only package that knows the library for it.
 *
 * <p>The library is native code. The distribution has it beside Java's own libraries and names it
 * at the start ({@code ZstdNativePath}), so it is never unpacked into a folder for temporary files,
 * where an image could put another one. It is loaded when the first zstd data is met.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.zstd;
