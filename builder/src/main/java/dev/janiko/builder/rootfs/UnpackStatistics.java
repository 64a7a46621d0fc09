package dev.janiko.builder.rootfs;

/**
 * What came out of an archive.
 *
 * @param entries all entries read
 * @param bytes of content written, holes included
 * @param whiteouts entries that removed something or could have
 * @param excluded entries left out because their path is excluded
 * @param excludedFiles those of them that are no directories
 * @param lostAttributes extended attributes that this file system or process cannot set
 */
public record UnpackStatistics(
    long entries,
    long bytes,
    long whiteouts,
    long excluded,
    long excludedFiles,
    long lostAttributes) {}
