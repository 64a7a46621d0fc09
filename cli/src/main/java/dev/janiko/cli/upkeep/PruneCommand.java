package dev.janiko.cli.upkeep;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.janiko.builder.store.LayerStore;
import dev.janiko.builder.store.Pruning;
import dev.janiko.builder.store.StoredLayer;
import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Home;
import dev.janiko.cli.invocation.Quantities;
import dev.janiko.cli.invocation.Reentering;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.cli.progress.Text;
import dev.janiko.cli.runner.StoreLocation;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code prune}: makes the local store smaller. */
@Command(
    name = "prune",
    sortOptions = false,
    description = {
      "Removes unpacked layers from the local store, those used longest ago first, and what killed "
          + "builds left. Layers that a running build uses stay.",
      "Without options it removes what is over the store's size (JANIKO_STORE_SIZE, or a fifth of "
          + "the disk), as every build does at its end."
    })
public final class PruneCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-a", "--all"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Remove all layers.")
  private boolean all;

  @Option(
      names = {"--keep-storage", "--max-size", "--max-used-space"},
      paramLabel = "SIZE",
      description = "Keep this much, such as 10GB.")
  private @Nullable String keep;

  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      description = "Only layers that no build has used for so long, such as 36h or 7d.")
  private @Nullable String olderThan;

  @Option(
      names = "--filter",
      paramLabel = "until=TIME",
      description = "Docker's spelling of --older-than.")
  private @Nullable String filter;

  @Option(
      names = "--dry-run",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Only say what would be removed.")
  private boolean dryRun;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      description = "How to say what was done: text or json.")
  private String format = "text";

  /** Makes the command. */
  public PruneCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Nothing is asked, so there is nothing to force: docker's scripts may say it all the same. */
  @Option(
      names = {"-f", "--force"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "No effect: nothing is asked.")
  void force(boolean said) {
    // Whatever it says.
  }

  @Override
  public Integer call() {
    if (!format.equals("text") && !format.equals("json")) {
      throw new UsageException("--format is text or json, not " + format);
    }
    if (spec != null) {
      // The store holds files of other users, who are there in the namespace only.
      OptionalInt code = new Reentering(surroundings).instead(spec);
      if (code.isPresent()) {
        return code.getAsInt();
      }
    }
    StoreLocation location = new StoreLocation(surroundings.environment(), Home.folder());
    Pruning pruning = new Pruning(usedBefore(), bytesToKeep(location), dryRun);
    Path folder = location.folder();
    try {
      Pruning.Report report = Files.isDirectory(folder) ? prune(folder, pruning) : Pruning.NOTHING;
      print(folder, report);
      return ExitCode.OK;
    } catch (IOException e) {
      surroundings.err().println("janiko prune: the store " + folder + ": " + e.getMessage());
      return ExitCode.FAILURE;
    }
  }

  private static Pruning.Report prune(Path folder, Pruning pruning) throws IOException {
    try (LayerStore store = LayerStore.open(folder)) {
      return pruning.run(store);
    }
  }

  private OptionalLong bytesToKeep(StoreLocation location) {
    if (keep != null) {
      return OptionalLong.of(Quantities.bytes("--keep-storage", keep));
    }
    boolean choice = all || olderThan != null || filter != null;
    return choice ? OptionalLong.empty() : OptionalLong.of(location.bytes());
  }

  private Optional<Instant> usedBefore() {
    if (filter != null && !filter.startsWith("until=")) {
      throw new UsageException("--filter is until=TIME, not " + filter);
    }
    String age = filter == null ? olderThan : filter.substring("until=".length());
    return age == null
        ? Optional.empty()
        : Optional.of(Instant.now().minus(Quantities.duration("--older-than", age)));
  }

  private void print(Path folder, Pruning.Report report) throws IOException {
    if (format.equals("json")) {
      surroundings.out().println(json(folder, report));
      return;
    }
    PrintStream out = surroundings.out();
    for (StoredLayer layer : report.removed()) {
      out.printf(
          "%s  %9s  last used %s%n",
          layer.chain().digest(), Text.size(layer.size()), layer.lastUsed());
    }
    out.printf(
        "%s %d layers, %s; %d layers, %s, stay in %s%n",
        dryRun ? "would remove" : "removed",
        report.removed().size(),
        Text.size(report.removedBytes()),
        report.left(),
        Text.size(report.leftBytes()),
        folder);
  }

  private String json(Path folder, Pruning.Report report) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("store", folder.toString());
      json.writeBooleanField("dryRun", dryRun);
      json.writeArrayFieldStart("removed");
      for (StoredLayer layer : report.removed()) {
        json.writeStartObject();
        json.writeStringField("layer", layer.chain().digest().toString());
        json.writeNumberField("size", layer.size());
        json.writeStringField("lastUsed", layer.lastUsed().toString());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeNumberField("removedBytes", report.removedBytes());
      json.writeNumberField("left", report.left());
      json.writeNumberField("leftBytes", report.leftBytes());
      json.writeEndObject();
    }
    return text.toString();
  }
}
