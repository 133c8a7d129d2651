package ai.fovea.data;

import java.util.List;

/// Which samples go into which batch. Immutable and free of state: the batches of an epoch depend on the seed and
/// the epoch's number alone, so a run that is resumed at epoch N draws what the uninterrupted run drew.
public interface BatchSampler {
  /// The most batches that an epoch can have; the length that progress and schedules count with. Identity samplers
  /// may draw fewer in an epoch.
  int batches();

  /// The batches of an epoch, as positions in the list.
  ///
  /// @param epoch its number; any order, any number of times
  List<int[]> epoch(int epoch);
}
