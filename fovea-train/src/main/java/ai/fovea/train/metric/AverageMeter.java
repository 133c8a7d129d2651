package ai.fovea.train.metric;

import java.util.Locale;

/// A running mean, weighted by samples. Not thread-safe.
public final class AverageMeter {
  private double last;
  private double sum;
  private double count;

  /// Adds `value`, the mean over `samples`.
  public void add(double value, double samples) {
    last = value;
    sum += value * samples;
    count += samples;
  }

  /// Starts anew.
  public void reset() {
    last = 0;
    sum = 0;
    count = 0;
  }

  /// What was added last; 0 at the beginning.
  public double last() {
    return last;
  }

  /// The sum of value times samples.
  public double sum() {
    return sum;
  }

  /// How many samples.
  public double count() {
    return count;
  }

  /// The mean; 0 where nothing was added.
  public double average() {
    return count == 0 ? 0 : sum / count;
  }

  /// `name: 0.12345`.
  public String info(String name) {
    return String.format(Locale.ROOT, "%s: %.5f", name, average());
  }
}
