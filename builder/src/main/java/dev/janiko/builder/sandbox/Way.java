package dev.janiko.builder.sandbox;

/** How a sandbox has its stages' files, and how commands get to see them. */
public enum Way {
  /** {@link Isolation#NAMESPACE} with overlays. */
  OVERLAY,
  /** {@link Isolation#NAMESPACE} with plain folders. */
  FOLDERS,
  /** {@link Isolation#INPLACE}. */
  ROOT
}
