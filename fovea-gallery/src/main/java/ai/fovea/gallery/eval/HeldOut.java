package ai.fovea.gallery.eval;

import ai.fovea.gallery.Candidate;
import ai.fovea.gallery.Entry;
import ai.fovea.gallery.GalleryReader;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.calibration.CalibrationSettings;
import ai.fovea.gallery.calibration.GalleryScores;
import ai.fovea.gallery.decision.DecisionPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What a calibration is worth for things that it has never seen: again and again half of the
/// labels are left out of a copy of the gallery, which is calibrated and then asked all queries.
public final class HeldOut {
  private static final int MOST_VOTERS = 5;

  private HeldOut() {}

  /// A way of calibrating and deciding, and what came of it; means over the rounds.
  ///
  /// @param target the target false accept rate; empty for the equal error rate
  /// @param perLabel whether labels had thresholds of their own
  /// @param voters how many of the nearest images voted
  /// @param falseAccepts the share of queries of the labels left out that got a label
  /// @param falseAcceptsDeviation the standard deviation of that over the rounds
  /// @param falseRejects the share of the other queries that were rejected
  /// @param wrongLabels the share of the other queries that got another label
  /// @param expectedFalseAccepts what the calibration had expected
  /// @param expectedFalseRejects what the calibration had expected
  public record Row(
      OptionalDouble target,
      boolean perLabel,
      int voters,
      double falseAccepts,
      double falseAcceptsDeviation,
      double falseRejects,
      double wrongLabels,
      double expectedFalseAccepts,
      double expectedFalseRejects) {}

  /// Tries thresholds per gallery and per label, one voter and five, at the equal error rate and
  /// for each target rate.
  ///
  /// @param rounds how often
  /// @param seed of the choice of labels: the same seed, the same figures
  /// @throws IllegalArgumentException for a gallery with fewer than four labels, or for no rounds
  public static List<Row> evaluate(
      GalleryReader gallery, List<NewEntry> queries, List<Double> targets, int rounds, long seed) {
    List<String> labels = new ArrayList<>(gallery.labels().keySet());
    if (labels.size() < 4 || rounds < 1) {
      throw new IllegalArgumentException(
          "there are "
              + labels.size()
              + " labels and "
              + rounds
              + " rounds, expected at least 4 labels and 1 round");
    }
    List<Variant> variants = new ArrayList<>();
    List<CalibrationSettings> ways = new ArrayList<>(List.of(CalibrationSettings.balanced()));
    targets.forEach(rate -> ways.add(CalibrationSettings.of(rate)));
    for (CalibrationSettings way : ways) {
      for (boolean perLabel : new boolean[] {false, true}) {
        for (int voters : new int[] {1, MOST_VOTERS}) {
          variants.add(new Variant(way.withPerLabel(perLabel), voters));
        }
      }
    }
    Random random = new Random(seed);
    List<List<Figures>> all = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      Collections.shuffle(labels, random);
      all.add(round(gallery, queries, Set.copyOf(labels.subList(0, labels.size() / 2)), variants));
    }
    return IntStream.range(0, variants.size())
        .mapToObj(v -> row(variants.get(v), all.stream().map(figures -> figures.get(v)).toList()))
        .toList();
  }

  private record Variant(CalibrationSettings settings, int voters) {}

  private record Figures(
      double accepts,
      double rejects,
      double wrong,
      double expectedAccepts,
      double expectedRejects) {}

  private static List<Figures> round(
      GalleryReader gallery, List<NewEntry> queries, Set<String> kept, List<Variant> variants) {
    Set<String> labels = gallery.labels().keySet();
    List<NewEntry> asked = queries.stream().filter(q -> labels.contains(q.label())).toList();
    List<Figures> figures = new ArrayList<>();
    try (LocalGallery part = LocalGallery.inMemory(gallery.info().settings())) {
      List<Entry> entries = gallery.entries().filter(e -> kept.contains(e.label())).toList();
      Map<Long, float[]> vectors = gallery.allVectors(entries.stream().map(Entry::id).toList());
      part.addAll(
          entries.stream()
              .flatMap(e -> Stream.ofNullable(vectors.get(e.id())).map(v -> copy(e, v)))
              .toList());
      GalleryScores scores = GalleryScores.measure(part, variants.getFirst().settings());
      List<List<Candidate>> found = Answers.search(part, asked, MOST_VOTERS);
      for (Variant variant : variants) {
        var calibration = scores.calibration(variant.settings());
        part.setCalibration(calibration);
        DecisionPolicy policy = DecisionPolicy.DEFAULT.withK(variant.voters());
        Evaluation e =
            Evaluation.of(part, Answers.decide(part, asked, found, policy), OptionalDouble.empty());
        figures.add(
            new Figures(
                e.falseAccepts().value(),
                e.falseRejects().value(),
                e.wrongLabel().value(),
                calibration.falseAcceptRate().map(r -> r.value()).orElse(Double.NaN),
                calibration.falseRejectRate().map(r -> r.value()).orElse(Double.NaN)));
      }
    }
    return figures;
  }

  private static NewEntry copy(Entry entry, float[] vector) {
    NewEntry copy = NewEntry.of(entry.label(), vector);
    return entry.source().map(copy::withSource).orElse(copy);
  }

  private static Row row(Variant variant, List<Figures> rounds) {
    double accepts = mean(rounds, Figures::accepts);
    double squares =
        rounds.stream().mapToDouble(f -> (f.accepts - accepts) * (f.accepts - accepts)).sum();
    return new Row(
        variant.settings().falseAcceptRate(),
        variant.settings().perLabel(),
        variant.voters(),
        accepts,
        Math.sqrt(squares / Math.max(1, rounds.size() - 1)),
        mean(rounds, Figures::rejects),
        mean(rounds, Figures::wrong),
        mean(rounds, Figures::expectedAccepts),
        mean(rounds, Figures::expectedRejects));
  }

  private static double mean(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
    return rounds.stream().mapToDouble(figure).average().orElseThrow();
  }
}
