package dev.janiko.builder.output;

import dev.janiko.builder.BuildException;
import dev.janiko.builder.BuildException.Kind;
import dev.janiko.registry.archive.DockerArchive;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.layout.OciLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Puts a finished image wherever it was asked for. */
public final class ImageOutputs {
  private final Outputs outputs;
  private final EagerPush push;

  /** Sets up the outputs of a build. */
  public ImageOutputs(Outputs outputs, EagerPush push) {
    this.outputs = outputs;
    this.push = push;
  }

  /**
   * Writes files first and pushes last, so that a tag says that all is there.
   *
   * @return where the image is now, for people
   * @throws BuildException if it cannot be written or pushed
   */
  public List<String> put(Image image) throws InterruptedException {
    List<String> places = new ArrayList<>();
    try {
      if (outputs.ociLayout().isPresent()) {
        OciLayout.write(outputs.ociLayout().get(), image, outputs.names().stream().findFirst());
        places.add("oci:" + outputs.ociLayout().get());
      }
      if (outputs.dockerArchive().isPresent()) {
        DockerArchive.write(outputs.dockerArchive().get(), image, outputs.names());
        places.add("docker-archive:" + outputs.dockerArchive().get());
      }
      push.finish(image);
      outputs.pushTo().forEach(destination -> places.add(destination.toString()));
      SmallFiles.write(outputs.digestFiles(), outputs.names(), image.digest());
      return List.copyOf(places);
    } catch (IOException e) {
      throw BuildException.of(Kind.OUTPUT, String.valueOf(e.getMessage()), e);
    }
  }
}
