package ai.fovea.bench;

import ai.fovea.chart.Chart;
import ai.fovea.chart.ChartFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// Draws how searching grows with the number of vectors, from what `search` and the peers printed for several numbers.
final class GrowthPlot {
  static final String USAGE = "plot FILE.jsonl... --out FILE.svg [--recall 0.95]";

  private GrowthPlot() {}

  static void run(List<String> line) throws IOException {
    Arguments arguments = Arguments.of(line, "out", "recall");
    String out = arguments.options().get("out");
    if (out == null) {
      throw new IllegalArgumentException("--out FILE.svg is needed");
    }
    double recall = Double.parseDouble(arguments.options().getOrDefault("recall", "0.95"));
    Comparison all = Comparison.of(arguments.words().stream().map(Path::of).toList());
    Map<String, Map<Comparison.Key, List<Double>>> peers = new LinkedHashMap<>();
    peers.put("Fovea", all.ours());
    all.theirs()
        .forEach((key, byPeer) ->
            byPeer.forEach((peer, values) ->
                peers.computeIfAbsent(peer, _ -> new LinkedHashMap<>()).put(key, values)));
    List<Chart> charts = new ArrayList<>();
    charts.add(chart("Building (rows/s)", peers, "build", recall));
    charts.add(chart("One query at recall " + recall + " (ms)", peers, "latency", recall));
    charts.add(chart("Batches at recall " + recall + " (queries/s)", peers, "throughput", recall));
    charts.add(chart("Memory (MiB)", peers, "memory", recall));
    ChartFile.write(charts, Path.of(out));
  }

  private static Chart chart(
      String title,
      Map<String, Map<Comparison.Key, List<Double>>> peers,
      String metric,
      double recall) {
    Chart chart = Chart.of(title, "vectors", title).withLogX().withLogY();
    for (var peer : peers.entrySet()) {
      Map<String, TreeMap<Double, Double>> byWork = new TreeMap<>();
      for (Comparison.Key key : peer.getValue().keySet()) {
        if (key.metric().equals(metric) && key.settings().containsKey("rows")) {
          point(peer.getValue(), key, recall)
              .ifPresent(value ->
                  byWork
                      .computeIfAbsent(key.work(), _ -> new TreeMap<>())
                      .put(Double.parseDouble(key.settings().getOrDefault("rows", "0")), value));
        }
      }
      for (var work : byWork.entrySet()) {
        chart =
            chart.with(
                work.getKey() + ", " + peer.getKey(),
                peer.getKey(),
                Chart.Kind.DOTS,
                List.copyOf(work.getValue().keySet()),
                List.copyOf(work.getValue().values()));
      }
    }
    return chart;
  }

  private static OptionalDouble point(
      Map<Comparison.Key, List<Double>> figures, Comparison.Key key, double recall) {
    return EqualRecall.isSwept(key)
        ? EqualRecall.at(figures, EqualRecall.work(key), recall)
        : OptionalDouble.of(Comparison.median(figures.getOrDefault(key, List.of())));
  }
}
