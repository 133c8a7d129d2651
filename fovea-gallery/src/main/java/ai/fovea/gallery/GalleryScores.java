package ai.fovea.gallery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
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
    List<Integer> open = IntStream.range(0, answers.length).boxed().toList();
    for (int k = FIRST_K; !open.isEmpty(); k *= 4) {
      int most = Math.min(k, all.size() + 1);
      open =
          batches(open).parallelStream()
              .flatMap(batch -> {
                float[][] asked = batch.stream().map(vectors::get).toArray(float[][]::new);
                List<List<Candidate>> found = gallery.searchBatch(asked, most);
                List<Integer> more = new ArrayList<>();
                for (int b = 0; b < asked.length; b++) {
                  int i = batch.get(b);
                  boolean isAll = found.get(b).size() < most;
                  answers[i] = answer(queries.get(i), found.get(b), similarity, numbers, isAll);
                  if (!isAll && !queries.get(i).isAnswered(answers[i])) {
                    more.add(i);
                  }
                }
                return more.stream();
              })
              .toList();
    }
    return new GalleryScores(similarity, List.copyOf(numbers.keySet()), List.of(answers));
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
    boolean isAnswered(Asked answer) {
      return !answer.near().isEmpty() && (alone || !Double.isNaN(answer.within()));
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
      Query query,
      List<Candidate> found,
      Similarity similarity,
      Map<String, Integer> numbers,
      boolean all) {
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
    double behind = all ? Double.NEGATIVE_INFINITY : last;
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
