package dev.janiko.builder;

import static java.util.Objects.requireNonNull;

import dev.janiko.builder.cache.BaseFolder;
import dev.janiko.builder.failure.BuildException;
import dev.janiko.builder.plan.BuildPlan;
import dev.janiko.builder.plan.FileNeeds;
import dev.janiko.builder.plan.ImageChoice;
import dev.janiko.builder.plan.PlanOptions;
import dev.janiko.builder.plan.PlannedStage;
import dev.janiko.builder.plan.Planner;
import dev.janiko.builder.plan.StageBase;
import dev.janiko.dockerfile.Dockerfile;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.ResolvedImage;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Brings base images into a folder that builds share, so that they need not fetch them. */
public final class Warmer {
  private final RegistryClient client;
  private final BaseFolder folder;

  /** Fetches with a client into a folder. */
  public Warmer(RegistryClient client, BaseFolder folder) {
    this.client = requireNonNull(client, "client is null");
    this.folder = requireNonNull(folder, "folder is null");
  }

  /** What became of an image. */
  public sealed interface Outcome {
    /** It was fetched. */
    record Fetched(ResolvedImage image) implements Outcome {}

    /** It was there. */
    record WasThere(ResolvedImage image) implements Outcome {}

    /** It could not be had. */
    record Failed(IOException reason) implements Outcome {}
  }

  /** Hears what became of images, one after the other. */
  @FunctionalInterface
  public interface Listener {
    /** One image is done with. */
    void done(ImageChoice image, Outcome outcome);
  }

  /**
   * The images that the stages of a Dockerfile start from, mount and copy from, whichever is built.
   *
   * @param text the Dockerfile
   * @param name what it is called in messages
   * @throws BuildException if it is malformed
   */
  public static Set<ImageChoice> imagesOf(
      String text, String name, Map<String, String> buildArgs, Platform platform) {
    Dockerfile dockerfile = Builder.parse(text, name);
    Set<ImageChoice> images = new LinkedHashSet<>();
    for (int target = 0; target < dockerfile.stages().size(); target++) {
      BuildPlan plan =
          Planner.plan(
              dockerfile,
              new PlanOptions(
                  Optional.of(Integer.toString(target)), buildArgs, platform, Platform.host()));
      for (PlannedStage stage : plan.stages()) {
        if (stage.base() instanceof StageBase.Image image) {
          images.add(image.choice());
        }
      }
      images.addAll(FileNeeds.images(plan));
    }
    return images;
  }

  /** An image by its name. */
  public static ImageChoice image(ImageReference name, Platform platform) {
    return ImageChoice.of(name, platform);
  }

  /**
   * Brings images into the folder.
   *
   * @param force whether those that are there are fetched again
   * @return how many of them are there now
   */
  public int warm(List<ImageChoice> images, boolean force, Listener listener) {
    int there = 0;
    for (ImageChoice image : images) {
      Outcome outcome;
      try {
        ResolvedImage found = client.resolve(image.reference(), image.platform());
        boolean fetched = folder.keep(found, client, force);
        outcome = fetched ? new Outcome.Fetched(found) : new Outcome.WasThere(found);
        there++;
      } catch (IOException e) {
        outcome = new Outcome.Failed(e);
      }
      listener.done(image, outcome);
    }
    return there;
  }
}
