package dev.janiko.cli.diff;

import dev.janiko.builder.compare.Differences;
import dev.janiko.builder.compare.IgnoreRules;
import dev.janiko.builder.compare.ImageComparison;
import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.cli.options.EngineFlags;
import dev.janiko.cli.registry.RegistryFlags;
import dev.janiko.cli.report.DiffJson;
import dev.janiko.cli.report.DiffText;
import dev.janiko.registry.client.TransferListener;
import dev.janiko.registry.image.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code janiko diff}: two images beside each other. */
@Command(
    name = "diff",
    description = {
      "Shows every way in which two images differ.",
      "An image is a registry's reference, oci:FOLDER[:NAME], docker-archive:FILE, or docker:IMAGE"
          + " for one of a Docker engine."
    },
    footer = {"", "Exit codes: 0 equal; 1 different, or not readable; 2 wrong command line."},
    sortOptions = false)
public final class DiffCommand implements Callable<Integer> {
  /** What to do about images with more entries than this program's memory holds. */
  public static final String TOO_LARGE =
      "ERROR: the images have too many files to be compared in this program's memory; set"
          + " _JAVA_OPTIONS=-Xmx1g to give it more";

  private final Surroundings surroundings;

  @Mixin private RegistryFlags registries = new RegistryFlags();
  @Mixin private EngineFlags engine = new EngineFlags();

  @Parameters(index = "0", paramLabel = "A", description = "An image.")
  private String left = "";

  @Parameters(index = "1", paramLabel = "B", description = "Another image.")
  private String right = "";

  @Option(
      names = "--ignore",
      paramLabel = "RULE",
      description =
          "What does not count: times, builder, or AREA[.ATTRIBUTE][=SUBJECT] with the areas file,"
              + " config, history and layer, such as file=var/log, file.mtime or config=created."
              + " Repeatable.")
  private List<String> ignored = new ArrayList<>();

  @Option(
      names = "--bytes",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "BOOL",
      description = "Compare how layers are packed, too: digests, sizes and media types.")
  private boolean bytes;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      description = "How to show the differences: text or json.")
  private String format = "text";

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "Which image of several a name leads to; this machine's if not given.")
  private @Nullable String platform;

  /** Makes the command. */
  public DiffCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (!format.equals("text") && !format.equals("json")) {
      throw new UsageException("--format is text or json, not " + format);
    }
    ImageSource one = ImageSource.parse(left);
    ImageSource other = ImageSource.parse(right);
    ImageComparison comparison = comparison();
    Platform wanted = platform == null ? Platform.host() : ImageSource.platform(platform);
    try (ImageReading reading =
        new ImageReading(
            registries
                .settings(surroundings.environment())
                .client(false, surroundings.environment(), TransferListener.none()),
            () -> engine.client(surroundings.environment()),
            wanted)) {
      Differences differences =
          comparison.compare(reading.read(left, one), reading.read(right, other));
      surroundings
          .out()
          .print(format.equals("json") ? DiffJson.of(differences) : DiffText.of(differences));
      surroundings.out().flush();
      return differences.none() ? ExitCode.OK : ExitCode.FAILURE;
    } catch (IOException e) {
      surroundings.err().println("ERROR: " + e.getMessage());
      return ExitCode.FAILURE;
    } catch (OutOfMemoryError e) {
      surroundings.err().println(TOO_LARGE);
      return ExitCode.FAILURE;
    }
  }

  private ImageComparison comparison() {
    try {
      ImageComparison comparison = ImageComparison.of(IgnoreRules.of(ignored));
      return bytes ? comparison.withBytes() : comparison;
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
