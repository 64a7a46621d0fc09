package dev.janiko.builder;

import dev.janiko.builder.context.FetchedContexts;
import dev.janiko.builder.store.LayerStore;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A work folder of the store for what a context is fetched into, if it is; closing removes it. */
final class ContextWork implements FetchedContexts.Work, AutoCloseable {
  private final Path store;
  private @Nullable LayerStore opened;

  ContextWork(Path store) {
    this.store = store;
  }

  @Override
  public Path folder() throws IOException {
    if (opened == null) {
      opened = LayerStore.open(store);
    }
    return opened.work();
  }

  @Override
  public void close() throws IOException {
    if (opened != null) {
      opened.close();
    }
  }
}
