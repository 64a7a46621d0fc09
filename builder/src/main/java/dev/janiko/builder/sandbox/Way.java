package dev.janiko.builder.sandbox;

/** How a sandbox has its stages' files, and how commands get to see them. */
public enum Way {
  /** {@link Isolation#NAMESPACE} with overlays. */
  OVERLAY(Isolation.NAMESPACE, "overlays over unpacked layers"),
  /** {@link Isolation#NAMESPACE} with plain folders. */
  FOLDERS(Isolation.NAMESPACE, "plain folders"),
  /** {@link Isolation#CHROOT}. */
  CHROOT(Isolation.CHROOT, "plain folders"),
  /** {@link Isolation#INPLACE}. */
  ROOT(Isolation.INPLACE, "the container's own root directory");

  private final Isolation isolation;
  private final String files;

  Way(Isolation isolation, String files) {
    this.isolation = isolation;
    this.files = files;
  }

  /** The isolation that it is a way of. */
  public Isolation isolation() {
    return isolation;
  }

  /** What the stages' files are, in words. */
  public String files() {
    return files;
  }
}
