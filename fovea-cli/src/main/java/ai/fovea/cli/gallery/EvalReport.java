package ai.fovea.cli.gallery;

import ai.fovea.base.AtomicFile;
import ai.fovea.chart.Chart;
import ai.fovea.chart.Chart.Kind;
import ai.fovea.chart.ChartFile;
import ai.fovea.cli.text.Html;
import ai.fovea.gallery.GalleryInfo;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.calibration.Calibration;
import ai.fovea.gallery.calibration.Rate;
import ai.fovea.gallery.eval.Answer;
import ai.fovea.gallery.eval.Evaluation;
import ai.fovea.gallery.eval.LabelFigures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// `fovea gallery eval --report`: an evaluation as one HTML page.
final class EvalReport {
  private static final int MOST_PAIRS = 36;
  private static final int MOST_REJECTS = 18;

  private final Html page;
  private final Evaluation evaluation;

  private final Similarity similarity;

  private final Sources sources;

  private EvalReport(Html page, Path gallery, Evaluation evaluation, Similarity similarity) {
    this.page = page;
    this.sources = new Sources(gallery);
    this.evaluation = evaluation;
    this.similarity = similarity;
  }

  /// Writes the page.
  static void write(Path file, Path gallery, GalleryInfo info, Evaluation evaluation)
      throws IOException {
    var report =
        new EvalReport(
            new Html("How well " + gallery + " answers"),
            gallery,
            evaluation,
            info.settings().similarity());
    report.head(info);
    report.tiles();
    report.curve(info.calibration());
    report.confusions();
    report.rejects();
    report.labels();
    AtomicFile.write(file, report.page.end().getBytes(StandardCharsets.UTF_8));
  }

  private void head(GalleryInfo info) {
    page.add(
        "<p>"
            + Html.text(
                GalleryReport.size(info)
                    + ", asked "
                    + evaluation.queries()
                    + " queries: "
                    + evaluation.known()
                    + " of labels that the gallery has, "
                    + evaluation.unknown()
                    + " of others, which must be unknown. "
                    + EvalTables.alone(evaluation).map(text -> text + " ").orElse("")
                    + String.join(". ", GalleryReport.threshold(info))
                    + ".")
            + "</p>");
  }

  /// Where the file of a source lies.
  private String file(String source) {
    return sources.place(source).map(Path::toString).orElse(source);
  }

  private void tiles() {
    page.add("<div class=\"tiles\">");
    if (evaluation.known() > 0) {
      tile("answered with their label", evaluation.right());
      tile("answered with another label", evaluation.wrongLabel());
      tile("known, taken for unknown", evaluation.falseRejects());
    }
    if (evaluation.unknown() > 0) {
      tile("unknown, taken for known", evaluation.falseAccepts());
    }
    if (evaluation.known() > 0) {
      evaluation.recall().forEach((k, rate) -> tile("recall@" + k, rate));
    }
    evaluation
        .meanAveragePrecision()
        .ifPresent(map ->
            page.add("<div class=\"tile\"><b>" + percent(map) + "</b><span>mAP</span></div>"));
    page.add("</div>");
  }

  private void tile(String what, Rate rate) {
    page.add(
        "<div class=\"tile\"><b>"
            + percent(rate.value())
            + "</b><span>"
            + what
            + "</span><span>95 %: "
            + percent(rate.low())
            + " to "
            + percent(rate.high())
            + "</span></div>");
  }

  /// What other thresholds would cost: as calibrated, and on these queries, by how far each lies from what its nearest image's label
  /// needs.
  private void curve(Optional<Calibration> calibration) throws IOException {
    if (calibration.isEmpty() || calibration.get().curve().isEmpty()) {
      return;
    }
    Chart chart = CalibrationPlot.rates(calibration.get());
    chart = asked(chart, calibration.get(), true);
    chart = asked(chart, calibration.get(), false);
    page.add("<div class=\"chart\">" + ChartFile.svg(List.of(chart)) + "</div>");
    page.add(
        "<p>A false accept is an unknown thing taken for known, a false reject a known thing taken"
            + " for unknown. The gallery's own images tell the first two lines, these queries the"
            + " others.</p>");
  }

  private Chart asked(Chart chart, Calibration calibration, boolean known) {
    double[] above =
        evaluation.answers().stream()
            .filter(a -> a.known() == known && a.decision().score().isPresent())
            .mapToDouble(a -> a.decision().score().getAsDouble() - a.decision().threshold())
            .toArray();
    if (above.length == 0) {
      return chart;
    }
    boolean smallerIsBetter = similarity == Similarity.L2;
    List<Double> xs = calibration.curve().stream().map(p -> (double) p.threshold()).toList();
    List<Double> shares =
        xs.stream()
            .map(x -> x - calibration.threshold())
            .map(shift -> {
              long accepted =
                  Arrays.stream(above)
                      .filter(d -> smallerIsBetter ? d <= shift : d >= shift)
                      .count();
              double share = 100.0 * accepted / above.length;
              return known ? 100 - share : share;
            })
            .toList();
    return chart.with(
        (known ? "known taken for unknown" : "unknown taken for known") + ", of these queries",
        Kind.LINE,
        xs,
        shares);
  }

  private void confusions() {
    List<Evaluation.Confusion> all = evaluation.confusions();
    page.add("<h2>Worst confusions</h2>");
    if (all.isEmpty()) {
      page.add("<p>None: no query got a label that is not its own.</p>");
      return;
    }
    page.add(
        "<p>"
            + GalleryReport.counted(all.size(), "pair")
            + " of labels, most frequent first; of each the worst query beside the nearest image"
            + " of the label that it got.</p><div class=\"pairs\">");
    all.stream()
        .limit(MOST_PAIRS)
        .forEach(c -> pair(c.answers().getFirst(), c.answers().size() + " ×"));
    page.add("</div>");
  }

  private void rejects() {
    List<Answer> rejected =
        evaluation.answers().stream()
            .filter(a -> a.kind() == Answer.Kind.FALSE_REJECT)
            .sorted(Comparator.comparingDouble(Answer::severity).reversed())
            .limit(MOST_REJECTS)
            .toList();
    if (!rejected.isEmpty()) {
      page.add(
          "<h2>Known things taken for unknown</h2><p>The farthest from their thresholds, beside"
              + " the nearest image of all.</p><div class=\"pairs\">");
      rejected.forEach(a -> pair(a, ""));
      page.add("</div>");
    }
  }

  private void pair(Answer answer, String times) {
    String query =
        "<b>"
            + Html.text(answer.label())
            + "</b><span>query"
            + (answer.known() ? "" : ", must be unknown")
            + (times.isEmpty() ? "" : ", " + times)
            + "</span>";
    String got =
        answer
            .nearest()
            .map(n ->
                "<b class=\""
                    + (n.label().equals(answer.label()) ? "good" : "bad")
                    + "\">"
                    + Html.text(n.label())
                    + "</b><span>"
                    + GalleryReport.score(n.score(), 3)
                    + ", needed "
                    + GalleryReport.score(answer.decision().threshold(), 3)
                    + String.format(Locale.ROOT, ", margin %.2f", answer.decision().margin())
                    + "</span>")
            .orElse("");
    page.add(
        "<div class=\"card pair\">"
            + page.image(answer.source().map(this::file), query)
            + page.image(answer.nearest().flatMap(n -> n.source()).map(this::file), got)
            + "</div>");
  }

  private void labels() {
    page.add(
        "<h2>Labels</h2><div class=\"card"
            + " scroll\"><table><thead><tr><th>label</th><th>images</th><th>queries</th><th>right</th><th></th><th>nearest"
            + " is right</th><th>unknown</th><th>wrong</th><th>took"
            + " others'</th></tr></thead><tbody>");
    evaluation.labels().stream()
        .sorted(Comparator.comparingDouble(EvalReport::share).thenComparing(LabelFigures::label))
        .forEach(l ->
            page.add(
                "<tr><td>"
                    + Html.text(l.label())
                    + (l.known() ? "" : " <span class=\"bad\">not in the gallery</span>")
                    + "</td>"
                    + cell(l.images())
                    + cell(l.queries())
                    + (l.queries() == 0
                        ? "<td></td><td></td>"
                        : "<td>"
                            + percent(share(l))
                            + "</td><td><span class=\"bar\"><i style=\"width:"
                            + Math.round(100 * share(l))
                            + "%\"></i></span></td>")
                    + (l.known() ? cell(l.first()) : "<td></td>")
                    + cell(l.known() ? l.rejected() : l.right())
                    + cell(l.wrong())
                    + cell(l.attracted())
                    + "</tr>"));
    page.add("</tbody></table></div>");
  }

  private static double share(LabelFigures l) {
    return l.queries() == 0 ? 1 : (double) l.right() / l.queries();
  }

  private static String cell(int count) {
    return "<td>" + count + "</td>";
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }
}
