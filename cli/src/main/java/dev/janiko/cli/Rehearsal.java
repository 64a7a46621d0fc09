package dev.janiko.cli;

/** A short run of everything, from which the build makes the distribution's AOT cache. */
public final class Rehearsal {
  private Rehearsal() {}

  /** Rehearses. */
  public static void main(String[] args) {
    Main.main(new String[] {"version"});
  }
}
