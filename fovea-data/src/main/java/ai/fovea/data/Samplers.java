package ai.fovea.data;

import ai.fovea.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Samplers by the names that configurations use.
public final class Samplers {
  private Samplers() {}

  /// For one process.
  public static BatchSampler of(Config section, long[] labels, long seed) {
    return of(section, labels, seed, 1, 0);
  }

  /// The sampler that a `sampler` section names: DistributedBatchSampler, BatchSampler, PKSampler (alias
  /// DistributedPKSampler), DistributedRandomIdentitySampler (alias RandomIdentitySampler), RASampler.
  ///
  /// @param section with `name`, `batch_size` and the sampler's own keys
  /// @param labels of the list, in order
  /// @param seed of all draws
  /// @param ranks how many processes train together
  /// @param rank this process, from 0
  /// @throws ai.fovea.config.ConfigException with everything wrong in the section
  public static BatchSampler of(Config section, long[] labels, long seed, int ranks, int rank) {
    String name = section.text("name", "DistributedBatchSampler");
    int batch = section.integer("batch_size");
    if (batch < 1) {
      section.problem("batch_size", "expected at least 1, found " + batch);
    }
    boolean shuffle = section.flag("shuffle", name.equals("RASampler"));
    boolean dropLast =
        section.flag("drop_last", !name.endsWith("BatchSampler") && !name.equals("RASampler"));
    if (labels.length == 0) {
      section.problem("name", "the list is empty, there is nothing to draw from");
    }
    try {
      return switch (name) {
        case "DistributedBatchSampler", "BatchSampler" -> {
          // Without a name the reference takes what it knows, and leaves the rest.
          if (section.has("name")) {
            section.allow("name", "batch_size", "shuffle", "drop_last");
          }
          section.check();
          yield new OrdinarySampler(labels.length, batch, shuffle, dropLast, ranks, rank, seed);
        }
        case "PKSampler", "DistributedPKSampler" -> {
          PkSettings settings = pk(section, batch, dropLast);
          yield new PkSampler(labels, settings, ranks, rank, seed);
        }
        case "DistributedRandomIdentitySampler", "RandomIdentitySampler" -> {
          int k = section.integer("num_instances");
          OptionalInt most =
              section.has("max_iters")
                  ? OptionalInt.of(section.integer("max_iters"))
                  : OptionalInt.empty();
          section.check(); // further keys are none of its, and no error in the reference
          yield new IdentitySampler(labels, batch, k, dropLast, most, ranks, rank, seed);
        }
        case "RASampler" -> {
          int repeats = section.integer("num_repeats", 3);
          section.check();
          yield new RepeatedSampler(
              labels.length, batch, repeats, shuffle, dropLast, ranks, rank, seed);
        }
        default -> {
          section
              .problem(
                  "name",
                  "no sampler is called '"
                      + name
                      + "'; there are DistributedBatchSampler, BatchSampler, PKSampler,"
                      + " DistributedRandomIdentitySampler, RASampler")
              .check();
          throw new IllegalStateException("check() throws");
        }
      };
    } catch (IllegalArgumentException e) {
      section.problem("batch_size", String.valueOf(e.getMessage())).check();
      throw e;
    }
  }

  private static PkSettings pk(Config section, int batch, boolean dropLast) {
    int k = section.integer("sample_per_id");
    String method = section.text("sample_method", "sample_avg_prob");
    if (!method.equals("sample_avg_prob") && !method.equals("id_avg_prob")) {
      section.problem(
          "sample_method", "expected sample_avg_prob or id_avg_prob, found '" + method + "'");
    }
    long[] ids = section.integers("id_list");
    double[] ratio = section.numbers("ratio");
    if (ids.length != 2 * ratio.length) {
      section.problem(
          "id_list",
          "expected a first and a last position for each of the "
              + ratio.length
              + " ratios, found "
              + ids.length
              + " numbers");
    }
    section
        .allow(
            "name",
            "batch_size",
            "shuffle",
            "drop_last",
            "sample_per_id",
            "sample_method",
            "id_list",
            "ratio")
        .check();
    List<PkSettings.Boost> boosts = new ArrayList<>();
    for (int i = 0; i < ratio.length; i++) {
      boosts.add(
          new PkSettings.Boost(
              Math.toIntExact(ids[2 * i]), Math.toIntExact(ids[2 * i + 1]), ratio[i]));
    }
    return new PkSettings(batch, k, method.equals("sample_avg_prob"), dropLast, boosts);
  }
}
