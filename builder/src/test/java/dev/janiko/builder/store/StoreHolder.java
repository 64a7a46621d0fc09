package dev.janiko.builder.store;

import java.nio.file.Files;
import java.nio.file.Path;

/** A process that opens a store, says where its work folder is, and waits to be killed. */
final class StoreHolder {
  private StoreHolder() {}

  public static void main(String[] args) throws Exception {
    LayerStore store = LayerStore.open(Path.of(args[0]));
    Files.writeString(store.work().resolve("half"), "half");
    System.out.println(store.work());
    System.in.transferTo(java.io.OutputStream.nullOutputStream());
    store.close();
  }
}
