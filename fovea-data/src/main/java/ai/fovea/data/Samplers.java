package ai.fovea.data;

import ai.fovea.config.Config;
import ai.fovea.config.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Samplers by the names that configurations use.
public final class Samplers {
  private Samplers() {}

  private static final List<String> SUPPORTED =
      List.of(
          "DistributedBatchSampler",
          "BatchSampler",
          "PKSampler",
          "DistributedRandomIdentitySampler",
          "RASampler");

  /// Further samplers of the reference.
  private static final List<String> KNOWN =
      List.of("MultiScaleSampler", "NaiveIdentityBatchSampler", "DomainShuffleBatchSampler");

  /// For one process.
  public static BatchSampler of(Config section, long[] labels, long seed) {
    return of(section, labels, seed, 1, 0);
  }

  /// The sampler that a `sampler` section names, on a list.
  ///
  /// @param section as for [#read]
  /// @param labels of the list, in order
  /// @param seed of all draws
  /// @param ranks how many processes train together
  /// @param rank this process, from 0
  /// @throws ai.fovea.config.ConfigException with everything wrong in the section, or wrong with it on this list
  public static BatchSampler of(Config section, long[] labels, long seed, int ranks, int rank) {
    return on(section, read(section), labels, seed, ranks, rank);
  }

  /// The sampler of a list.
  ///
  /// @param section where what the list does not allow is noted
  /// @throws ai.fovea.config.ConfigException where the list is empty, or has too few classes
  public static BatchSampler on(
      Config section, SamplerPlan plan, long[] labels, long seed, int ranks, int rank) {
    if (labels.length == 0) {
      section.problem("name", "the list is empty, there is nothing to draw from").check();
    }
    try {
      return plan.on(labels, seed, ranks, rank);
    } catch (IllegalArgumentException e) {
      section.problem("batch_size", String.valueOf(e.getMessage())).check();
      throw e;
    }
  }

  /// Reads a `sampler` section: DistributedBatchSampler, BatchSampler, PKSampler (alias DistributedPKSampler),
  /// DistributedRandomIdentitySampler (alias RandomIdentitySampler), RASampler.
  ///
  /// @param section with `name`, `batch_size` and the sampler's own keys
  /// @throws ai.fovea.config.ConfigException with everything wrong in the section
  public static SamplerPlan read(Config section) {
    String name = section.text("name", "DistributedBatchSampler");
    if (KNOWN.contains(name)) {
      section.raw(); // its keys are no mistakes
      section.problem("name", Names.unknown("sampler", name, SUPPORTED, KNOWN)).check();
    }
    int batch = section.integer("batch_size");
    if (batch < 1) {
      section.problem("batch_size", "expected at least 1, found " + batch);
    }
    boolean shuffle = section.flag("shuffle", name.equals("RASampler"));
    boolean dropLast =
        section.flag("drop_last", !name.endsWith("BatchSampler") && !name.equals("RASampler"));
    try {
      return switch (name) {
        case "DistributedBatchSampler", "BatchSampler" -> {
          // Without a name the reference takes what it knows, and leaves the rest.
          if (section.has("name")) {
            section.refuseUnread(name);
          }
          section.check();
          yield new SamplerPlan.Ordinary(batch, shuffle, dropLast);
        }
        case "PKSampler", "DistributedPKSampler" ->
            new SamplerPlan.Pk(pk(section, batch, dropLast));
        case "DistributedRandomIdentitySampler", "RandomIdentitySampler" -> {
          int k = section.integer("num_instances");
          OptionalInt most =
              section.has("max_iters")
                  ? OptionalInt.of(section.integer("max_iters"))
                  : OptionalInt.empty();
          if (k < 1 || batch % k != 0) {
            section.problem(
                "batch_size",
                "the batch size %d must be a multiple of the samples a class (%d)"
                    .formatted(batch, k));
          }
          section.check();
          yield new SamplerPlan.Identity(batch, k, dropLast, most);
        }
        case "RASampler" -> {
          int repeats = section.integer("num_repeats", 3, 1);
          section.check();
          yield new SamplerPlan.Repeated(batch, repeats, shuffle, dropLast);
        }
        default -> {
          section.problem("name", Names.unknown("sampler", name, SUPPORTED, KNOWN)).check();
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
    section.refuseUnread("PKSampler").check();
    List<PkSettings.Boost> boosts = new ArrayList<>();
    for (int i = 0; i < ratio.length; i++) {
      boosts.add(
          new PkSettings.Boost(
              Math.toIntExact(ids[2 * i]), Math.toIntExact(ids[2 * i + 1]), ratio[i]));
    }
    return new PkSettings(batch, k, method.equals("sample_avg_prob"), dropLast, boosts);
  }
}
