package dev.janiko.builder.rootfs;

import dev.janiko.builder.linux.Dir;
import java.io.IOException;
import java.util.Optional;

/** What to do where a path goes on but no directory is. */
@FunctionalInterface
public interface Gap {

  /**
   * Fills the gap or refuses.
   *
   * @param parent the last directory that is there
   * @param path where the next one should be, from the root
   * @return the target of a link to go on with, or nothing if there is now a directory
   * @throws IOException if the way ends here
   */
  Optional<String> fill(Dir parent, String path) throws IOException;
}
