package ai.fovea.cli.gallery;

import ai.fovea.cli.Common;
import ai.fovea.cli.text.Table;
import ai.fovea.gallery.calibration.Rate;
import ai.fovea.gallery.eval.Answer;
import ai.fovea.gallery.eval.Evaluation;
import ai.fovea.gallery.eval.HeldOut;
import ai.fovea.gallery.eval.LabelFigures;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What `fovea gallery eval` prints.
final class EvalTables {
  private static final int MOST_LABELS = 12;
  private static final int MOST_CONFUSIONS = 8;

  private EvalTables() {}

  /// An evaluation: a few figures, the worst labels, the most frequent confusions.
  static void evaluation(
      Common common, Path gallery, Evaluation e, List<String> problems, List<String> notes) {
    problems.forEach(common::problem);
    notes.forEach(common::note);
    if (common.json()) {
      common.print(json(gallery, e, problems, notes));
      return;
    }
    common
        .out()
        .println(
            GalleryReport.counted(e.queries(), "query").replace("querys", "queries")
                + ": "
                + e.known()
                + " of labels that the gallery has, "
                + e.unknown()
                + " of others.");
    alone(e).ifPresent(common.out()::println);
    if (!lacking(e).isEmpty()) {
      common.out().println("The gallery lacks " + named(lacking(e)) + ".");
    }
    if (e.known() > 0) {
      Table table = new Table("of the known queries", ">share", "95 % interval");
      e.recall().forEach((k, rate) -> row(table, "recall@" + k, rate));
      e.meanAveragePrecision()
          .ifPresent(map -> table.row("mAP", String.format(Locale.ROOT, "%.2f %%", 100 * map), ""));
      row(table, "answered with their label", e.right());
      row(table, "answered with another label", e.wrongLabel());
      row(table, "taken for unknown", e.falseRejects());
      common.print(table);
    } else {
      common
          .out()
          .println("No query has a label of the gallery: there is no recall to be measured.");
    }
    if (e.unknown() > 0) {
      common
          .out()
          .println("Of the others, taken for known: " + GalleryReport.percent(e.falseAccepts()));
    }
    worst(common, e);
  }

  /// What there is to say of queries that can't be answered with their label, though the gallery has it.
  static Optional<String> alone(Evaluation e) {
    int n = e.alone();
    return n == 0
        ? Optional.empty()
        : Optional.of(
            n == 1
                ? "1 of the others is the only image of its label in the gallery, and can't find"
                    + " itself."
                : n
                    + " of the others are the only images of their labels in the gallery, and"
                    + " can't find themselves.");
  }

  /// Labels of queries that the gallery lacks.
  private static List<String> lacking(Evaluation e) {
    return e.labels().stream().filter(l -> !l.known()).map(LabelFigures::label).toList();
  }

  private static String named(List<String> labels) {
    String first =
        labels.stream()
            .limit(MOST_LABELS)
            .map(l -> "'" + Table.clean(l) + "'")
            .collect(Collectors.joining(", "));
    return labels.size() > MOST_LABELS
        ? first + " and " + (labels.size() - MOST_LABELS) + " more labels"
        : first;
  }

  private static void worst(Common common, Evaluation e) {
    List<LabelFigures> failing =
        e.labels().stream()
            .filter(l -> l.right() < l.queries() || l.attracted() > 0)
            .sorted(
                Comparator.comparingInt((LabelFigures l) -> l.right() - l.queries() - l.attracted())
                    .thenComparing(LabelFigures::label))
            .toList();
    if (failing.isEmpty()) {
      common.out().println("Every answer was right.");
      return;
    }
    common.out().println();
    Table labels =
        new Table("label", ">images", ">queries", ">right", ">unknown", ">wrong", ">took others'");
    failing.stream()
        .limit(MOST_LABELS)
        .forEach(l ->
            labels.row(
                l.label() + (l.known() ? "" : " (not in the gallery)"),
                l.images(),
                l.queries(),
                l.right(),
                l.known() ? l.rejected() : l.right(),
                l.wrong(),
                l.attracted()));
    common.print(labels);
    left(common, failing.size() - MOST_LABELS, "label with wrong answers");
    long right = e.labels().stream().filter(l -> l.queries() > 0 && !failing.contains(l)).count();
    if (right > 0) {
      common
          .out()
          .println(
              "The other "
                  + (right == 1 ? "label was" : right + " labels were")
                  + " answered right.");
    }
    List<Evaluation.Confusion> confusions = e.confusions();
    if (!confusions.isEmpty()) {
      common.out().println();
      Table pairs = new Table("label", "answered", ">times", "worst");
      confusions.stream()
          .limit(MOST_CONFUSIONS)
          .forEach(c ->
              pairs.row(
                  c.label() + (c.known() ? "" : " (must be unknown)"),
                  c.answered(),
                  c.answers().size(),
                  c.answers().getFirst().source().orElse("")));
      common.print(pairs);
      left(common, confusions.size() - MOST_CONFUSIONS, "pair");
    }
  }

  /// Tells of rows that are left out, and where they are.
  private static void left(Common common, int n, String what) {
    if (n > 0) {
      common
          .out()
          .println(
              "… and "
                  + n
                  + " more "
                  + (n == 1 ? what : what.replaceFirst("^(label|pair)", "$1s"))
                  + "; all of them: --json or --report FILE");
    }
  }

  private static void row(Table table, String what, Rate rate) {
    table.row(
        what,
        String.format(Locale.ROOT, "%.2f %%", 100 * rate.value()),
        String.format(Locale.ROOT, "%.1f to %.1f %%", 100 * rate.low(), 100 * rate.high()));
  }

  private static Map<String, Object> json(
      Path gallery, Evaluation e, List<String> problems, List<String> notes) {
    var all = new LinkedHashMap<String, Object>();
    all.put("gallery", gallery.toString());
    all.put("queries", e.queries());
    all.put("known", e.known());
    all.put("unknown", e.unknown());
    all.put("only_image_of_label", e.alone());
    all.put("labels_not_in_gallery", lacking(e));
    // Shares of nothing are left out: 0 would read as a bad model.
    if (e.known() > 0) {
      e.recall().forEach((k, rate) -> all.put("recall@" + k, rate));
      e.meanAveragePrecision().ifPresent(map -> all.put("mAP", map));
      all.put("right", e.right());
      all.put("wrong_label", e.wrongLabel());
      all.put("false_rejects", e.falseRejects());
    }
    if (e.unknown() > 0) {
      all.put("false_accepts", e.falseAccepts());
    }
    all.put("labels", e.labels());
    all.put("answers", e.answers().stream().map(EvalTables::answer).toList());
    all.put("problems", problems);
    all.put("notes", notes);
    return all;
  }

  private static Map<String, Object> answer(Answer answer) {
    var one = new LinkedHashMap<String, Object>();
    answer.source().ifPresent(source -> one.put("source", source));
    one.put("label", answer.label());
    one.put("kind", answer.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    one.put("answered", answer.decision().label().orElse(""));
    answer.decision().score().ifPresent(score -> one.put("score", (float) score));
    one.put("threshold", answer.decision().threshold());
    one.put("margin", answer.decision().margin());
    one.put("rank", answer.rank());
    answer.nearest().flatMap(c -> c.source()).ifPresent(source -> one.put("nearest", source));
    return one;
  }

  /// What calibrations were worth for labels left out.
  static void heldOut(
      Common common,
      Path gallery,
      List<HeldOut.Row> rows,
      List<String> problems,
      List<String> notes) {
    problems.forEach(common::problem);
    notes.forEach(common::note);
    if (common.json()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("gallery", gallery.toString());
      all.put("held_out", rows);
      all.put("problems", problems);
      all.put("notes", notes);
      common.print(all);
      return;
    }
    Table table =
        new Table(
            ">wanted",
            "thresholds",
            ">voters",
            ">false accepts",
            ">±",
            ">expected",
            ">false rejects",
            ">expected",
            ">wrong label");
    for (HeldOut.Row r : rows) {
      table.row(
          r.target().isPresent() ? percent(r.target().getAsDouble()) : "equal errors",
          r.perLabel() ? "per label" : "one",
          r.voters(),
          percent(r.falseAccepts()),
          percent(r.falseAcceptsDeviation()),
          percent(r.expectedFalseAccepts()),
          percent(r.falseRejects()),
          percent(r.expectedFalseRejects()),
          percent(r.wrongLabels()));
    }
    common.print(table);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
