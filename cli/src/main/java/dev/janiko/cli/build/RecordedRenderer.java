package dev.janiko.cli.build;

import dev.janiko.builder.event.BuildEvent;
import dev.janiko.cli.progress.Renderer;
import dev.janiko.cli.report.BuildRecord;
import dev.janiko.cli.report.BuildRecorder;
import java.time.InstantSource;

/** Shows a build and notes what it does. */
final class RecordedRenderer implements Renderer {
  private final Renderer shown;
  private final BuildRecorder recorder;

  RecordedRenderer(String name, Renderer shown) {
    this.shown = shown;
    this.recorder = new BuildRecorder(name, shown, InstantSource.system());
  }

  @Override
  public void on(BuildEvent event) {
    recorder.on(event);
  }

  @Override
  public void close() {
    shown.close();
  }

  BuildRecord result() {
    return recorder.result();
  }
}
