package dev.janiko.builder;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.builder.event.BuildListener;
import dev.janiko.builder.event.LayerSummary;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.failure.BuildException.Kind;
import dev.janiko.builder.output.DigestNotice;
import dev.janiko.builder.output.Outputs;
import dev.janiko.registry.Digest;
import dev.janiko.registry.image.Bundle;
import dev.janiko.registry.image.Manifest;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.transfer.ImagePlace;
import dev.janiko.registry.transfer.ImageTransfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds one image for each of several platforms, one after the other, and puts an index of them
 * where an image of one platform would go. Nothing is pushed before all are built.
 *
 * <p>Commands run on this machine whatever the platform; where it cannot run those of another, the
 * build for that platform fails. Safe for use by several threads, as {@link Builder} is.
 */
public final class PlatformBuilds {
  private final Registries registries;

  /** Builds that reach registries so. */
  public PlatformBuilds(Registries registries) {
    this.registries = requireNonNull(registries, "registries is null");
  }

  /**
   * Builds for platforms; for a single one this is what {@link Builder} does.
   *
   * @param request whose platform is not used
   * @param platforms at least one; one that is named again is built once
   * @return what was made, when all of it is in its place
   * @throws BuildException if one of the builds fails; the listener was told
   */
  public BuildResult build(BuildRequest request, List<Platform> platforms, BuildListener listener) {
    List<Platform> wanted = List.copyOf(new LinkedHashSet<>(platforms));
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("no platform to build for");
    }
    if (wanted.size() == 1) {
      return new Builder(registries)
          .build(request.with(wanted.getFirst(), request.outputs()), listener);
    }
    Told told = new Told(listener);
    try (ContextWork work = new ContextWork(request.place().store())) {
      check(request.outputs());
      List<ImagePlace> parts = new ArrayList<>();
      for (Platform platform : wanted) {
        Path layout = Files.createTempDirectory(work.folder(), "platform-");
        told.begin(platform);
        new Builder(registries)
            .build(request.with(platform, into(layout, request.outputs())), told);
        parts.add(new ImagePlace.Layout(layout, ""));
      }
      return join(request.outputs(), parts, listener);
    } catch (IOException e) {
      BuildException failure = BuildException.of(Kind.OUTPUT, String.valueOf(e.getMessage()), e);
      listener.on(BuildEvent.BuildFailed.of(String.valueOf(failure.getMessage())));
      throw failure;
    }
  }

  private void check(Outputs outputs) throws IOException {
    if (outputs.dockerArchive().isPresent()) {
      throw new IOException(
          "a docker archive holds the image of one platform: build for one, or write an OCI layout");
    }
    for (ImageReference destination : outputs.pushTo()) {
      registries.push().checkPush(destination);
    }
  }

  private BuildResult join(Outputs outputs, List<ImagePlace> parts, BuildListener listener)
      throws IOException {
    try (ImageTransfer transfer = ImageTransfer.create(registries.pull(), registries.push())) {
      Bundle index = transfer.index(parts, outputs.form().family(), outputs.form().annotations());
      List<ImagePlace> places = new ArrayList<>();
      String tag = outputs.names().stream().map(ImageReference::tagOrLatest).findFirst().orElse("");
      outputs.ociLayout().map(folder -> new ImagePlace.Layout(folder, tag)).ifPresent(places::add);
      outputs.pushTo().stream().map(ImagePlace.Remote::new).forEach(places::add);
      Digest digest = transfer.put(index, places);
      new DigestNotice(outputs, registries.push().connections()).give(digest);
      List<String> shown = places.stream().map(ImagePlace::toString).toList();
      List<LayerSummary> layers = layers(index);
      long size = layers.stream().mapToLong(LayerSummary::size).sum();
      listener.on(new BuildEvent.ImageFinished(digest.toString(), size, layers, shown));
      return new BuildResult(digest, shown);
    }
  }

  /** The layers of all images, each once. */
  private static List<LayerSummary> layers(Bundle index) {
    return index.children().stream()
        .map(Bundle::document)
        .filter(Manifest.class::isInstance)
        .flatMap(image -> ((Manifest) image).layers().stream())
        .distinct()
        .map(layer -> new LayerSummary(layer.digest().toString(), layer.size(), false))
        .toList();
  }

  private static Outputs into(Path layout, Outputs outputs) {
    return new Outputs(
        outputs.names(),
        List.of(),
        Optional.of(layout),
        Optional.empty(),
        Outputs.DigestFiles.NONE,
        new Outputs.Form(outputs.form().family(), Map.of()));
  }

  /** Tells of several builds as of one: its image is the index. */
  private static final class Told implements BuildListener {
    private final BuildListener listener;
    private String platform = "";

    private Told(BuildListener listener) {
      this.listener = listener;
    }

    private void begin(Platform next) {
      platform = next.toString();
      say("building for " + platform);
    }

    private void say(String text) {
      listener.on(new BuildEvent.Message(BuildEvent.Level.INFO, text));
    }

    @Override
    public void on(BuildEvent event) {
      if (event instanceof BuildEvent.ImageFinished image) {
        say("the image for " + platform + " is " + image.digest());
      } else {
        listener.on(event);
      }
    }
  }
}
