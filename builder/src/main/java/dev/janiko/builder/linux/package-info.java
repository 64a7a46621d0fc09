/**
 * A small, typed face on the C library and the kernel; the only package that uses {@code
 * java.lang.foreign}.
 *
 * <p>{@code Native} links, {@code Syscall} calls; on them stand what holds a descriptor ({@link
 * dev.janiko.builder.linux.Dir}, {@link dev.janiko.builder.linux.OpenFile}, {@link
 * dev.janiko.builder.linux.Pin}, {@link dev.janiko.builder.linux.Pipe}), what starts programs
 * ({@link dev.janiko.builder.linux.Launch}) and what changes the calling thread. Paths are not
 * resolved here: that is {@code rootfs}.
 *
 * <p>System call numbers, structure offsets and flag values live here and nowhere else, so that
 * another architecture is a matter of this package. Every failed call becomes a {@link
 * dev.janiko.builder.linux.LinuxException} with the call, its arguments and errno. File names are
 * bytes ({@link dev.janiko.builder.linux.UnixPath}), never decoded on the way.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.linux;
