package dev.janiko.cli.build;

import dev.janiko.builder.compare.FlatImage;
import dev.janiko.builder.compare.ImageIndexer;
import dev.janiko.builder.compare.IndexedImage;
import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Home;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.options.BuildOptions;
import dev.janiko.cli.progress.Renderer;
import dev.janiko.cli.report.BuildPage;
import dev.janiko.cli.runner.Scratch;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.layout.OciLayout;
import dev.janiko.registry.reference.ImageReference;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** A build of which a page tells afterwards. */
final class ReportedBuild {
  private final Surroundings surroundings;
  private final Path report;

  ReportedBuild(Surroundings surroundings, Path report) {
    this.surroundings = surroundings;
    this.report = report;
  }

  /**
   * Builds, reads the image that was made, and writes the page.
   *
   * @param options makes the build's options, given a layout to write if no file is asked for
   * @return the build's exit code, or 1 if the page cannot be written
   */
  int run(
      Build build,
      Function<Optional<Path>, BuildOptions> options,
      Supplier<Renderer> display,
      boolean debug) {
    try (Scratch scratch = Scratch.create(surroundings.environment(), Home.folder())) {
      Path layout = scratch.folder().resolve("layout");
      BuildOptions wanted = options.apply(Optional.of(layout));
      RecordedRenderer renderer = new RecordedRenderer("this build", display.get());
      int code = build.run(wanted, renderer, debug);
      if (code != ExitCode.OK) {
        return code;
      }
      IndexedImage image = read(wanted);
      write(report, BuildPage.of(renderer.result(), image, FlatImage.of(image)));
      return code;
    } catch (IOException e) {
      surroundings.err().println("ERROR: the report cannot be written: " + e.getMessage());
      return ExitCode.FAILURE;
    }
  }

  private static IndexedImage read(BuildOptions options) throws IOException {
    List<String> names = options.outputs().names();
    String name = names.isEmpty() ? "image" : names.getFirst();
    if (options.outputs().tar().isPresent()) {
      try (InputStream in =
          new BufferedInputStream(Files.newInputStream(options.outputs().tar().get()))) {
        return new ImageIndexer().index(name, in);
      }
    }
    Path layout = options.outputs().ociLayout().orElseThrow();
    return layout(name, layout, names);
  }

  /** Reads the image that a build put into a layout, under the tag of its first name. */
  static IndexedImage layout(String shown, Path layout, List<String> names) throws IOException {
    String tag =
        names.stream().findFirst().map(name -> ImageReference.parse(name).tagOrLatest()).orElse("");
    return new ImageIndexer().index(shown, OciLayout.at(layout).read(tag, Platform.host()));
  }

  /** Writes a file that appears when it is whole. */
  static void write(Path file, String text) throws IOException {
    Path target = file.toAbsolutePath();
    Path parent = target.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Path beside = target.resolveSibling("." + target.getFileName() + ".partial");
    Files.writeString(beside, text, StandardCharsets.UTF_8);
    Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
  }
}
