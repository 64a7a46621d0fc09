package dev.janiko.builder.cache;

import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.Together;
import dev.janiko.registry.client.Pusher;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.ResolvedImage;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Layers in a repository of a registry: each an image of its own, tagged with its key. */
public final class RegistryCache implements LayerCache, PrunableCache {
  private static final int WIDTH = 8;
  private static final int TRIES = 3;

  private final RegistryClient client;
  private final ImageReference repository;
  private final Platform platform;

  /**
   * Names the repository.
   *
   * @param repository any reference into it
   * @param platform what entries are made for
   */
  public RegistryCache(RegistryClient client, ImageReference repository, Platform platform) {
    this.client = requireNonNull(client, "client is null");
    this.repository = requireNonNull(repository, "repository is null");
    this.platform = requireNonNull(platform, "platform is null");
  }

  @Override
  public String name() {
    return repository.name();
  }

  @Override
  public Optional<CachedLayer> find(CacheKey key) throws IOException {
    ResolvedImage found;
    try {
      found = client.resolve(repository.withTag(key.hex()), platform);
    } catch (RegistryException e) {
      if (e.kind() == RegistryException.Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
    Optional<CachedLayer> entry = EntryImage.read(found.config(), found.image(client).layers());
    // A registry may have removed a blob that only a manifest names.
    return entry.isPresent()
            && client.hasBlob(repository, entry.get().layer().blob().descriptor().digest())
        ? entry
        : Optional.empty();
  }

  @Override
  public void keep(CacheKey key, CachedLayer layer) throws IOException {
    for (int tried = 1; ; tried++) {
      try {
        push(key, layer);
        return;
      } catch (RegistryException e) {
        // Registries may refuse a tag that several builds set at once; then another one has set it.
        if (isThere(key)) {
          return;
        }
        if (tried == TRIES) {
          throw e;
        }
      }
    }
  }

  /** Only tags that look like keys are entries, Kaniko's too; whatever else is here is not ours. */
  @Override
  public List<Entry> entries() throws IOException {
    List<Callable<Optional<Entry>>> work = new ArrayList<>();
    for (String tag : client.tags(repository)) {
      if (CacheKey.isValid(tag)) {
        work.add(() -> entry(tag));
      }
    }
    return Together.run(WIDTH, work).stream().flatMap(Optional::stream).toList();
  }

  private Optional<Entry> entry(String tag) throws IOException {
    try {
      ResolvedImage found = client.resolve(repository.withTag(tag), platform);
      return EntryImage.read(found.config(), found.image(client).layers())
          .map(layer -> new Entry(tag, layer.created(), layer.layer().blob().descriptor().size()));
    } catch (RegistryException e) {
      if (e.kind() == RegistryException.Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void remove(Entry entry) throws IOException {
    ImageReference tag = repository.withTag(entry.name());
    Digest digest;
    try {
      digest = client.document(tag).digest();
    } catch (RegistryException e) {
      if (e.kind() == RegistryException.Kind.NOT_FOUND) {
        return;
      }
      throw e;
    }
    client.delete(repository.withDigest(digest));
  }

  private boolean isThere(CacheKey key) {
    try {
      return find(key).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private void push(CacheKey key, CachedLayer layer) throws IOException {
    List<Pusher.Pushed> pushed =
        Pusher.push(client, EntryImage.of(layer, platform), List.of(repository.withTag(key.hex())));
    if (pushed.size() != 1) {
      throw new IllegalStateException("one destination, pushed to " + pushed);
    }
  }
}
