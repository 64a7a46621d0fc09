package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What RUN, CMD, ENTRYPOINT and HEALTHCHECK CMD execute. */
public sealed interface Command {
  /**
   * The JSON form: started directly.
   *
   * @param args the program and its arguments; may be empty
   */
  record Exec(List<String> args) implements Command {
    /** Copies the arguments. */
    public Exec {
      args = List.copyOf(args);
    }
  }

  /**
   * The shell form: given to the shell in force. Never expanded by the builder.
   *
   * @param text the line as written, without heredoc bodies; may be empty
   * @param heredocs the bodies that belong to it, in order; only RUN has any
   */
  record Shell(String text, List<Heredoc> heredocs) implements Command {
    /** Copies the heredocs. */
    public Shell {
      requireNonNull(text, "text is null");
      heredocs = List.copyOf(heredocs);
    }

    /**
     * The heredoc that is the whole script, if the line is nothing but one heredoc word.
     *
     * @see #script()
     */
    public boolean isHeredocScript() {
      return heredocs.size() == 1 && HeredocWord.tryParse(text).isPresent();
    }

    /**
     * The text for the shell: the script of {@code RUN <<NAME}, else the line followed by the
     * heredocs' bodies and terminators for the shell to read.
     */
    public String script() {
      if (heredocs.isEmpty()) {
        return text;
      }
      if (isHeredocScript()) {
        return heredocs.getFirst().text();
      }
      StringBuilder script = new StringBuilder(text);
      for (Heredoc heredoc : heredocs) {
        script.append('\n').append(heredoc.content()).append(heredoc.name());
      }
      return script.toString();
    }
  }
}
