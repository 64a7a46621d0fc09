package dev.janiko.builder.copy;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What copied files become.
 *
 * @param owner the owner of everything copied and of directories made on the way; none to keep the
 *     sources' owners (directories made on the way are then root's)
 * @param mode permission bits for copied files and directories and for directories made on the way;
 *     none to keep the sources'
 */
public record CopyRules(Optional<Owner> owner, OptionalInt mode) {
  private static final int MADE_DIRECTORY = 0755;

  /** The owner of directories made on the way. */
  Owner madeOwner() {
    return owner.orElse(Owner.ROOT);
  }

  /** The permission bits of directories made on the way. */
  int madeMode() {
    return mode.orElse(MADE_DIRECTORY);
  }
}
