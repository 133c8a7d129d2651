package ai.fovea.gallery;

import ai.fovea.index.Search;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How the pictures of a gallery score against the gallery itself, which is what a threshold is chosen from.
///
/// *Within* scores are what known things get: a picture's best score among its label's other pictures. *Between* scores are what
/// unknown things get: a picture's best score where its whole label is left out, and a negative's best score.
///
/// Immutable. The gallery is asked in batches, by several threads, and not locked: pictures that come or go meanwhile
/// count or do not.
public final class GalleryScores {
  /// Negatives have no label.
  static final int NO_LABEL = -1;

  /// So many other labels are looked at; the calibration needs to know what is near when a few are left out.
  private static final int DEPTH = 8;

  private static final int FIRST_K = 256;
  private static final int BATCH = 64;

  private final Similarity similarity;
  private final List<String> labels;
  private final List<Asked> asked;

  /// One picture's answers, as merits: greater is better in either metric.
  ///
  /// @param label its label's number, or [#NO_LABEL]
  /// @param within the best merit among its label's other pictures; NaN where there are none
  /// @param near other labels, nearest first
  /// @param rest no label that is not in `near` has a greater merit
  record Asked(int label, double within, List<Near> near, double rest) {}

  /// Another label, and the best merit among its pictures.
  record Near(int label, double merit) {}

  GalleryScores(Similarity similarity, List<String> labels, List<Asked> asked) {
    this.similarity = similarity;
    this.labels = List.copyOf(labels);
    this.asked = List.copyOf(asked);
  }

  /// Asks a gallery for its own pictures, and for the negatives.
  ///
  /// @throws IllegalArgumentException for negatives that are no vectors of this gallery's
  public static GalleryScores measure(Gallery gallery, CalibrationSettings settings) {
    List<Entry> all = gallery.entries();
    Map<String, Integer> numbers = new LinkedHashMap<>();
    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (Entry entry : all) {
      numbers.putIfAbsent(entry.label(), numbers.size());
      sizes.merge(entry.label(), 1, Integer::sum);
    }
    List<Query> queries = new ArrayList<>();
    List<float[]> vectors = new ArrayList<>();
    int step = Math.ceilDiv(Math.max(1, all.size()), settings.pictures());
    for (int i = 0; i < all.size(); i += step) {
      Entry entry = all.get(i);
      boolean alone = sizes.getOrDefault(entry.label(), 0) < 2;
      vector(gallery, entry.id())
          .ifPresent(v -> {
            queries.add(new Query(entry.id(), Optional.of(entry.label()), alone));
            vectors.add(v);
          });
    }
    settings.negatives().forEach(_ -> queries.add(new Query(-1, Optional.empty(), true)));
    vectors.addAll(settings.negatives());
    Similarity similarity = gallery.info().settings().similarity();
    Asked[] answers = new Asked[queries.size()];
    List<Integer> everyone = IntStream.range(0, answers.length).boxed().toList();
    batches(everyone).parallelStream()
        .forEach(batch -> {
          List<List<Candidate>> found = gallery.searchBatch(vectors(vectors, batch), FIRST_K);
          for (int b = 0; b < batch.size(); b++) {
            answers[batch.get(b)] =
                answer(queries.get(batch.get(b)), found.get(b), similarity, numbers);
          }
        });
    // Where a label fills all these places, or none: the others are asked for by name.
    Map<String, List<Integer>> open =
        everyone.stream()
            .filter(i -> !queries.get(i).isAnswered(answers[i], numbers.size()))
            .collect(Collectors.groupingBy(i -> queries.get(i).label().orElse("")));
    open.entrySet().parallelStream()
        .flatMap(group -> batches(group.getValue()).stream())
        .forEach(batch -> complete(gallery, similarity, numbers, queries, vectors, batch, answers));
    return new GalleryScores(similarity, List.copyOf(numbers.keySet()), List.of(answers));
  }

  /// Asks for the nearest of other labels, and of the own one, of pictures that all have the same label.
  private static void complete(
      Gallery gallery,
      Similarity similarity,
      Map<String, Integer> numbers,
      List<Query> queries,
      List<float[]> vectors,
      List<Integer> batch,
      Asked[] answers) {
    String own = queries.get(batch.getFirst()).label().orElse("");
    float[][] asked = vectors(vectors, batch);
    List<List<Candidate>> others =
        gallery.searchBatch(asked, Search.of(FIRST_K), e -> !e.label().equals(own));
    // Itself and one more.
    List<List<Candidate>> same =
        gallery.searchBatch(asked, Search.of(2), e -> e.label().equals(own));
    for (int b = 0; b < asked.length; b++) {
      List<Candidate> found = new ArrayList<>(same.get(b));
      found.addAll(others.get(b));
      found.sort((x, y) ->
          Float.compare(
              similarity.metric().merit(y.score()), similarity.metric().merit(x.score())));
      answers[batch.get(b)] = answer(queries.get(batch.get(b)), found, similarity, numbers);
    }
  }

  private static float[][] vectors(List<float[]> vectors, List<Integer> batch) {
    return batch.stream().map(vectors::get).toArray(float[][]::new);
  }

  private static List<List<Integer>> batches(List<Integer> open) {
    return IntStream.range(0, Math.ceilDiv(open.size(), BATCH))
        .mapToObj(b -> open.subList(b * BATCH, Math.min(open.size(), (b + 1) * BATCH)))
        .toList();
  }

  /// A picture that is asked for.
  ///
  /// @param alone whether it is its label's only one
  private record Query(long id, Optional<String> label, boolean alone) {
    /// @param labels how many the gallery has
    boolean isAnswered(Asked answer, int labels) {
      boolean hasOthers = !answer.near().isEmpty() || labels < 2;
      return label.isEmpty() || (hasOthers && (alone || !Double.isNaN(answer.within())));
    }
  }

  private static Optional<float[]> vector(Gallery gallery, long id) {
    try {
      return Optional.of(gallery.vector(id));
    } catch (NoSuchElementException e) {
      return Optional.empty(); // removed meanwhile
    }
  }

  private static Asked answer(
      Query query, List<Candidate> found, Similarity similarity, Map<String, Integer> numbers) {
    double within = Double.NaN;
    Map<String, Double> others = new LinkedHashMap<>();
    double last = Double.NEGATIVE_INFINITY;
    for (Candidate candidate : found) {
      last = similarity.metric().merit(candidate.score());
      if (query.label().isPresent() && query.label().get().equals(candidate.label())) {
        if (candidate.entry().id() != query.id() && Double.isNaN(within)) {
          within = last;
        }
      } else if (others.size() < DEPTH && numbers.containsKey(candidate.label())) {
        others.putIfAbsent(candidate.label(), last);
      }
    }
    List<Near> near = new ArrayList<>(others.size());
    others.forEach((label, merit) -> near.add(new Near(numbers.getOrDefault(label, 0), merit)));
    double behind = found.size() < FIRST_K ? Double.NEGATIVE_INFINITY : last;
    return new Asked(
        query.label().map(l -> numbers.getOrDefault(l, NO_LABEL)).orElse(NO_LABEL),
        within,
        near,
        near.size() == DEPTH ? near.getLast().merit() : behind);
  }

  /// How the gallery compares.
  public Similarity similarity() {
    return similarity;
  }

  /// The within scores.
  public float[] within() {
    return scores(asked.stream().filter(a -> !Double.isNaN(a.within())), Asked::within);
  }

  /// The between scores of the gallery's own pictures.
  public float[] between() {
    return scores(
        asked.stream().filter(a -> a.label() != NO_LABEL && !a.near().isEmpty()),
        a -> a.near().getFirst().merit());
  }

  /// The best scores of the negatives.
  public float[] negatives() {
    return scores(
        asked.stream().filter(a -> a.label() == NO_LABEL && !a.near().isEmpty()),
        a -> a.near().getFirst().merit());
  }

  /// The threshold for a false accept rate, and all that goes with it.
  ///
  /// @throws GalleryException where there is nothing to compare and the similarity is not cosine
  public Calibration calibration(CalibrationSettings settings) {
    return new Calibrator(this, settings).choose();
  }

  List<String> labels() {
    return labels;
  }

  List<Asked> asked() {
    return asked;
  }

  private float[] scores(Stream<Asked> of, ToDoubleFunction<Asked> merit) {
    double[] merits = of.mapToDouble(merit).toArray();
    float[] scores = new float[merits.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = similarity.metric().merit((float) merits[i]);
    }
    return scores;
  }
}
