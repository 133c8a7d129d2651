package ai.fovea.gallery.calibration;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.Duplicates;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.Filter;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.Guarantees;
import ai.fovea.gallery.SearchRequest;
import ai.fovea.gallery.Similarity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// How the images of a gallery score against the gallery itself, which is what a threshold is
/// chosen from.
///
/// *Within* scores are what known things get: an image's best score among its label's other images,
/// those of its own series left out ([GenuineScores]). Where most of a label's images show a look
/// of it that resembles other labels more than what is left of their own, they are compared with
/// those of their look alone. *Between* scores are what unknown things get: an image's best score
/// where its whole label is left out, and a negative's best score. The same image under another
/// label counts for neither; it is a [Conflict].
///
/// Immutable. The gallery is asked in batches, by several threads, and not locked: images that come
/// or go meanwhile count or do not.
///
/// Long because one run over a gallery is told in one place: its steps share what was asked,
/// answered and left out.
public final class GalleryScores {
  /// Negatives have no label.
  static final int NO_LABEL = -1;

  /// So many other labels are looked at; the calibration needs to know what is near when a few are
  /// left out.
  private static final int DEPTH = 8;

  private static final int FIRST_K = 256;
  private static final int BATCH = 64;

  /// Of larger labels so many images, evenly spread, are compared with each of theirs.
  private static final int MATES = 512;

  /// Scores of searches are floats: what is nearer to being the same image than this is looked at
  /// closely.
  private static final double NEARLY_IDENTICAL = 1e-4;

  private static final double IDENTICAL = 1e-6;

  private final Similarity similarity;
  private final List<String> labels;
  private final List<QueryScores> asked;
  private final List<Conflict> conflicts;
  private final int images;

  /// The same image under two labels: one of them is wrong, or both are one. Neither counts in a
  /// calibration.
  ///
  /// @param first the entry with the lesser id
  public record Conflict(Entry first, Entry second) {}

  /// One image's answers, as ordered scores: greater is better in either metric.
  ///
  /// @param label its label's number, or [#NO_LABEL]
  /// @param within what it gets from its label's other images ([GenuineScores]); NaN where there
  ///     are none
  /// @param near other labels, nearest first
  /// @param rest no label that is not in `near` has a greater ordered score
  record QueryScores(int label, double within, List<NearestLabel> near, double rest) {

    /// Returns whether all the results that the gallery returns at most were of the image's own
    /// label: what it gets from others is unknown, but for `rest`.
    boolean isCapped() {
      return near.isEmpty() && rest > Double.NEGATIVE_INFINITY;
    }
  }

  /// Another label, and the best ordered score among its images.
  record NearestLabel(int label, double orderedScore) {}

  GalleryScores(Similarity similarity, List<String> labels, List<QueryScores> asked) {
    this(similarity, labels, asked, List.of(), CalibrationSettings.USUAL_IMAGES);
  }

  private GalleryScores(
      Similarity similarity,
      List<String> labels,
      List<QueryScores> asked,
      List<Conflict> conflicts,
      int images) {
    this.similarity = similarity;
    this.labels = List.copyOf(labels);
    this.asked = List.copyOf(asked);
    this.conflicts = List.copyOf(conflicts);
    this.images = images;
  }

  /// Asks a gallery for its own images, and for the negatives.
  ///
  /// @throws IllegalArgumentException for negatives that are no vectors of this gallery's
  public static GalleryScores measure(GalleryReader gallery, CalibrationSettings settings) {
    return measure(gallery, settings, _ -> {});
  }

  /// Returns the same for somebody who waits.
  ///
  /// @param progress gets how many images and negatives were asked so far; called by several
  ///     threads
  public static GalleryScores measure(
      GalleryReader gallery, CalibrationSettings settings, IntConsumer progress) {
    return new Measurement(gallery, settings, progress).run();
  }

  /// One run over a gallery.
  private static final class Measurement {
    private final GalleryReader gallery;
    private final Similarity similarity;
    private final int firstK;
    private final int images;
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final Map<String, List<Entry>> entries = new HashMap<>();
    private final List<Query> queries = new ArrayList<>();
    private final IntConsumer progress;
    private final QueryScores[] answers;
    private final GenuineScores[] within;
    private final Set<Conflict> conflicts = ConcurrentHashMap.newKeySet();
    private static final GenuineScores NONE = new GenuineScores(Double.NaN, Double.NaN);

    // Images of conflicts; filled before a run.
    private final Set<Long> excluded = new HashSet<>();

    Measurement(GalleryReader gallery, CalibrationSettings settings, IntConsumer progress) {
      this.gallery = gallery;
      this.progress = progress;
      this.images = settings.images();
      this.similarity = gallery.info().settings().similarity();
      this.firstK = Math.min(FIRST_K, gallery.guarantees().maxResults());
      List<Entry> all = gallery.entries().toList();
      for (Entry entry : all) {
        numbers.putIfAbsent(entry.label(), numbers.size());
        entries.computeIfAbsent(entry.label(), _ -> new ArrayList<>()).add(entry);
      }
      int step = Math.ceilDiv(Math.max(1, all.size()), settings.images());
      List<Entry> sample =
          IntStream.range(0, Math.ceilDiv(all.size(), step))
              .mapToObj(i -> all.get(i * step))
              .toList();
      Map<Long, float[]> vectors = gallery.allVectors(sample.stream().map(Entry::id).toList());
      for (Entry entry : sample) {
        float[] v = vectors.get(entry.id());
        if (v != null) { // else it was removed meanwhile
          queries.add(new Query(Optional.of(entry), v, orderedScore(v, v)));
        }
      }
      settings
          .negatives()
          .forEach(v -> queries.add(new Query(Optional.empty(), v, orderedScore(v, v))));
      this.answers = new QueryScores[queries.size()];
      this.within = new GenuineScores[queries.size()];
      Arrays.fill(within, NONE);
    }

    GalleryScores run() {
      findEqual();
      int known = conflicts.size();
      ask();
      if (conflicts.size() > known) {
        // What resembles an image that has two labels resembles both, and says nothing either:
        // without these images again.
        conflicts.forEach(c -> excluded.addAll(List.of(c.first().id(), c.second().id())));
        ask();
      }
      compareWithinLooks();
      List<Conflict> sorted =
          conflicts.stream()
              .sorted(
                  Comparator.comparingLong((Conflict c) -> c.first().id())
                      .thenComparingLong(c -> c.second().id()))
              .toList();
      return new GalleryScores(
          similarity, List.copyOf(numbers.keySet()), List.of(answers), sorted, images);
    }

    /// Conflicts among all images, also those that are not asked; nearly equal ones are found by
    /// asking.
    private void findEqual() {
      for (List<Entry> group : Duplicates.equal(gallery)) {
        Map<String, Entry> firsts = new LinkedHashMap<>();
        group.forEach(e -> firsts.putIfAbsent(e.label(), e));
        if (firsts.size() > 1) {
          Entry first = group.getFirst();
          firsts.values().stream()
              .skip(1)
              .forEach(second -> conflicts.add(new Conflict(first, second)));
          group.forEach(e -> excluded.add(e.id()));
        }
      }
    }

    private void ask() {
      List<Integer> everyone = IntStream.range(0, answers.length).boxed().toList();
      everyone.stream()
          .filter(i -> queries.get(i).label().isPresent())
          .collect(Collectors.groupingBy(i -> queries.get(i).label().orElse("")))
          .entrySet()
          .parallelStream()
          .forEach(group ->
              compareWithMates(entries.getOrDefault(group.getKey(), List.of()), group.getValue()));
      AtomicInteger done = new AtomicInteger();
      batches(everyone).parallelStream()
          .forEach(batch -> {
            answerAll(batch, SearchRequest.of(firstK));
            progress.accept(done.addAndGet(batch.size()));
          });
      // Where its own label fills all these places, the others are asked for by name.
      Map<String, List<Integer>> open =
          numbers.size() < 2
              ? Map.of()
              : everyone.stream()
                  .filter(i -> queries.get(i).label().isPresent() && answers[i].near().isEmpty())
                  .collect(Collectors.groupingBy(i -> queries.get(i).label().orElse("")));
      open.entrySet().parallelStream()
          .forEach(group -> {
            for (List<Integer> batch : batches(group.getValue())) {
              answerFromOtherLabels(batch, group.getKey());
            }
          });
    }

    private void answerAll(List<Integer> batch, SearchRequest request) {
      List<List<Candidate>> found = gallery.searchAll(queryVectors(batch), request);
      for (int b = 0; b < batch.size(); b++) {
        answers[batch.get(b)] = answer(batch.get(b), found.get(b), request.k());
      }
    }

    private void answerFromOtherLabels(List<Integer> batch, String label) {
      Filter others = others(label);
      Guarantees guarantees = gallery.guarantees();
      int k = firstK;
      if (!(others instanceof Filter.Everything)) { // that was asked already
        answerAll(batch, SearchRequest.of(k).where(others));
      }
      // More and more results, until another label is among them or the gallery returns no more.
      List<Integer> open = batch.stream().filter(i -> answers[i].isCapped()).toList();
      while (!open.isEmpty() && k < guarantees.maxResults() && k < gallery.info().entries()) {
        k = (int) Math.min(2L * k, guarantees.maxResults());
        answerAll(open, SearchRequest.of(k).where(others));
        open = open.stream().filter(i -> answers[i].isCapped()).toList();
      }
    }

    /// Returns a filter that leaves a label out, as far as the gallery evaluates any.
    private Filter others(String label) {
      Filter negated = Filter.label(label).negate();
      if (gallery.guarantees().supports(negated)) {
        return negated;
      }
      Set<String> names = new HashSet<>(numbers.keySet());
      names.remove(label);
      Filter named = Filter.labels(names);
      return gallery.guarantees().supports(named) ? named : Filter.everything();
    }

    /// Compares queries of one label with the label's other images.
    private void compareWithMates(List<Entry> label, List<Integer> asked) {
      List<Long> compared = new ArrayList<>();
      int step = Math.ceilDiv(Math.max(1, label.size()), MATES);
      for (int i = 0; i < label.size(); i += step) {
        if (!excluded.contains(label.get(i).id())) {
          compared.add(label.get(i).id());
        }
      }
      Map<Long, float[]> mates = gallery.allVectors(compared);
      for (int q : asked) {
        Query query = queries.get(q);
        if (excluded.contains(query.id())) {
          within[q] = NONE;
          continue;
        }
        within[q] =
            GenuineScores.of(
                mates.entrySet().stream()
                    .filter(mate ->
                        mate.getKey() != query.id() && !identical(query.vector(), mate.getValue()))
                    .mapToDouble(mate -> orderedScore(query.vector(), mate.getValue()))
                    .toArray(),
                query.self());
      }
    }

    /// On eight labels with eight photographs each, two of which were made one, 45 % was expected
    /// at the equal error rate, 35 % is, and 24 % comes of it (`docs/results.md`).
    private void compareWithinLooks() {
      int[] asked = new int[numbers.size()];
      int[] looks = new int[numbers.size()];
      for (int q = 0; q < answers.length; q++) {
        QueryScores answer = answers[q];
        if (!Double.isNaN(answer.within())) {
          asked[answer.label()]++;
          boolean look = !Double.isNaN(within[q].insideLook());
          looks[answer.label()] += look && resemblesOthersMore(answer) ? 1 : 0;
        }
      }
      for (int q = 0; q < answers.length; q++) {
        QueryScores answer = answers[q];
        double inside = within[q].insideLook();
        if (!Double.isNaN(inside) && 2 * looks[answer.label()] > asked[answer.label()]) {
          answers[q] = new QueryScores(answer.label(), inside, answer.near(), answer.rest());
        }
      }
    }

    /// Not where nothing is known.
    private static boolean resemblesOthersMore(QueryScores answer) {
      return !answer.near().isEmpty() && answer.within() < answer.near().getFirst().orderedScore();
    }

    private QueryScores answer(int q, List<Candidate> found, int k) {
      Query query = queries.get(q);
      if (excluded.contains(query.id())) {
        return new QueryScores(
            query.label().map(l -> numbers.getOrDefault(l, NO_LABEL)).orElse(NO_LABEL),
            Double.NaN,
            List.of(),
            Double.NEGATIVE_INFINITY);
      }
      Map<String, Double> others = new LinkedHashMap<>();
      double last = Double.NEGATIVE_INFINITY;
      for (Candidate candidate : found) {
        last = similarity.metric().orderedScore(candidate.score());
        boolean own = query.label().stream().anyMatch(candidate.label()::equals);
        if (own
            || excluded.contains(candidate.entry().id())
            || !numbers.containsKey(candidate.label())
            || conflicts(query, candidate)) {
          continue;
        }
        if (others.size() < DEPTH) {
          others.putIfAbsent(candidate.label(), last);
        }
      }
      List<NearestLabel> near = new ArrayList<>(others.size());
      others.forEach((label, orderedScore) ->
          near.add(new NearestLabel(numbers.getOrDefault(label, 0), orderedScore)));
      double behind = found.size() < k ? Double.NEGATIVE_INFINITY : last;
      return new QueryScores(
          query.label().map(l -> numbers.getOrDefault(l, NO_LABEL)).orElse(NO_LABEL),
          within[q].outsideSeries(),
          near,
          near.size() == DEPTH ? near.getLast().orderedScore() : behind);
    }

    /// Returns whether a candidate of another label is the very image of the query. A negative that
    /// is in the gallery is none.
    private boolean conflicts(Query query, Candidate candidate) {
      if (query.entry().isEmpty()
          || query.self() - similarity.metric().orderedScore(candidate.score())
              > NEARLY_IDENTICAL * squaredLength(query.vector())) {
        return false;
      }
      Entry a = query.entry().get();
      Entry b = candidate.entry();
      float[] other = gallery.vectors(Set.of(b.id())).get(b.id());
      boolean same = other != null && identical(query.vector(), other);
      if (same) {
        conflicts.add(a.id() < b.id() ? new Conflict(a, b) : new Conflict(b, a));
      }
      return same;
    }

    /// Returns whether two vectors are those of the same image: equal but for the last digits,
    /// which depend on how many images went through the network at once.
    private static boolean identical(float[] a, float[] b) {
      double sum = 0;
      for (int d = 0; d < a.length; d++) {
        double difference = (double) a[d] - b[d];
        sum += difference * difference;
      }
      return sum <= IDENTICAL * squaredLength(a);
    }

    private static double squaredLength(float[] vector) {
      double sum = 0;
      for (float v : vector) {
        sum += (double) v * v;
      }
      return sum;
    }

    private double orderedScore(float[] a, float[] b) {
      double sum = 0;
      if (similarity == Similarity.L2) {
        for (int d = 0; d < a.length; d++) {
          double difference = (double) a[d] - b[d];
          sum -= difference * difference;
        }
      } else {
        for (int d = 0; d < a.length; d++) {
          sum += (double) a[d] * b[d];
        }
      }
      return sum;
    }

    private float[][] queryVectors(List<Integer> batch) {
      return batch.stream().map(i -> queries.get(i).vector()).toArray(float[][]::new);
    }

    private static List<List<Integer>> batches(List<Integer> of) {
      return IntStream.range(0, Math.ceilDiv(of.size(), BATCH))
          .mapToObj(b -> of.subList(b * BATCH, Math.min(of.size(), (b + 1) * BATCH)))
          .toList();
    }
  }

  /// An image that is asked for: one of the gallery's, or a negative.
  private static final class Query {
    private final Optional<Entry> entry;
    private final float[] vector;

    private final double self;

    Query(Optional<Entry> entry, float[] vector, double self) {
      this.entry = entry;
      this.vector = vector;
      this.self = self;
    }

    /// Returns the ordered score of the image with itself.
    double self() {
      return self;
    }

    Optional<Entry> entry() {
      return entry;
    }

    /// Not to be changed.
    float[] vector() {
      return vector;
    }

    Optional<String> label() {
      return entry.map(Entry::label);
    }

    long id() {
      return entry.map(Entry::id).orElse(-1L);
    }
  }

  /// Returns how the gallery compares.
  public Similarity similarity() {
    return similarity;
  }

  /// Images that are in the gallery under two labels, by rising ids: all with equal vectors, each
  /// label once, and of those that were asked also what differs in the last digits alone.
  public List<Conflict> conflicts() {
    return conflicts;
  }

  /// Returns the within scores.
  public float[] within() {
    return scores(asked.stream().filter(a -> !Double.isNaN(a.within())), QueryScores::within);
  }

  /// Returns the between scores of the gallery's own images.
  public float[] between() {
    return scores(
        asked.stream().filter(a -> a.label() != NO_LABEL && !a.near().isEmpty()),
        a -> a.near().getFirst().orderedScore());
  }

  /// Returns the best scores of the negatives.
  public float[] negatives() {
    return scores(
        asked.stream().filter(a -> a.label() == NO_LABEL && !a.near().isEmpty()),
        a -> a.near().getFirst().orderedScore());
  }

  /// Returns whether there is anything to choose a threshold from, or a usual one.
  public boolean isMeasurable() {
    return similarity == Similarity.COSINE || asked.stream().anyMatch(a -> !a.near().isEmpty());
  }

  /// Returns the threshold that the settings ask for, and all that goes with it.
  ///
  /// @throws GalleryException where there is nothing to compare and the similarity is not cosine
  public Calibration calibration(CalibrationSettings settings) {
    return new ThresholdSelection(this, settings).choose();
  }

  /// Returns what a threshold that somebody chose costs, for all labels alike.
  ///
  /// @param threshold a finite score
  public Calibration calibration(float threshold) {
    return new ThresholdSelection(this, CalibrationSettings.balanced().withPerLabel(false))
        .given(threshold);
  }

  /// Returns how these scores were measured.
  Calibration.Method method(boolean perLabel) {
    long negatives = asked.stream().filter(a -> a.label() == NO_LABEL).count();
    return new Calibration.Method(perLabel, images, (int) negatives);
  }

  List<String> labels() {
    return labels;
  }

  List<QueryScores> asked() {
    return asked;
  }

  private float[] scores(Stream<QueryScores> of, ToDoubleFunction<QueryScores> orderedScore) {
    double[] orderedScores = of.mapToDouble(orderedScore).toArray();
    float[] scores = new float[orderedScores.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = similarity.metric().orderedScore((float) orderedScores[i]);
    }
    return scores;
  }
}
