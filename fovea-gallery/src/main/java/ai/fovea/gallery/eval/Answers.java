package ai.fovea.gallery.eval;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GalleryInfo;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.SearchRequest;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.decision.DecisionPolicy;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Asks a gallery many queries, in batches and by several threads.
final class Answers {
  private static final int BATCH = 64;

  private Answers() {}

  /// Returns the `k` images nearest to each query, without the query itself.
  static List<List<Candidate>> search(GalleryReader gallery, List<NewEntry> queries, int k) {
    return IntStream.range(0, Math.ceilDiv(queries.size(), BATCH))
        .parallel()
        .mapToObj(b -> queries.subList(b * BATCH, Math.min(queries.size(), (b + 1) * BATCH)))
        .flatMap(batch -> {
          float[][] vectors = batch.stream().map(NewEntry::vector).toArray(float[][]::new);
          // One more, because a query may find itself.
          List<List<Candidate>> found = gallery.searchAll(vectors, SearchRequest.of(k + 1));
          return IntStream.range(0, vectors.length)
              .mapToObj(i -> others(found.get(i), batch.get(i), k));
        })
        .toList();
  }

  /// Returns what the gallery says, by its thresholds of this moment.
  static List<Answer> decide(
      GalleryReader gallery,
      List<NewEntry> queries,
      List<List<Candidate>> found,
      DecisionPolicy policy) {
    GalleryInfo info = gallery.info();
    Calibration thresholds = policy.calibration(info.calibration(), info.settings().similarity());
    Map<String, List<Entry>> entries =
        gallery.entries().collect(Collectors.groupingBy(Entry::label));
    return IntStream.range(0, queries.size())
        .mapToObj(i ->
            answer(
                queries.get(i),
                found.get(i),
                entries.getOrDefault(queries.get(i).label(), List.of()),
                policy,
                thresholds,
                info.settings().similarity()))
        .toList();
  }

  private static List<Candidate> others(List<Candidate> found, NewEntry query, int max) {
    return found.stream().filter(c -> !isItself(query, c.entry())).limit(max).toList();
  }

  private static boolean isItself(NewEntry query, Entry entry) {
    return query.source().isPresent() && query.source().equals(entry.source());
  }

  /// @param label the images that the gallery has of the query's label
  private static Answer answer(
      NewEntry query,
      List<Candidate> found,
      List<Entry> label,
      DecisionPolicy policy,
      Calibration thresholds,
      Similarity similarity) {
    int rank = 0;
    for (int i = 0; i < found.size() && rank == 0; i++) {
      rank = found.get(i).label().equals(query.label()) ? i + 1 : 0;
    }
    List<Candidate> voters = found.subList(0, Math.min(policy.k(), found.size()));
    return new Answer(
        query.label(),
        label.stream().anyMatch(e -> !isItself(query, e)),
        query.source(),
        policy.decide(voters, thresholds, similarity),
        rank);
  }
}
