package ai.fovea.data.golden;

import ai.fovea.data.BatchSampler;
import ai.fovea.data.IdentitySampler;
import ai.fovea.data.PkSampler;
import ai.fovea.data.Samplers;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.GoldenFile;
import ai.fovea.testkit.GoldenFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// `samplers.json`: exact batches where nothing is random, else the contract and the statistics of the draws.
public final class SamplerCases implements GoldenFormat {
  private static final long SEED = 7;

  @Override
  public String name() {
    return "samplers";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    return CaseFile.all(content, "sampler");
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) {
    results(file).forEach(sink);
  }

  /// Runs every case of `file`.
  private static List<CaseResult> results(Path file) {
    return CaseFile.cases(CaseFile.read(file)).stream()
        .map(c -> {
          String name = c.path("name").asString();
          try {
            String wrong = run(c);
            return wrong.isEmpty()
                ? CaseResult.passed(name, file.toString())
                : wrong.startsWith("-")
                    ? CaseResult.skipped(name, wrong.substring(1), file.toString())
                    : CaseResult.failed(name, "the sampler's contract", wrong, file.toString());
          } catch (RuntimeException e) {
            return CaseResult.failed(name, "batches", String.valueOf(e), file.toString());
          }
        })
        .toList();
  }

  /// What is wrong, empty where nothing is; `-` and the reason where the sampler is not built.
  private static String run(JsonNode c) {
    return switch (c.path("sampler").asString()) {
      case "DistributedBatchSampler", "BatchSampler" -> c.has("epochs") ? shuffled(c) : ordinary(c);
      case "PKSampler" -> pk(c);
      case "DistributedRandomIdentitySampler" -> identity(c);
      case "RASampler" -> repeated(c);
      default -> "-the sampler " + c.path("sampler").asString() + " is not built yet";
    };
  }

  private static BatchSampler sampler(
      JsonNode c, Map<String, Object> extra, long[] labels, int ranks, int rank) {
    Map<String, Object> section = new LinkedHashMap<>(extra);
    section.put("name", c.path("sampler").asString());
    for (String key : List.of("batch_size", "drop_last", "shuffle", "num_repeats")) {
      if (c.has(key)) {
        section.put(key, GoldenFile.plain(c.path(key)));
      }
    }
    return Samplers.of(AsYaml.config(section), labels, SEED, ranks, rank);
  }

  private static String ordinary(JsonNode c) {
    JsonNode perRank = c.path("ranks");
    long[] labels = new long[c.path("dataset_size").asInt()];
    for (int rank = 0; rank < perRank.size(); rank++) {
      BatchSampler s = sampler(c, Map.of("shuffle", false), labels, perRank.size(), rank);
      String wrong =
          compare(
              perRank.get(rank).path("len").asInt(), perRank.get(rank).path("batches"), s, false);
      if (!wrong.isEmpty()) {
        return "rank " + rank + ": " + wrong;
      }
    }
    return "";
  }

  private static String shuffled(JsonNode c) {
    int n = c.path("dataset_size").asInt();
    BatchSampler s = sampler(c, Map.of(), new long[n], 1, 0);
    Set<List<Integer>> orders = new HashSet<>();
    for (int epoch = 0; epoch < c.path("epochs").size(); epoch++) {
      List<Integer> order = new ArrayList<>();
      s.epoch(epoch).forEach(b -> Arrays.stream(b).forEach(order::add));
      if (new HashSet<>(order).size() != n || order.size() != n) {
        return "epoch " + epoch + " is not a permutation";
      }
      if (!orders.add(order)) {
        return "two epochs have the same order";
      }
      if (s.epoch(epoch).size() != c.path("epochs").get(epoch).size()) {
        return s.epoch(epoch).size() + " batches";
      }
    }
    return "";
  }

  private static String repeated(JsonNode c) {
    long[] labels = new long[c.path("dataset_size").asInt()];
    BatchSampler s =
        sampler(
            c,
            Map.of("shuffle", false),
            labels,
            c.path("num_replicas").asInt(),
            c.path("rank").asInt());
    return compare(c.path("len").asInt(), c.path("batches"), s, true);
  }

  private static String compare(int length, JsonNode expected, BatchSampler s, boolean excerpt) {
    List<int[]> got = s.epoch(0);
    if (s.batches() != length || got.size() != length) {
      return "expected " + length + " batches, got " + s.batches() + " and " + got.size();
    }
    // an excerpt holds the first two batches and the last one
    for (int i = 0; i < expected.size(); i++) {
      int at = excerpt && i == expected.size() - 1 ? got.size() - 1 : i;
      int[] want =
          Arrays.stream(CaseFile.longs(expected.get(i))).mapToInt(Math::toIntExact).toArray();
      if (!Arrays.equals(want, got.get(at))) {
        return "batch "
            + at
            + ": expected "
            + Arrays.toString(want)
            + ", got "
            + Arrays.toString(got.get(at));
      }
    }
    return "";
  }

  private static String pk(JsonNode c) {
    long[] labels = CaseFile.longs(c.path("labels"));
    Map<String, Object> params = params(c);
    PkSampler s = (PkSampler) sampler(c, params, labels, 1, 0);
    if (s.batches() != c.path("len").asInt()) {
      return "expected " + c.path("len").asInt() + " batches, got " + s.batches();
    }
    for (int i = 0; i < s.labels().length; i++) {
      double want =
          CaseFile.number(c.path("label_probability").path(String.valueOf(s.labels()[i])));
      if (!CaseFile.near(want, s.probabilities()[i], 1e-9)) {
        return "label "
            + s.labels()[i]
            + ": expected probability "
            + want
            + ", got "
            + s.probabilities()[i];
      }
    }
    int k = c.path("params").path("sample_per_id").asInt();
    int wanted = c.path("observed").path("batches").asInt(2400);
    Map<Long, Integer> seen = new LinkedHashMap<>();
    int drawn = 0;
    for (int epoch = 0; drawn < wanted; epoch++) {
      for (int[] batch : s.epoch(epoch)) {
        String wrong = groups(batch, labels, k, true);
        if (!wrong.isEmpty()) {
          return wrong;
        }
        if (drawn++ < wanted) {
          for (int at = 0; at < batch.length; at += k) {
            seen.merge(labels[batch[at]], 1, Integer::sum);
          }
        }
      }
    }
    for (var entry : c.path("observed").path("batches_with_label").properties()) {
      double want = entry.getValue().asDouble();
      int got = seen.getOrDefault(Long.parseLong(entry.getKey()), 0);
      double p = want / wanted;
      if (Math.abs(want - got) > 5 * Math.sqrt(2 * wanted * p * (1 - p)) + 1) {
        return "label "
            + entry.getKey()
            + " in "
            + got
            + " of "
            + wanted
            + " batches, expected about "
            + want;
      }
    }
    return "";
  }

  private static String identity(JsonNode c) {
    long[] labels = CaseFile.longs(c.path("labels"));
    Map<String, Object> params = params(c);
    IdentitySampler s = (IdentitySampler) sampler(c, params, labels, 1, 0);
    if (s.batches() != c.path("len").asInt()
        || s.usedSamples() != c.path("estimated_length").asInt()) {
      return "expected "
          + c.path("len").asInt()
          + " batches of "
          + c.path("estimated_length").asInt()
          + " samples, got "
          + s.batches()
          + " of "
          + s.usedSamples();
    }
    int k = c.path("params").path("num_instances").asInt();
    for (int epoch = 0; epoch < 50; epoch++) {
      List<int[]> batches = s.epoch(epoch);
      JsonNode range = c.path("real_batches_min_max");
      if (batches.size() > s.batches()
          || (range.size() == 2 && batches.size() < range.get(0).asInt() - 1)) {
        return batches.size() + " batches in epoch " + epoch;
      }
      for (int[] batch : batches) {
        String wrong = groups(batch, labels, k, false);
        if (!wrong.isEmpty()) {
          return wrong;
        }
      }
    }
    return "";
  }

  /// Whether a batch is made of groups of `k` samples of one label each, labels distinct.
  private static String groups(int[] batch, long[] labels, int k, boolean distinctIfEnough) {
    Set<Long> found = new HashSet<>();
    for (int at = 0; at < batch.length; at += k) {
      long label = labels[batch[at]];
      if (!found.add(label)) {
        return "label " + label + " comes twice in a batch";
      }
      int[] group = Arrays.copyOfRange(batch, at, at + k);
      if (Arrays.stream(group).anyMatch(i -> labels[i] != label)) {
        return "a group has several labels: " + Arrays.toString(group);
      }
      long members = Arrays.stream(labels).filter(l -> l == label).count();
      if (distinctIfEnough && members >= k && Arrays.stream(group).distinct().count() != k) {
        return "a sample comes twice though label " + label + " has " + members;
      }
    }
    return "";
  }

  @SuppressWarnings("unchecked") // a JSON object
  private static Map<String, Object> params(JsonNode c) {
    return (Map<String, Object>) GoldenFile.plain(c.path("params"));
  }
}
