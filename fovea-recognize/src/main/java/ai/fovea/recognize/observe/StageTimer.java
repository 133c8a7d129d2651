package ai.fovea.recognize.observe;

import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/// Times a stage from its making to [#close()], and tells a listener and Java's Flight Recorder. For one thread at a time;
/// another one may end it.
///
/// ```java
/// try (var _ = StageTimer.start(Stage.SEARCH, "products", 1, listener)) {
///   decision = gallery.decide(vector, policy);
/// }
/// ```
public final class StageTimer implements AutoCloseable {
  private final Stage stage;
  private final String model;
  private final int images;
  private final StageListener listener;
  private final long start = System.nanoTime();
  private final @Nullable StageEvent event;

  private StageTimer(Stage stage, String model, int images, StageListener listener) {
    this.stage = stage;
    this.model = model;
    this.images = images;
    this.listener = listener;
    // Events cost nothing where nobody ever started a recording.
    this.event = FlightRecorder.isInitialized() ? StageEvents.of(stage) : null;
    if (event != null) {
      event.begin();
    }
  }

  /// Begins.
  ///
  /// @param images how many images the stage is about
  public static StageTimer start(Stage stage, String model, int images, StageListener listener) {
    return new StageTimer(stage, model, images, listener);
  }

  /// Ends.
  @Override
  public void close() {
    if (event != null) {
      event.model = model;
      event.images = images;
      event.commit();
    }
    listener.ended(stage, model, images, System.nanoTime() - start);
  }
}
