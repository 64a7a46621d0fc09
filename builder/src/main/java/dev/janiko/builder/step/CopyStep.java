package dev.janiko.builder.step;

import dev.janiko.builder.copy.Copier;
import dev.janiko.builder.copy.CopyException;
import dev.janiko.builder.copy.CopyRequest;
import dev.janiko.builder.copy.CopyRules;
import dev.janiko.builder.copy.Owner;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.linux.UnixPath;
import dev.janiko.builder.plan.CopySource;
import dev.janiko.builder.sandbox.UserLookup;
import dev.janiko.dockerfile.Heredoc;
import dev.janiko.dockerfile.Instruction;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** COPY: files of the context, of another stage or of an image become the stage's. */
final class CopyStep {
  private static final int OCTAL = 8;
  private static final int LAST_MODE = 07777;

  private final StageScope scope;
  private final Workspace workspace;
  private final Clock clock;

  CopyStep(StageScope scope, Workspace workspace, Clock clock) {
    this.scope = scope;
    this.workspace = workspace;
    this.clock = clock;
  }

  ImageState execute(ImageState state, Instruction.Copy copy, CopySource from) throws IOException {
    Words words = scope.words(state, copy.range());
    Expanded expanded = Expanded.of(words, copy);
    OptionalInt mode = mode(expanded.chmod());
    List<CopyRequest.Document> documents = new ArrayList<>();
    for (Heredoc heredoc : copy.heredocs()) {
      String content = heredoc.expand() ? words.expandHeredoc(heredoc.text()) : heredoc.text();
      documents.add(new CopyRequest.Document(heredoc.name(), content));
    }
    Workspace.Source source = workspace.source(from);
    CopyRules rules = new CopyRules(owner(expanded.chown(), source.isContext()), mode);
    CopyRequest request =
        new CopyRequest(
            source.root(),
            new IgnoreRules(source.ignored()),
            expanded.sources(),
            documents,
            destination(state, expanded.destination()),
            rules);
    try {
      new Copier(workspace.root()).copy(request);
    } catch (CopyException e) {
      throw BuildException.of(Kind.CONTEXT, "COPY failed: " + e.getMessage(), e);
    }
    return state.recorded(createdBy(copy, expanded), clock.instant(), workspace.commit());
  }

  /** The instruction's words with their variables replaced. */
  private record Expanded(
      List<String> sources, String destination, Optional<String> chown, Optional<String> chmod) {
    static Expanded of(Words words, Instruction.Copy copy) {
      return new Expanded(
          words.expandAll(copy.sources()),
          words.expand(copy.destination()),
          words.expand(copy.chown()).filter(text -> !text.isEmpty()),
          words.expand(copy.chmod()).filter(text -> !text.isEmpty()));
    }
  }

  private Optional<Owner> owner(Optional<String> chown, boolean isContext) throws IOException {
    if (chown.isEmpty()) {
      return isContext ? Optional.of(Owner.ROOT) : Optional.empty();
    }
    UserLookup.Owner found = workspace.users().forChown(chown.get());
    return Optional.of(new Owner(found.uid(), found.gid()));
  }

  private static OptionalInt mode(Optional<String> chmod) {
    if (chmod.isEmpty()) {
      return OptionalInt.empty();
    }
    String text = chmod.get();
    if (text.matches("[0-7]{1,5}") && Integer.parseInt(text, OCTAL) <= LAST_MODE) {
      return OptionalInt.of(Integer.parseInt(text, OCTAL));
    }
    if (text.chars().anyMatch(c -> "+-=".indexOf(c) >= 0)) {
      throw BuildException.of(
              Kind.DOCKERFILE, "COPY --chmod=" + text + ": only octal modes are supported")
          .withHint("write the mode as a number, such as --chmod=755");
    }
    throw BuildException.of(
        Kind.DOCKERFILE,
        "invalid chmod parameter: '%s'. it should be octal string and between 0 and 07777"
            .formatted(text));
  }

  private static CopyRequest.Destination destination(ImageState state, String written) {
    boolean isFolder =
        written.isEmpty() || written.equals(".") || written.endsWith("/") || written.endsWith("/.");
    String path = WorkingDirectory.clean(WorkingDirectory.join(state.run().workingDir(), written));
    return new CopyRequest.Destination(UnixPath.of(path), isFolder);
  }

  private static String createdBy(Instruction.Copy copy, Expanded expanded) {
    List<String> words = new ArrayList<>(List.of("COPY"));
    expanded.chown().ifPresent(text -> words.add("--chown=" + text));
    expanded.chmod().ifPresent(text -> words.add("--chmod=" + text));
    words.addAll(expanded.sources());
    copy.heredocs().forEach(heredoc -> words.add("<<" + heredoc.name()));
    words.add(expanded.destination());
    return String.join(" ", words) + " # buildkit";
  }
}
