package ai.fovea.recognize.observe;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Keeps the times of stages in timers of Micrometer: `fovea.decode`, `fovea.embed`, `fovea.search` and `fovea.queue`, each with the tag
/// `model`. The application brings `micrometer-core`. Thread-safe.
public final class MicrometerTimers implements StageListener {
  private final MeterRegistry registry;
  private final Map<String, EnumMap<Stage, Timer>> timers = new ConcurrentHashMap<>();

  /// Keeps them in this registry.
  public MicrometerTimers(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void ended(Stage stage, String model, int images, long nanoseconds) {
    Timer timer = timers.computeIfAbsent(model, this::timers).get(stage);
    if (timer != null) {
      timer.record(nanoseconds, TimeUnit.NANOSECONDS);
    }
  }

  private EnumMap<Stage, Timer> timers(String model) {
    var all = new EnumMap<Stage, Timer>(Stage.class);
    for (Stage stage : Stage.values()) {
      all.put(
          stage,
          Timer.builder("fovea." + stage.word())
              .description("Time of the stage '" + stage.word() + "' of image recognition")
              .tag("model", model)
              .register(registry));
    }
    return all;
  }
}
