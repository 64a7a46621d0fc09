package dev.janiko.cli.registry;

import dev.janiko.cli.invocation.ExitCode;
import dev.janiko.cli.invocation.Surroundings;
import dev.janiko.cli.invocation.UsageException;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.TransferListener;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.transfer.ImagePlace;
import dev.janiko.registry.transfer.ImageTransfer;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What commands beside a build do with registries, and how their failures are told. */
public final class RegistryWork {
  private final Surroundings surroundings;
  private final RegistrySettings settings;

  /**
   * Sets up work.
   *
   * @throws UsageException if the flags cannot be meant
   */
  public RegistryWork(Surroundings surroundings, RegistryFlags flags) {
    this.surroundings = surroundings;
    this.settings = flags.settings(surroundings.environment());
  }

  /** Something to do that may fail. */
  public interface Job {
    /** Does it. */
    void run() throws IOException;
  }

  /** Something to do with images. */
  interface TransferJob {
    void run(ImageTransfer transfer) throws IOException;
  }

  /** Returns how registries are reached. */
  public RegistrySettings settings() {
    return settings;
  }

  /** Does it and returns the exit code. */
  public int run(Job job) {
    try {
      job.run();
      return ExitCode.OK;
    } catch (IOException e) {
      surroundings.err().println("ERROR: " + reason(e));
      return ExitCode.FAILURE;
    }
  }

  /** Failures of files may tell nothing but a path. */
  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> missing.getFile() + ": no such file or directory";
      case AccessDeniedException closed -> closed.getFile() + ": permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }

  /** Does it with clients to pull and to push, and returns the exit code. */
  int transfer(TransferJob job) {
    return run(() -> {
      try (RegistryClient pull = client(false)) {
        if (settings.shareClient()) {
          run(pull, pull, job);
          return;
        }
        try (RegistryClient push = client(true)) {
          run(pull, push, job);
        }
      }
    });
  }

  private RegistryClient client(boolean push) {
    return settings.client(push, surroundings.environment(), told());
  }

  private static void run(RegistryClient pull, RegistryClient push, TransferJob job)
      throws IOException {
    try (ImageTransfer transfer = ImageTransfer.create(pull, push)) {
      job.run(transfer);
    }
  }

  /** Hears warnings and prints them. */
  public TransferListener told() {
    return new TransferListener() {
      @Override
      public void transferred(Direction direction, String host, Descriptor blob, long position) {}

      @Override
      public void warned(String message) {
        surroundings.err().println("WARNING: " + message);
      }
    };
  }

  /** Returns the place that an argument names. */
  static ImagePlace place(String text) {
    try {
      return ImagePlace.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** Returns the platform that a flag names. */
  public static Optional<Platform> platform(@Nullable String text) {
    try {
      return text == null ? Optional.empty() : Optional.of(Platform.parse(text));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
