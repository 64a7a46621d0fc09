package dev.janiko.cli.upkeep;

import dev.janiko.builder.cache.BaseFolder;
import dev.janiko.builder.cache.CachePruning;
import dev.janiko.builder.cache.FolderCache;
import dev.janiko.builder.cache.PrunableCache;
import dev.janiko.builder.cache.RegistryCache;
import dev.janiko.cli.invocation.Quantities;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.cli.progress.Text;
import dev.janiko.cli.registry.RegistryFlags;
import dev.janiko.cli.registry.RegistryWork;
import dev.janiko.cli.runner.BuilderRunner;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code janiko cache prune}. */
@Command(
    name = "prune",
    sortOptions = false,
    description = {
      "Removes layers and base images that builds kept, the oldest first.",
      "In a registry, what is removed are tags that look like cache keys, Kaniko's too; the"
          + " registry has to allow deleting, and clears the blobs away itself."
    })
public final class CachePruneCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = "--cache-repo",
      paramLabel = "REPOSITORY",
      description = "The layer cache: a repository of a registry, or oci: and a folder.")
  private @Nullable String repository;

  @Option(
      names = "--cache-dir",
      paramLabel = "DIR",
      description = "The folder of base images that janiko warm fills.")
  private @Nullable Path bases;

  @Option(
      names = {"--cache-ttl", "--older-than"},
      paramLabel = "DURATION",
      description =
          "Remove what is older, such as 36h or 7d; two weeks if neither this nor a size is "
              + "given.")
  private @Nullable String lifetime;

  @Option(
      names = {"--max-size", "--keep-storage"},
      paramLabel = "SIZE",
      description = "Keep no more than this, such as 10GB.")
  private @Nullable String size;

  @Option(
      names = "--dry-run",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Only say what would be removed.")
  private boolean dryRun;

  @Mixin private RegistryFlags registry = new RegistryFlags();

  /** Makes the command. */
  public CachePruneCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (repository == null && bases == null) {
      throw new UsageException(
          "nothing says which cache: add --cache-repo REPOSITORY or --cache-dir DIR");
    }
    CachePruning pruning = new CachePruning(madeBefore(), bytes(), dryRun);
    RegistryWork work = new RegistryWork(surroundings, registry);
    return work.run(() -> {
      try (RegistryClient client =
          work.settings().client(true, surroundings.environment(), work.told())) {
        for (PrunableCache cache : caches(client)) {
          tell(cache, pruning.run(cache));
        }
      }
    });
  }

  private List<PrunableCache> caches(RegistryClient client) {
    List<PrunableCache> caches = new ArrayList<>();
    if (repository != null) {
      caches.add(
          repository.startsWith(BuilderRunner.FOLDER)
              ? new FolderCache(
                  Path.of(repository.substring(BuilderRunner.FOLDER.length())), Platform.host())
              : new RegistryCache(client, reference(repository), Platform.host()));
    }
    if (bases != null) {
      caches.add(new BaseFolder(bases, Duration.ofDays(1)));
    }
    return caches;
  }

  private static ImageReference reference(String name) {
    try {
      return ImageReference.parse(name);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--cache-repo: " + e.getMessage());
    }
  }

  private Optional<Instant> madeBefore() {
    if (lifetime == null && size != null) {
      return Optional.empty();
    }
    String age = lifetime == null ? "336h" : lifetime;
    return Optional.of(Instant.now().minus(Quantities.duration("--cache-ttl", age)));
  }

  private OptionalLong bytes() {
    if (size == null) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Quantities.bytes("--max-size", size));
  }

  private void tell(PrunableCache cache, CachePruning.Report report) throws IOException {
    for (PrunableCache.Entry entry : report.removed()) {
      surroundings
          .out()
          .printf("%s  %9s  made %s%n", entry.name(), Text.size(entry.bytes()), entry.created());
    }
    surroundings
        .out()
        .printf(
            "%s %d entries, %s; %d entries, %s, stay in %s%n",
            dryRun ? "would remove" : "removed",
            report.removed().size(),
            Text.size(report.removedBytes()),
            report.kept().size(),
            Text.size(report.keptBytes()),
            cache.name());
  }
}
