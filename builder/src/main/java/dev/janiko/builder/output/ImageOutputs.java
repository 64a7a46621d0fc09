package dev.janiko.builder.output;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.registry.archive.DockerArchive;
import dev.janiko.registry.client.Pusher;
import dev.janiko.registry.image.Image;
import dev.janiko.registry.layout.OciLayout;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.transport.Http;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Puts a finished image wherever it was asked for. */
public final class ImageOutputs {
  private final Outputs outputs;
  private final Pusher pusher;
  private final Http http;

  /**
   * Sets up the outputs of a build; the pusher may have begun already.
   *
   * @param http for the digest, where it goes to the web
   */
  public ImageOutputs(Outputs outputs, Pusher pusher, Http http) {
    this.outputs = requireNonNull(outputs, "outputs is null");
    this.pusher = requireNonNull(pusher, "pusher is null");
    this.http = requireNonNull(http, "http is null");
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
        into(folder, () -> OciLayout.at(folder).write(image, tag()));
        places.add("oci:" + folder);
      }
      if (outputs.dockerArchive().isPresent()) {
        Path file = outputs.dockerArchive().get();
        into(file, () -> DockerArchive.write(file, image, outputs.names()));
        places.add("docker-archive:" + file);
      }
      for (Pusher.Pushed pushed : pusher.finish(image)) {
        places.add(pushed.reference().toString());
      }
      new DigestNotice(outputs, http).give(image.digest());
      return List.copyOf(places);
    } catch (IOException e) {
      throw BuildException.of(Kind.OUTPUT, String.valueOf(e.getMessage()), e);
    }
  }

  private interface Writing {
    void run() throws IOException;
  }

  /** Writes a file or a folder, whose name a failure's message then holds. */
  private static void into(Path target, Writing writing) {
    try {
      Path folder = target.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      writing.run();
    } catch (IOException e) {
      throw BuildException.of(
          Kind.OUTPUT, "the image cannot be written to " + target + ": " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException there -> there.getFile() + " is no folder";
      case FileSystemException failure when failure.getReason() != null -> failure.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  private String tag() {
    return outputs.names().stream().map(ImageReference::tagOrLatest).findFirst().orElse("");
  }
}
