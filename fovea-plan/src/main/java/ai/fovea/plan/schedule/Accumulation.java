package ai.fovea.plan.schedule;

/// How an epoch is divided into updates when gradients of several batches are added up.
///
/// @param frequency batches an update
/// @param iterations batches of an epoch that are used: what does not fill an update is left out
public record Accumulation(int frequency, int iterations) {
  /// As `Global.update_freq` means it: 1 where it is larger than an epoch.
  ///
  /// @param batches in an epoch
  /// @param asked batches an update
  public static Accumulation of(int batches, int asked) {
    if (batches < 1 || asked < 1) {
      throw new IllegalArgumentException(
          "expected at least one batch, in an epoch and in an update, got "
              + batches
              + " and "
              + asked);
    }
    int frequency = asked > batches ? 1 : asked;
    return new Accumulation(frequency, batches / frequency * frequency);
  }

  /// Updates in an epoch, the steps that schedules count.
  public int updates() {
    return iterations / frequency;
  }

  /// Whether an update follows batch `iteration` (from 0).
  public boolean updatesAfter(int iteration) {
    return (iteration + 1) % frequency == 0;
  }
}
