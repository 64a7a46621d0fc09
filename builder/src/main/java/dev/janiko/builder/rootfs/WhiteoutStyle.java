package dev.janiko.builder.rootfs;

import dev.janiko.builder.linux.UserIds;

/** How an unpacked layer says that something of the layers below is gone. */
public enum WhiteoutStyle {
  /** Not at all: the archive is no layer, and names that begin with {@code .wh.} are names. */
  NONE(""),
  /** The layers below are in the same directory, and it is removed there. */
  APPLY(""),
  /** In overlayfs' way, in a directory of its own: device nodes 0:0 and an attribute. */
  OVERLAY("trusted.overlay.opaque"),
  /** The same for overlays mounted with {@code userxattr}, without privileges. */
  OVERLAY_USER("user.overlay.opaque");

  private final String opaqueAttribute;

  WhiteoutStyle(String opaqueAttribute) {
    this.opaqueAttribute = opaqueAttribute;
  }

  /** The one for overlays that this process mounts. */
  public static WhiteoutStyle ofThisPlace() {
    return UserIds.ofThisProcess().areTheMachines() ? OVERLAY : OVERLAY_USER;
  }

  /** The attribute that hides what is below a directory when its value is {@code y}. */
  String opaqueAttribute() {
    return opaqueAttribute;
  }

  boolean isOverlay() {
    return this == OVERLAY || this == OVERLAY_USER;
  }
}
