package ai.fovea.train.metric;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// Running means by name, in the order in which the names first came. Not thread-safe.
public final class AverageMeters {
  private final SequencedMap<String, AverageMeter> meters = new LinkedHashMap<>();

  /// Adds one batch's values.
  ///
  /// @param values means over the batch
  /// @param samples its size
  public void add(Map<String, Double> values, double samples) {
    values.forEach(
        (name, v) -> meters.computeIfAbsent(name, n -> new AverageMeter()).add(v, samples));
  }

  /// The means so far.
  public SequencedMap<String, Double> averages() {
    SequencedMap<String, Double> means = new LinkedHashMap<>();
    meters.forEach((name, meter) -> means.put(name, meter.average()));
    return Collections.unmodifiableSequencedMap(means);
  }

  /// Forgets everything, names too.
  public void reset() {
    meters.clear();
  }
}
