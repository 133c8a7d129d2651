package ai.fovea.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Puts measurements of the same work beside each other. Several lines of one peer are rounds: their median counts.
///
/// @param ours by key
/// @param theirs by key, then by peer
record Comparison(Map<Key, List<Double>> ours, Map<Key, Map<String, List<Double>>> theirs) {
  /// What must agree for two figures to be compared. Lengths of files may differ by an encoder's whim and do not count.
  record Key(String work, String metric, String unit, int threads, Map<String, String> settings) {}

  /// One line of the table.
  ///
  /// @param rounds how many lines of each side were there, the smaller number
  record Row(Key key, String peer, double ours, double theirs, int rounds) {
    /// How many times better ours is; above 1 is better, whichever way the unit goes.
    double ratio() {
      return key.unit.endsWith("/s") ? ours / theirs : theirs / ours;
    }
  }

  /// Reads files of one JSON object a line; other lines are passed over.
  static Comparison of(List<Path> files) throws IOException {
    var all = new Comparison(new LinkedHashMap<>(), new LinkedHashMap<>());
    var json = new JsonMapper();
    for (Path file : files) {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith("{")) {
          all.add(json.readTree(line));
        }
      }
    }
    return all;
  }

  private void add(JsonNode r) {
    var settings = new TreeMap<String, String>();
    for (var e : r.path("settings").properties()) {
      if (!e.getKey().equals("mean_bytes")) {
        settings.put(e.getKey(), e.getValue().toString());
      }
    }
    var key =
        new Key(
            r.path("work").asString(),
            r.path("metric").asString(),
            r.path("unit").asString(),
            r.path("threads").asInt(),
            settings);
    String peer = r.path("peer").asString();
    List<Double> values =
        peer.equals("fovea")
            ? ours.computeIfAbsent(key, _ -> new ArrayList<>())
            : theirs
                .computeIfAbsent(key, _ -> new LinkedHashMap<>())
                .computeIfAbsent(peer, _ -> new ArrayList<>());
    values.add(r.path("value").asDouble());
  }

  /// All pairs of the same work; searches are compared where they find the same share of the nearest.
  List<Row> rows() {
    var rows = new ArrayList<Row>();
    ours.forEach((key, mine) -> {
      if (EqualRecall.isSwept(key)) {
        return;
      }
      theirs
          .getOrDefault(key, Map.of())
          .forEach((peer, yours) ->
              rows.add(
                  new Row(
                      key,
                      peer,
                      median(mine),
                      median(yours),
                      Math.min(mine.size(), yours.size()))));
    });
    rows.addAll(new EqualRecall(this).rows());
    return rows;
  }

  static double median(List<Double> values) {
    return Result.median(values.stream().mapToDouble(v -> v).toArray());
  }
}
