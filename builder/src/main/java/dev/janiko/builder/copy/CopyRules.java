package dev.janiko.builder.copy;

import java.util.Optional;

/**
 * What copied files become.
 *
 * @param owner the owner of everything copied and of directories made on the way; none to keep the
 *     sources' owners (directories made on the way are then root's)
 * @param isOwnerChosen whether that owner is also for what archives hold
 * @param mode changes the mode of copied files and directories and of directories made on the way;
 *     none to keep the sources'
 * @param excluded what is left out of copied folders, by paths relative to each
 * @param manner how it gets there
 */
public record CopyRules(
    Optional<Owner> owner,
    boolean isOwnerChosen,
    Optional<FileMode> mode,
    Exclusions excluded,
    Manner manner) {
  /**
   * How copies get to their place.
   *
   * @param unpacks whether archives become what they hold
   * @param linked whether the copy is made as if into an empty root and laid over the other: what
   *     is in the way is replaced, directories on the way become plain ones, no link is followed
   * @param parents whether the sources' own folders are kept below the destination
   */
  public record Manner(boolean unpacks, boolean linked, boolean parents) {}

  private static final int MADE_DIRECTORY = 0755;

  /** The same in another manner. */
  public CopyRules with(Manner other) {
    return new CopyRules(owner, isOwnerChosen, mode, excluded, other);
  }

  /** The owner of what archives hold; none to keep the owners told there. */
  Optional<Owner> chosenOwner() {
    return owner.filter(any -> isOwnerChosen);
  }

  /** The owner of directories made on the way. */
  Owner madeOwner() {
    return owner.orElse(Owner.ROOT);
  }

  /** The permission bits that something of these becomes. */
  int modeOf(int bits, boolean isDirectory) {
    return mode.map(change -> change.applyTo(bits, isDirectory)).orElse(bits);
  }

  /** The permission bits of directories made on the way. */
  int madeMode() {
    return modeOf(MADE_DIRECTORY, true);
  }
}
