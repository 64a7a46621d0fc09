package dev.janiko.dockerfile;

import static java.util.Objects.requireNonNull;

import dev.janiko.dockerfile.text.GoQuote;
import java.util.List;

/**
 * Expands words as BuildKit's lexer does: quotes, escapes, {@code $name} and {@code ${name}} with
 * all modifiers ({@code - :- + :+ ? :? # ## % %% / //}). Immutable and thread-safe.
 *
 * <p>Which words of which instruction are expanded is not decided here.
 */
public final class Expander {
  /** Heredocs are escaped with a backslash, whatever the file's escape character. */
  private static final char HEREDOC_ESCAPE = '\\';

  private final char escape;

  /**
   * An expander.
   *
   * @param escape the Dockerfile's escape character
   */
  public Expander(char escape) {
    this.escape = escape;
  }

  /**
   * The word with variables expanded, quotes and escapes removed.
   *
   * @throws DockerfileException if the word is malformed or demands a variable that is not set
   */
  public String expand(String word, Variables variables) {
    return process(word, variables).text();
  }

  /**
   * The words that a word becomes when blanks in its expansion split it, as for EXPOSE.
   *
   * @throws DockerfileException as {@link #expand}
   */
  public List<String> expandWords(String word, Variables variables) {
    return process(word, variables).words();
  }

  /**
   * The text of a heredoc for COPY and ADD: variables expanded and escapes removed, quotes kept.
   *
   * @throws DockerfileException as {@link #expand}
   */
  public String expandHeredoc(String content, Variables variables) {
    return processHeredoc(content, variables).text();
  }

  /**
   * All there is to know about the expansion of a heredoc for COPY and ADD.
   *
   * @throws DockerfileException as {@link #expand}
   */
  public Expansion processHeredoc(String content, Variables variables) {
    return lex(content, HEREDOC_ESCAPE, variables, WordLexer.Mode.HEREDOC);
  }

  /**
   * All there is to know about a word's expansion.
   *
   * @throws DockerfileException as {@link #expand}
   */
  public Expansion process(String word, Variables variables) {
    return lex(word, escape, variables, WordLexer.Mode.WORD);
  }

  private static Expansion lex(String word, char escape, Variables variables, WordLexer.Mode mode) {
    requireNonNull(word, "word is null");
    requireNonNull(variables, "variables is null");
    try {
      return new WordLexer(word, escape, variables, mode).run();
    } catch (DockerfileException e) {
      throw e.withMessage("failed to process " + GoQuote.quote(word) + ": " + e.getMessage())
          .about(word);
    }
  }
}
