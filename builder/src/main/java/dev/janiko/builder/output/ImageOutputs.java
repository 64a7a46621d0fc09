package dev.janiko.builder.output;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.registry.archive.DockerArchive;
import dev.janiko.registry.client.Pusher;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.layout.OciLayout;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Puts a finished image wherever it was asked for. */
public final class ImageOutputs {
  private final Outputs outputs;
  private final Pusher pusher;

  /** Sets up the outputs of a build; the pusher may have begun already. */
  public ImageOutputs(Outputs outputs, Pusher pusher) {
    this.outputs = requireNonNull(outputs, "outputs is null");
    this.pusher = requireNonNull(pusher, "pusher is null");
  }

  /**
   * Writes files first and pushes then; the files with the digest are last, so that they say that
   * all is there.
   *
   * @return where the image is now, for people
   * @throws BuildException if it cannot be written or pushed
   */
  public List<String> put(Image image) {
    List<String> places = new ArrayList<>();
    try {
      if (outputs.ociLayout().isPresent()) {
        Path folder = outputs.ociLayout().get();
        OciLayout.at(folder).write(image, tag());
        places.add("oci:" + folder);
      }
      if (outputs.dockerArchive().isPresent()) {
        DockerArchive.write(outputs.dockerArchive().get(), image, outputs.names());
        places.add("docker-archive:" + outputs.dockerArchive().get());
      }
      for (Pusher.Pushed pushed : pusher.finish(image)) {
        places.add(pushed.reference().toString());
      }
      SmallFiles.write(outputs.digestFiles(), outputs.names(), image.digest());
      return List.copyOf(places);
    } catch (IOException e) {
      throw BuildException.of(Kind.OUTPUT, String.valueOf(e.getMessage()), e);
    }
  }

  private String tag() {
    return outputs.names().stream().map(ImageReference::tagOrLatest).findFirst().orElse("");
  }
}
