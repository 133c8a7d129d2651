package ai.fovea.gallery.eval;

import static java.util.stream.Collectors.toSet;

import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.calibration.Rate;
import ai.fovea.gallery.decision.DecisionPolicy;
import ai.fovea.gallery.eval.Answer.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/// How well a gallery answers labelled queries.
///
/// Queries with labels that the gallery lacks are *unknown*: the right answer is that it does not
/// know them. So are those that are the only image of their label, as a query does not find itself.
/// Shares are of queries, with intervals that count labels ([Rate]).
///
/// @param queries how many queries there are
/// @param known how many of these have a label of the gallery, with another image than the query
///     itself
/// @param recall for `k` = 1, 5 and 10 the share of known queries with an image of their label
///     among the `k` nearest
/// @param meanAveragePrecision over the known queries (see [ai.fovea.index.eval.RetrievalResult]);
///     empty where the gallery is too large to be ranked as a whole, more than [#MOST_VALUES]
///     values
/// @param right known queries that got their label
/// @param wrongLabel known queries that got another label
/// @param falseRejects known queries that were rejected as unknown
/// @param falseAccepts unknown queries that got a label
/// @param labels each label of the gallery or of a query, sorted
/// @param answers one for each query, in their order
public record Evaluation(
    int queries,
    int known,
    SortedMap<Integer, Rate> recall,
    OptionalDouble meanAveragePrecision,
    Rate right,
    Rate wrongLabel,
    Rate falseRejects,
    Rate falseAccepts,
    List<LabelFigures> labels,
    List<Answer> answers) {
  /// Galleries with more values in their vectors than this are not ranked as a whole: 1 GiB of
  /// them.
  public static final long MOST_VALUES = 1L << 28;

  private static final List<Integer> RECALL_AT = List.of(1, 5, 10);

  /// Copies.
  public Evaluation {
    recall = Collections.unmodifiableSortedMap(new TreeMap<>(recall));
    labels = List.copyOf(labels);
    answers = List.copyOf(answers);
  }

  /// Asks a gallery. A query that the gallery holds itself, by its source, does not find itself.
  ///
  /// @param queries labelled vectors; ids and attributes do not matter
  /// @param policy how labels are chosen
  /// @throws IllegalArgumentException for vectors that do not fit the gallery
  public static Evaluation of(
      GalleryReader gallery, List<NewEntry> queries, DecisionPolicy policy) {
    int k = Math.max(RECALL_AT.getLast(), policy.k());
    List<Answer> answers =
        Answers.decide(gallery, queries, Answers.search(gallery, queries, k), policy);
    return of(gallery, answers, Ranking.meanAveragePrecision(gallery, queries));
  }

  static Evaluation of(GalleryReader gallery, List<Answer> answers, OptionalDouble precision) {
    SortedMap<Integer, Rate> recall = new TreeMap<>();
    for (int k : RECALL_AT) {
      recall.put(k, rate(answers, Answer::known, a -> a.rank() > 0 && a.rank() <= k));
    }
    return new Evaluation(
        answers.size(),
        (int) answers.stream().filter(Answer::known).count(),
        recall,
        precision,
        rate(answers, Answer::known, a -> a.kind() == Kind.RIGHT),
        rate(answers, Answer::known, a -> a.kind() == Kind.WRONG_LABEL),
        rate(answers, Answer::known, a -> a.kind() == Kind.FALSE_REJECT),
        rate(answers, a -> !a.known(), a -> a.kind() == Kind.FALSE_ACCEPT),
        labels(gallery, answers),
        answers);
  }

  /// Returns how many queries the gallery should not know: [#alone()], and those with labels that
  /// it lacks.
  public int unknown() {
    return queries - known;
  }

  /// Returns how many queries are the only image of their label in the gallery, and so can't be
  /// answered with it.
  public int alone() {
    Set<String> there =
        labels.stream().filter(LabelFigures::known).map(LabelFigures::label).collect(toSet());
    return (int) answers.stream().filter(a -> !a.known() && there.contains(a.label())).count();
  }

  /// Which label was taken for which, most frequent first.
  ///
  /// @param label the true label
  /// @param answered the label that was answered
  /// @param known whether the gallery has the true label, with another image than the query
  /// @param answers the queries, worst first
  public record Confusion(String label, String answered, boolean known, List<Answer> answers) {}

  /// Returns all wrong labels and false accepts, by pairs of labels, most frequent first, of
  /// equally frequent ones the worst first.
  public List<Confusion> confusions() {
    Map<List<String>, List<Answer>> pairs = new LinkedHashMap<>();
    for (Answer answer : answers) {
      if (answer.kind() == Kind.WRONG_LABEL || answer.kind() == Kind.FALSE_ACCEPT) {
        pairs
            .computeIfAbsent(
                List.of(answer.label(), answer.decision().label().orElseThrow()),
                _ -> new ArrayList<>())
            .add(answer);
      }
    }
    return pairs.entrySet().stream()
        .map(pair -> {
          List<Answer> worst =
              pair.getValue().stream()
                  .sorted(Comparator.comparingDouble(Answer::severity).reversed())
                  .toList();
          return new Confusion(
              pair.getKey().getFirst(), pair.getKey().getLast(), worst.getFirst().known(), worst);
        })
        .sorted(
            Comparator.comparingInt((Confusion c) -> c.answers().size())
                .thenComparingDouble(c -> c.answers().getFirst().severity())
                .reversed())
        .toList();
  }

  private static Rate rate(List<Answer> answers, Predicate<Answer> of, Predicate<Answer> counted) {
    Map<String, int[]> byLabel = new LinkedHashMap<>();
    for (Answer answer : answers) {
      if (of.test(answer)) {
        int[] counts = byLabel.computeIfAbsent(answer.label(), _ -> new int[2]);
        counts[0] += counted.test(answer) ? 1 : 0;
        counts[1]++;
      }
    }
    return Rate.of(byLabel.values().stream().map(c -> new Rate.Part(c[0], c[1])).toList());
  }

  private static List<LabelFigures> labels(GalleryReader gallery, List<Answer> answers) {
    SortedMap<String, Integer> sizes = gallery.labels();
    SortedMap<String, List<Answer>> asked = new TreeMap<>();
    sizes.keySet().forEach(label -> asked.put(label, new ArrayList<>()));
    Map<String, Integer> attracted = new LinkedHashMap<>();
    for (Answer answer : answers) {
      asked.computeIfAbsent(answer.label(), _ -> new ArrayList<>()).add(answer);
      answer
          .decision()
          .label()
          .filter(label -> !label.equals(answer.label()))
          .ifPresent(label -> attracted.merge(label, 1, Integer::sum));
    }
    List<LabelFigures> figures = new ArrayList<>();
    asked.forEach((label, of) ->
        figures.add(
            new LabelFigures(
                label,
                sizes.containsKey(label),
                sizes.getOrDefault(label, 0),
                of.size(),
                count(of, a -> a.kind() == Kind.RIGHT),
                count(of, a -> a.kind() == Kind.FALSE_REJECT),
                count(of, a -> a.kind() == Kind.WRONG_LABEL || a.kind() == Kind.FALSE_ACCEPT),
                attracted.getOrDefault(label, 0),
                count(of, a -> a.rank() == 1))));
    return figures;
  }

  private static int count(List<Answer> answers, Predicate<Answer> counted) {
    return (int) answers.stream().filter(counted).count();
  }
}
