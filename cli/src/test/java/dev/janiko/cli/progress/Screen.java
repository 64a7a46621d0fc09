package dev.janiko.cli.progress;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/** A terminal as far as the live display uses one: a window, a cursor, and what scrolled away. */
final class Screen {
  private final int columns;
  private final int rows;
  private final List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
  private int row;
  private int column;
  private boolean cursorVisible = true;

  Screen(int columns, int rows) {
    this.columns = columns;
    this.rows = rows;
  }

  /** Returns everything ever shown and not overwritten, without trailing blanks. */
  List<String> text() {
    List<String> text = new ArrayList<>();
    lines.forEach(line -> text.add(line.toString().stripTrailing()));
    while (!text.isEmpty() && text.getLast().isEmpty()) {
      text.removeLast();
    }
    return text;
  }

  boolean cursorVisible() {
    return cursorVisible;
  }

  int rowsUsed() {
    return lines.size();
  }

  void write(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\u001b') {
        int end = i + 2;
        while (text.charAt(end) < '@' || text.charAt(end) > '~') {
          end++;
        }
        control(text.substring(i + 2, end), text.charAt(end));
        i = end + 1;
        continue;
      }
      if (c == '\r') {
        column = 0;
      } else if (c == '\n') {
        down();
      } else {
        put(c);
      }
      i++;
    }
  }

  private void put(char c) {
    if (column == columns) {
      down();
      column = 0;
    }
    StringBuilder line = lines.get(row);
    while (line.length() <= column) {
      line.append(' ');
    }
    line.setCharAt(column, c);
    column++;
  }

  private void down() {
    row++;
    if (row == lines.size()) {
      lines.add(new StringBuilder());
    }
  }

  private void control(String parameters, char kind) {
    switch (kind) {
      case 'A' -> {
        int top = Math.max(0, lines.size() - rows);
        row = Math.max(top, row - Integer.parseInt(parameters));
      }
      case 'K' -> eraseLine();
      case 'J' -> {
        eraseLine();
        while (lines.size() > row + 1) {
          lines.removeLast();
        }
      }
      case 'l', 'h' -> cursorVisible = kind == 'h';
      case 'm' -> {}
      default -> throw new IllegalArgumentException("unexpected control sequence " + kind);
    }
  }

  private void eraseLine() {
    int at = Math.min(column, columns - 1);
    StringBuilder line = lines.get(row);
    if (line.length() > at) {
      line.setLength(at);
    }
  }
}
