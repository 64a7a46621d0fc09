package dev.janiko.dockerfile;

import java.util.List;
import java.util.Random;

/** Texts with something wrong. */
final class Mutations {
  private static final int MOST_REPEATED = 5_000;
  private static final List<String> PIECES =
      List.of(
          "\\",
          "`",
          "\n",
          "\r\n",
          " ",
          "\t",
          "\u000b",
          "\u00a0",
          "'",
          "\"",
          "$",
          "${",
          "}",
          "${a:-",
          "${a/",
          "//",
          "<<",
          "<<-",
          "<<E",
          "\nE\n",
          "[",
          "]",
          "[\"",
          "\",",
          ",",
          "=",
          "#",
          "\n# ",
          "--",
          "--from=",
          "--mount=",
          "ONBUILD ",
          "FROM ",
          "RUN ",
          "ENV ",
          "COPY ",
          "\n\n",
          "\u0000",
          "\ufeff",
          "\u00e9",
          "\ud83d\ude80",
          "\ud83d",
          "*",
          "**",
          "?",
          "{",
          "AS ",
          "0",
          "\\\n",
          "# check=skip=all;error=true\n",
          "# escape=`\n",
          "\tE\n",
          "${a:?",
          "${a##",
          "${a%%*",
          "--chown=",
          "--exclude=",
          "--device=",
          "!",
          "[a-",
          "/../",
          "github.com/",
          "https://a:b@c/d.git",
          "git@a:b",
          "#ref:",
          "?subdir=",
          "&tag=",
          "%2f");

  private Mutations() {}

  /** A text of the corpus, changed at a few places. */
  static String of(Random random) {
    StringBuilder text = new StringBuilder(Corpus.TEXTS.get(random.nextInt(Corpus.TEXTS.size())));
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      change(text, random);
    }
    return text.toString();
  }

  /** A text made of pieces alone, one of them perhaps many times over. */
  static String pieces(Random random) {
    StringBuilder text = new StringBuilder();
    int count = random.nextInt(12);
    for (int i = 0; i < count; i++) {
      String piece =
          random.nextInt(4) == 0
              ? Character.toString(' ' + random.nextInt(95))
              : PIECES.get(random.nextInt(PIECES.size()));
      int times = random.nextInt(60) == 0 ? 1 + random.nextInt(MOST_REPEATED) : 1;
      text.append(piece.repeat(times));
    }
    return text.toString();
  }

  private static void change(StringBuilder text, Random random) {
    int from = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), from + random.nextInt(12));
    String piece = PIECES.get(random.nextInt(PIECES.size()));
    switch (random.nextInt(4)) {
      case 0 -> text.insert(from, piece);
      case 1 -> text.replace(from, to, piece);
      case 2 -> text.delete(from, to);
      default -> text.insert(random.nextInt(text.length() + 1), text.substring(from, to));
    }
  }
}
