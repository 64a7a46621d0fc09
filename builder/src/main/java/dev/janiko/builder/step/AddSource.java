package dev.janiko.builder.step;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.dockerfile.Instruction;
import dev.janiko.dockerfile.text.GitReference;
import dev.janiko.dockerfile.text.UserInfo;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a source of COPY or ADD names. */
sealed interface AddSource {
  Pattern URL = Pattern.compile("(?i)https?://.+", Pattern.DOTALL);
  Pattern COMMIT = Pattern.compile("[0-9a-fA-F]{4,64}");

  /**
   * A path or pattern in the context, a stage or an image.
   *
   * @param path as written
   */
  record Local(String path) implements AddSource {}

  /**
   * A file of the web.
   *
   * @param address where it is
   */
  record Web(String address) implements AddSource {}

  /**
   * A git repository.
   *
   * @param reference which, and what of it
   */
  record Git(GitReference reference) implements AddSource {}

  /**
   * Reads the sources of an instruction.
   *
   * @throws BuildException if one is not allowed there, or a checksum is where none can be
   */
  static List<AddSource> of(Instruction.Transfer transfer, List<String> sources) {
    List<AddSource> all = sources.stream().map(AddSource::of).toList();
    for (AddSource source : all) {
      if (transfer instanceof Instruction.Copy && !(source instanceof Local)) {
        throw BuildException.of(
                Kind.DOCKERFILE,
                "source can't be a " + (source instanceof Git ? "git ref" : "URL") + " for COPY")
            .withHint("ADD fetches it");
      }
    }
    if (transfer instanceof Instruction.Add add && add.checksum().isPresent()) {
      int given = sources.size() + add.heredocs().size();
      if (given > 1) {
        throw BuildException.of(
            Kind.DOCKERFILE, "checksum can't be specified for multiple sources");
      }
      if (all.stream().anyMatch(Local.class::isInstance) || all.isEmpty()) {
        throw BuildException.of(Kind.DOCKERFILE, "checksum requires HTTP(S) or Git sources");
      }
    }
    return all;
  }

  private static AddSource of(String text) {
    try {
      Optional<GitReference> git =
          GitReference.parse(text).filter(reference -> !reference.isLocalName());
      if (git.isPresent()) {
        return new Git(git.get());
      }
    } catch (IllegalArgumentException e) {
      throw BuildException.of(Kind.DOCKERFILE, UserInfo.hidden(text) + ": " + e.getMessage(), e);
    }
    return URL.matcher(text).matches() ? new Web(text) : new Local(text);
  }

  /** A reference with the commit that {@code --checksum} wants. */
  static GitReference checked(GitReference git, Optional<String> checksum) {
    if (checksum.isEmpty()) {
      return git;
    }
    if (!COMMIT.matcher(checksum.get()).matches()) {
      throw BuildException.of(
              Kind.DOCKERFILE, "invalid checksum of a git repository: " + checksum.get())
          .withHint("it is a commit's hash, or its beginning");
    }
    if (git.checksum().filter(own -> !own.equals(checksum.get())).isPresent()) {
      throw BuildException.of(
          Kind.DOCKERFILE, "checksum conflicts with that of the address: " + checksum.get());
    }
    return git.withChecksum(checksum.get());
  }
}
