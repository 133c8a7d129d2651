package ai.fovea.data;

import ai.fovea.config.Config;
import ai.fovea.config.Names;
import ai.fovea.config.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    String name = section.has("name") ? section.text("name") : "DistributedBatchSampler";
    int batch =
        KNOWN.contains(name) && !section.has("batch_size") ? 1 : section.positive("batch_size");
    boolean shuffle = section.flag("shuffle", name.equals("RASampler"));
    boolean dropLast =
        section.flag("drop_last", !name.endsWith("BatchSampler") && !name.equals("RASampler"));
    Optional<SamplerPlan> known = named(name, section, batch, shuffle, dropLast);
    if (known.isPresent()) {
      section.check();
      return known.get();
    }
    if (!name.isEmpty()) { // that it is no text is told already
      section.problem("name", Names.unknown("sampler", name, SUPPORTED, KNOWN));
    }
    // Of the one that is meant, what is wrong with its settings is told too.
    if (KNOWN.contains(name)
        || Names.meant(name, SUPPORTED)
            .flatMap(n -> named(n, section, batch, shuffle, dropLast))
            .isEmpty()) {
      section.leaveRest(); // its keys are no mistakes
    }
    section.check();
    throw new IllegalStateException("check() throws");
  }

  /// @return empty for a name that is not known
  private static Optional<SamplerPlan> named(
      String name, Config section, int batch, boolean shuffle, boolean dropLast) {
    SamplerPlan plan;
    switch (name) {
      case "DistributedBatchSampler", "BatchSampler" -> {
        // Without a name the reference takes what it knows, and leaves the rest.
        if (section.has("name")) {
          section.refuseUnread(name);
        }
        plan = new SamplerPlan.Ordinary(batch, shuffle, dropLast);
      }
      case "PKSampler", "DistributedPKSampler" -> {
        int k = samplesPerClass(section, "sample_per_id", batch);
        plan = new SamplerPlan.Pk(pk(section, batch, k, dropLast));
      }
      case "DistributedRandomIdentitySampler", "RandomIdentitySampler" -> {
        int k = samplesPerClass(section, "num_instances", batch);
        OptionalInt most =
            section.has("max_iters")
                ? OptionalInt.of(section.positive("max_iters"))
                : OptionalInt.empty();
        plan = new SamplerPlan.Identity(batch % k == 0 ? batch : k, k, dropLast, most);
      }
      case "RASampler" ->
          plan =
              new SamplerPlan.Repeated(
                  batch, section.integer("num_repeats", 3, 1), shuffle, dropLast);
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(plan);
  }

  /// At least 1; a number that does not divide the batch is a problem.
  private static int samplesPerClass(Config section, String key, int batch) {
    int k = section.positive(key);
    if (batch % k != 0) {
      section.problem(
          "batch_size",
          "the batch size %d must be a multiple of the samples a class (%s: %d)"
              .formatted(batch, key, k));
    }
    return k;
  }

  private static PkSettings pk(Config section, int batch, int k, boolean dropLast) {
    String method =
        section.word("sample_method", "sample_avg_prob", "sample_avg_prob", "id_avg_prob");
    long[] ids = section.integers("id_list");
    double[] ratio = section.numbers("ratio", Range.atLeast(0));
    if (ids.length != 2 * ratio.length) {
      section.problem(
          "id_list",
          "expected a first and a last position for each of the "
              + ratio.length
              + " ratios, found "
              + ids.length
              + " numbers");
    }
    List<PkSettings.Boost> boosts = new ArrayList<>();
    for (int i = 0; i < Math.min(ratio.length, ids.length / 2); i++) {
      long first = ids[2 * i];
      long last = ids[2 * i + 1];
      if (first < 0 || last < first || last > Integer.MAX_VALUE) {
        section.problem(
            "id_list",
            "expected a first position of 0 or more and a last one not before it, found %d and %d"
                .formatted(first, last));
      } else {
        boosts.add(new PkSettings.Boost((int) first, (int) last, Math.max(0, ratio[i])));
      }
    }
    section.refuseUnread("PKSampler");
    return new PkSettings(
        batch % k == 0 ? batch : k, k, method.equals("sample_avg_prob"), dropLast, boosts);
  }
}
