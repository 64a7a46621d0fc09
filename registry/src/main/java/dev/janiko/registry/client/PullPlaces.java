package dev.janiko.registry.client;

import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tries the mirrors of an image one after the other. Safe for use by threads. */
final class PullPlaces {
  private final Mirrors mirrors;
  private final TransferListener listener;

  /** Mirrors that did not answer: they are not waited for a second time. */
  private final Set<String> silent = ConcurrentHashMap.newKeySet();

  PullPlaces(Mirrors mirrors, TransferListener listener) {
    this.mirrors = mirrors;
    this.listener = listener;
  }

  interface Attempt<T> {
    /**
     * Tries one place.
     *
     * @param others those that would be tried next
     */
    T at(ImageReference place, List<ImageReference> others) throws IOException;
  }

  /** What the first place gives that has it. */
  <T> T first(ImageReference image, Attempt<T> attempt) throws IOException {
    List<ImageReference> places = mirrors.places(image);
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < places.size() - 1; i++) {
      ImageReference place = places.get(i);
      if (silent.contains(place.registry())) {
        failures.add(place.registry() + " does not answer");
        continue;
      }
      try {
        return attempt.at(place, places.subList(i + 1, places.size()));
      } catch (RegistryException e) {
        if (e.kind() == Kind.UNREACHABLE) {
          silent.add(place.registry());
        }
        failures.add(String.valueOf(e.getMessage()));
        listener.warned("mirror " + place.registry() + " is passed over: " + e.getMessage());
      }
    }
    ImageReference last = places.getLast();
    try {
      return attempt.at(last, List.of());
    } catch (RegistryException e) {
      if (failures.isEmpty()) {
        throw e;
      }
      throw RegistryException.of(
              e.kind(), e.getMessage() + "; before that: " + String.join("; ", failures))
          .host(e.host())
          .cause(e)
          .build();
    }
  }
}
