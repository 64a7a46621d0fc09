package dev.janiko.cli;

/** Where the program starts. */
public final class Main {
  private Main() {}

  /** Runs a command line and ends the process with its exit code. */
  public static void main(String[] args) {
    if (args.length == 1 && args[0].equals("version")) {
      System.out.println(Version.line());
      return;
    }
    System.err.println("usage: janiko version");
    System.exit(2);
  }
}
