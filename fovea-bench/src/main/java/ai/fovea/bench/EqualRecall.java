package ai.fovea.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/// Compares approximate searches at equal recall: each side was measured at several settings (`efSearch`, `nprobe`), and
/// between the two around a recall a figure is interpolated. A setting means another thing in each program; what
/// is found does not.
///
/// @param all the measurements
record EqualRecall(Comparison all) {
  private static final Set<String> SWEPT = Set.of("efSearch", "nprobe");
  private static final List<String> METRICS = List.of("latency", "throughput");
  private static final List<Double> RECALLS = List.of(0.8, 0.9, 0.95, 0.99);
  private static final String RECALL = "recall@10";

  /// A setting's recall and figure.
  private record Point(double recall, double value) {}

  /// Whether a measurement is one of a sweep.
  static boolean isSwept(Comparison.Key key) {
    return key.settings().keySet().stream().anyMatch(SWEPT::contains);
  }

  /// Every comparison that both sides' sweeps allow.
  List<Comparison.Row> rows() {
    var rows = new ArrayList<Comparison.Row>();
    var works = new LinkedHashSet<Comparison.Key>();
    all.ours().keySet().stream()
        .filter(EqualRecall::isSwept)
        .map(EqualRecall::work)
        .forEach(works::add);
    var peers = new LinkedHashSet<String>();
    all.theirs().values().forEach(figures -> peers.addAll(figures.keySet()));
    for (Comparison.Key work : works) {
      if (!METRICS.contains(work.metric())) {
        continue;
      }
      for (String peer : peers) {
        Map<Comparison.Key, List<Double>> theirs = of(peer);
        for (double recall : RECALLS) {
          OptionalDouble mine = at(all.ours(), work, recall);
          OptionalDouble yours = at(theirs, work, recall);
          if (mine.isPresent() && yours.isPresent()) {
            rows.add(
                new Comparison.Row(
                    new Comparison.Key(
                        work.work(),
                        work.metric() + " at recall " + recall,
                        work.unit(),
                        work.threads(),
                        work.settings()),
                    peer,
                    mine.getAsDouble(),
                    yours.getAsDouble(),
                    Math.min(rounds(all.ours(), work), rounds(theirs, work))));
          }
        }
      }
    }
    return rows;
  }

  private Map<Comparison.Key, List<Double>> of(String peer) {
    var figures = new LinkedHashMap<Comparison.Key, List<Double>>();
    all.theirs()
        .forEach((key, byPeer) -> {
          if (byPeer.containsKey(peer)) {
            figures.put(key, byPeer.getOrDefault(peer, List.of()));
          }
        });
    return figures;
  }

  private static int rounds(Map<Comparison.Key, List<Double>> figures, Comparison.Key work) {
    return figures.entrySet().stream()
        .filter(e -> isSwept(e.getKey()) && work(e.getKey()).equals(work))
        .mapToInt(e -> e.getValue().size())
        .min()
        .orElse(0);
  }

  /// The figure at a recall; empty outside of the sweep.
  static OptionalDouble at(
      Map<Comparison.Key, List<Double>> figures, Comparison.Key work, double recall) {
    var points = new TreeMap<Double, Point>();
    figures.forEach((key, values) -> {
      if (isSwept(key) && work(key).equals(work)) {
        List<Double> found =
            figures.getOrDefault(
                new Comparison.Key(key.work(), RECALL, "fraction", key.threads(), key.settings()),
                List.of());
        if (!found.isEmpty()) {
          double at = Comparison.median(found);
          points.put(at, new Point(at, Comparison.median(values)));
        }
      }
    });
    Map.Entry<Double, Point> low = points.floorEntry(recall);
    Map.Entry<Double, Point> high = points.ceilingEntry(recall);
    if (low == null || high == null) {
      return OptionalDouble.empty();
    }
    Point a = low.getValue();
    Point b = high.getValue();
    double share = b.recall == a.recall ? 0 : (recall - a.recall) / (b.recall - a.recall);
    return OptionalDouble.of(a.value + share * (b.value - a.value));
  }

  /// A measurement without the setting that was swept.
  static Comparison.Key work(Comparison.Key key) {
    var settings = new TreeMap<>(key.settings());
    settings.keySet().removeAll(SWEPT);
    return new Comparison.Key(key.work(), key.metric(), key.unit(), key.threads(), settings);
  }
}
