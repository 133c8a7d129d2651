package ai.fovea.gallery.eval;

import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.index.eval.EvaluationSet;
import ai.fovea.index.eval.RetrievalMetrics;
import ai.fovea.index.eval.RetrievalSettings;
import ai.fovea.index.eval.RetrievalSettings.Excluded;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// The whole gallery ranked for each query, exactly, whatever its index.
final class Ranking {
  private Ranking() {}

  /// mAP, a query's own image left out; empty for a gallery that is too large, or where no query is
  /// known.
  static OptionalDouble meanAveragePrecision(GalleryReader gallery, List<NewEntry> queries) {
    List<Entry> listed = gallery.entries().toList();
    int dimension = gallery.info().settings().dimension();
    if ((long) listed.size() * dimension > Evaluation.MOST_VALUES) {
      return OptionalDouble.empty();
    }
    Similarity similarity = gallery.info().settings().similarity();
    Map<String, Long> labels = new HashMap<>();
    Map<String, Long> sources = new HashMap<>();
    Map<Long, float[]> vectors = gallery.allVectors(listed.stream().map(Entry::id).toList());
    // Without those that were removed meanwhile.
    List<Entry> entries = listed.stream().filter(e -> vectors.containsKey(e.id())).toList();
    EvaluationSet stored =
        set(
            vectors.values().stream().map(v -> row(v, similarity, true)).toArray(float[][]::new),
            entries.stream().mapToLong(e -> number(labels, e.label())).toArray(),
            entries.stream().mapToLong(e -> source(sources, e.source())).toArray());
    EvaluationSet asked =
        set(
            queries.stream().map(q -> row(q.vector(), similarity, false)).toArray(float[][]::new),
            queries.stream().mapToLong(q -> number(labels, q.label())).toArray(),
            queries.stream().mapToLong(q -> source(sources, q.source())).toArray());
    var result =
        RetrievalMetrics.evaluate(
            asked,
            stored,
            new RetrievalSettings(List.of(), List.of(), Excluded.LEAVE, OptionalInt.empty()));
    return result.matchable() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(result.meanAveragePrecision());
  }

  private static EvaluationSet set(float[][] vectors, long[] labels, long[] sources) {
    return EvaluationSet.of(vectors, labels).withCameras(sources);
  }

  /// Returns a vector for a ranking by inner product: `|x - q|²` falls as `x·q - |x|²/2` rises.
  private static float[] row(float[] vector, Similarity similarity, boolean stored) {
    if (similarity != Similarity.L2) {
      return vector;
    }
    float[] longer = Arrays.copyOf(vector, vector.length + 1);
    double squared = 0;
    for (float v : vector) {
      squared += (double) v * v;
    }
    longer[vector.length] = stored ? (float) (-squared / 2) : 1;
    return longer;
  }

  private static long number(Map<String, Long> numbers, String text) {
    return numbers.computeIfAbsent(text, _ -> (long) numbers.size());
  }

  /// Images without a source are each other than all others.
  private static long source(Map<String, Long> sources, Optional<String> source) {
    return number(sources, source.orElseGet(() -> "\n" + sources.size()));
  }
}
