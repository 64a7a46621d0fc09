package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A step's script in a /dev that is not the step's own, or elsewhere if that is closed; closing
 * takes it away.
 */
final class DeviceScript implements AutoCloseable {
  private final Path place;
  private final Command command;
  private final boolean folderMade;

  private DeviceScript(Path place, Command command, boolean folderMade) {
    this.place = place;
    this.command = command;
    this.folderMade = folderMade;
  }

  /**
   * Writes a step's script, if it has one.
   *
   * @param devices the /dev that the command sees
   * @param others folders to take instead, which the command sees by these very paths
   */
  static DeviceScript place(Command command, Path devices, Path... others) throws IOException {
    if (command.script().isEmpty()) {
      return new DeviceScript(devices, command, false);
    }
    DeviceScript placed = placeIn(devices, command);
    for (Path other : others) {
      placed = placed == null ? placeIn(other, command.withScriptIn(other)) : placed;
    }
    if (placed == null) {
      throw new SandboxException(
          "a script with an interpreter of its own is put into /dev, which is closed to this"
              + " user; name the interpreter in the command, such as RUN python3 <<EOF");
    }
    return placed;
  }

  private static @Nullable DeviceScript placeIn(Path place, Command command) throws IOException {
    Command.Script script = command.script().orElseThrow();
    try (Dir devices = Dir.open(place)) {
      boolean missing = devices.find(Command.Script.FOLDER).isEmpty();
      if (missing && !couldMakeFolder(devices)) {
        return null;
      }
      try (Dir folder = devices.openDir(Command.Script.FOLDER)) {
        script.writeTo(folder);
      }
      return new DeviceScript(place, command, missing);
    }
  }

  private static boolean couldMakeFolder(Dir devices) throws LinuxException {
    try {
      devices.makeDirectory(Command.Script.FOLDER, 0755);
      return true;
    } catch (LinuxException e) {
      if (e.errno().equals(Errno.EACCES)) {
        return false;
      }
      throw e;
    }
  }

  /** The command, which finds its script. */
  Command command() {
    return command;
  }

  @Override
  public void close() throws IOException {
    if (command.script().isEmpty()) {
      return;
    }
    try (Dir devices = Dir.open(place)) {
      try (Dir folder = devices.openDir(Command.Script.FOLDER)) {
        folder.unlink(UnixPath.of(command.script().get().name()).raw());
      }
      if (folderMade) {
        devices.removeDirectory(Command.Script.FOLDER);
      }
    }
  }
}
