package dev.janiko.builder.step;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.dockerfile.DockerfileException;
import dev.janiko.dockerfile.Expander;
import dev.janiko.dockerfile.SourceRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Expands the words of one instruction with the variables in effect before it. */
final class Words {
  private final Expander expander;
  private final Environment environment;
  private final SourceRange range;

  Words(Expander expander, Environment environment, SourceRange range) {
    this.expander = expander;
    this.environment = environment;
    this.range = range;
  }

  String expand(String word) {
    try {
      return expander.expand(word, environment::get);
    } catch (DockerfileException e) {
      throw located(e);
    }
  }

  Optional<String> expand(Optional<String> word) {
    return word.map(this::expand);
  }

  List<String> expandAll(List<String> words) {
    List<String> expanded = new ArrayList<>();
    for (String word : words) {
      expanded.add(expand(word));
    }
    return expanded;
  }

  /** Expands words that may each become several, or none. */
  List<String> split(List<String> words) {
    try {
      List<String> expanded = new ArrayList<>();
      for (String word : words) {
        expanded.addAll(expander.expandWords(word, environment::get));
      }
      return expanded;
    } catch (DockerfileException e) {
      throw located(e);
    }
  }

  String expandHeredoc(String content) {
    try {
      return expander.expandHeredoc(content, environment::get);
    } catch (DockerfileException e) {
      throw located(e);
    }
  }

  private BuildException located(DockerfileException e) {
    return BuildException.of(Kind.DOCKERFILE, String.valueOf(e.getMessage()), e).at(range);
  }
}
