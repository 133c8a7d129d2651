package ai.fovea.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// One measurement, in the fields that the peers' scripts print too.
///
/// @param work what was done, e.g. `preprocess 224`
/// @param metric e.g. `throughput`
/// @param value the median of the rounds
/// @param unit e.g. `images/s`
/// @param settings what else two measurements must share to be compared
record Result(
    String work, String metric, double value, String unit, int threads, Map<String, ?> settings) {

  /// The middle one; the mean of the two in the middle.
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }

  /// The median of the seconds of some rounds, after work that is not counted, until the compiler has seen enough of it.
  ///
  /// @param clock nanoseconds
  static double seconds(int rounds, double warmUp, LongSupplier clock, Work work) throws Exception {
    long begin = clock.getAsLong();
    do {
      work.run();
    } while ((clock.getAsLong() - begin) / 1e9 < warmUp);
    double[] times = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      long from = clock.getAsLong();
      work.run();
      times[i] = (clock.getAsLong() - from) / 1e9;
    }
    return median(times);
  }

  /// What is measured.
  interface Work {
    void run() throws Exception;
  }

  /// One line of JSON; a number that is not finite is `null`.
  String toJson() {
    var fields = new LinkedHashMap<String, @Nullable Object>();
    fields.put("peer", "fovea");
    fields.put("work", work);
    fields.put("metric", metric);
    fields.put("value", Double.isFinite(value) ? (Double) (Math.round(value * 1e4) / 1e4) : null);
    fields.put("unit", unit);
    fields.put("threads", threads);
    var others = new LinkedHashMap<String, @Nullable Object>();
    settings.forEach((key, setting) ->
        others.put(
            key,
            setting instanceof Number n && !Double.isFinite(n.doubleValue()) ? null : setting));
    fields.put("settings", others);
    return new JsonMapper().writeValueAsString(fields);
  }
}
