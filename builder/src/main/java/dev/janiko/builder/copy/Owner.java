package dev.janiko.builder.copy;

/**
 * A numeric owner.
 *
 * @param uid the user, 0 to 2^32 - 2
 * @param gid the group, 0 to 2^32 - 2
 */
public record Owner(long uid, long gid) {
  /** The super-user and its group. */
  public static final Owner ROOT = new Owner(0, 0);
}
