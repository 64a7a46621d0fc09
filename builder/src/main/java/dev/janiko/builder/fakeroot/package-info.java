/**
 * Root that is only played, for places where this process is no root and cannot become it.
 *
 * <p>The commands of a step run as this process's user, and what they ask of the kernel that only
 * root may do is answered by a {@link dev.janiko.builder.fakeroot.Supervisor}: owners, devices,
 * capabilities and the like go into a {@link dev.janiko.builder.linux.Ledger}, users and groups are
 * kept for each process, and calls that look see what is recorded. It knows no stage, image or
 * layer. It keeps nobody out: whatever it answers, the kernel still lets a step do all that this
 * process's user may.
 */
@org.jspecify.annotations.NullMarked
package dev.janiko.builder.fakeroot;
