package dev.janiko.builder.sandbox;

import dev.janiko.builder.linux.Dir;
import dev.janiko.builder.linux.Errno;
import dev.janiko.builder.linux.LinuxException;
import dev.janiko.builder.linux.Stat;
import dev.janiko.builder.linux.UnixPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A step's script in a /dev that is not the step's own; closing takes it away. */
final class DeviceScript implements AutoCloseable {
  private final Path place;
  private final Optional<Command.Script> script;
  private final boolean folderMade;

  private DeviceScript(Path place, Optional<Command.Script> script, boolean folderMade) {
    this.place = place;
    this.script = script;
    this.folderMade = folderMade;
  }

  /**
   * Writes a step's script, if it has one.
   *
   * @param place the /dev
   */
  static DeviceScript place(Path place, Optional<Command.Script> script) throws IOException {
    if (script.isEmpty()) {
      return new DeviceScript(place, script, false);
    }
    try (Dir devices = Dir.open(place)) {
      Optional<Stat> there = devices.find(Command.Script.FOLDER);
      if (there.isEmpty()) {
        make(devices);
      }
      try (Dir folder = devices.openDir(Command.Script.FOLDER)) {
        script.get().writeTo(folder);
      }
      return new DeviceScript(place, script, there.isEmpty());
    }
  }

  private static void make(Dir devices) throws IOException {
    try {
      devices.makeDirectory(Command.Script.FOLDER, 0755);
    } catch (LinuxException e) {
      if (e.errno().equals(Errno.EACCES)) {
        throw new SandboxException(
            "a script with an interpreter of its own is put into /dev, which is closed to this"
                + " user; name the interpreter in the command, such as RUN python3 <<EOF",
            e);
      }
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    if (script.isEmpty()) {
      return;
    }
    try (Dir devices = Dir.open(place)) {
      try (Dir folder = devices.openDir(Command.Script.FOLDER)) {
        folder.unlink(UnixPath.of(script.get().name()).raw());
      }
      if (folderMade) {
        devices.removeDirectory(Command.Script.FOLDER);
      }
    }
  }
}
