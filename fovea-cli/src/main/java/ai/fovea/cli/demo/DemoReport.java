package ai.fovea.cli.demo;

import ai.fovea.base.AtomicFile;
import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.demo.DemoImages.DemoImage;
import ai.fovea.cli.demo.DemoImages.Role;
import ai.fovea.cli.gallery.GalleryReport;
import ai.fovea.cli.input.DamagedImages;
import ai.fovea.cli.input.Inputs;
import ai.fovea.cli.recognize.AnnotatedImages;
import ai.fovea.cli.recognize.RecognitionJson;
import ai.fovea.cli.recognize.RecognizeCommand;
import ai.fovea.cli.text.Json;
import ai.fovea.cli.text.Table;
import ai.fovea.config.ShellWords;
import ai.fovea.gallery.GalleryInfo;
import ai.fovea.gallery.GalleryJson;
import ai.fovea.image.Image;
import ai.fovea.image.ImageEncoder;
import ai.fovea.image.draw.ContactSheet;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.Recognition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What the demo prints and writes: tables, annotated images, a contact sheet, `results.json`.
final class DemoReport {
  private static final int NEAREST = 3;
  private static final int CELL = 160;

  private final Path out;
  private final Common common;
  private final List<DemoImage> queries;
  private final Set<String> labels;
  private final Map<String, Object> json = new LinkedHashMap<>();
  private List<Recognition> last = List.of();
  private int wrong;

  DemoReport(Path out, Common common, List<DemoImage> images) {
    this.out = out;
    this.common = common;
    this.queries = images.stream().filter(p -> p.role() == Role.QUERY).toList();
    this.labels =
        images.stream()
            .filter(p -> p.role() == Role.GALLERY)
            .flatMap(p -> p.label().stream())
            .collect(Collectors.toSet());
  }

  /// The gallery was made.
  void built(GalleryInfo info, double seconds) {
    common.remark(
        "1. A gallery of " + GalleryReport.size(info) + ", made in " + DemoCommand.time(seconds));
    GalleryReport.threshold(info).forEach(line -> common.remark("   " + line));
    json.put("gallery", GalleryJson.info(info));
  }

  /// The queries were asked.
  void before(List<Recognition> results) {
    common.remark("");
    common.remark(
        "2. Other photographs, recognised; what the gallery does not know must be unknown");
    show(results, label -> labels.contains(label), "before");
  }

  /// A label was added.
  void added(GalleryInfo info, int images, double seconds) {
    common.remark("");
    common.remark(
        "3. A new label from "
            + images
            + " photographs, without training, in "
            + DemoCommand.time(seconds)
            + ": the same questions again");
    GalleryReport.threshold(info).forEach(line -> common.remark("   " + line));
    json.put("gallery_after", GalleryJson.info(info));
  }

  /// The queries were asked again.
  void after(List<Recognition> results) {
    show(results, _ -> true, "after");
    last = results;
  }

  private void show(
      List<Recognition> results, java.util.function.Predicate<String> known, String when) {
    Table table = new Table("photograph", "label", ">score", ">needed", "nearest", ">ms", "right?");
    var list = new ArrayList<Map<String, Object>>();
    for (int i = 0; i < results.size(); i++) {
      Recognition r = results.get(i);
      Optional<String> expected = queries.get(i).label().filter(known);
      boolean right = r.label().equals(expected);
      wrong += right ? 0 : 1;
      table.row(
          name(r.image()),
          RecognizeCommand.label(r),
          GalleryReport.score(r.score(), 3),
          GalleryReport.score(r.threshold(), 3),
          r.candidates().isEmpty() ? "" : name(r.candidates().getFirst().source()),
          String.format(Locale.ROOT, "%.0f", r.milliseconds()),
          right ? "yes" : "NO, it is " + expected.orElse("unknown"));
      var one = RecognitionJson.of(r);
      one.put("right", right);
      list.add(one);
    }
    json.put(when, list);
    table.toString().lines().forEach(line -> common.remark("   " + line));
  }

  /// Whether every answer was right.
  boolean isRight() {
    return wrong == 0;
  }

  /// Writes everything into the folder.
  void write(Embedder embedder) throws IOException {
    var problems = new ArrayList<String>();
    AnnotatedImages.write(
            last,
            Inputs.ofPaths(List.of()),
            out.resolve("annotated"),
            new DamagedImages(),
            problems)
        .ifPresent(common::note);
    for (String problem : problems) {
      throw new CommandException(problem);
    }
    List<ContactSheet.Row> rows = new ArrayList<>();
    for (Recognition r : last) {
      List<ContactSheet.Cell> nearest = new ArrayList<>();
      for (Recognition.Match m : r.candidates().stream().limit(NEAREST).toList()) {
        nearest.add(
            new ContactSheet.Cell(
                Image.read(Path.of(m.source())),
                m.label(),
                GalleryReport.score(m.score(), 3),
                m.score() >= r.threshold()));
      }
      rows.add(
          new ContactSheet.Row(
              new ContactSheet.Cell(
                  Image.read(Path.of(r.image())),
                  r.label().orElse("unknown"),
                  String.valueOf(Path.of(r.image()).getFileName()),
                  !r.isUnknown()),
              nearest));
    }
    ImageEncoder.write(
        new ContactSheet(CELL).draw("Queries and the gallery images nearest to them", rows),
        out.resolve("contact-sheet.png"));
    json.put("model", embedder.name());
    json.put("model_id", embedder.modelId());
    json.put("wrong", wrong);
    AtomicFile.write(
        out.resolve("results.json"), Json.write(json).getBytes(StandardCharsets.UTF_8));
  }

  /// Says what was written and what to do next.
  void end() {
    if (common.json()) {
      common.print(json);
      return;
    }
    String fovea = ShellWords.command();
    common.remark("");
    common.remark("Written to " + out + ": contact-sheet.png, annotated/, results.json, gallery/");
    if (wrong > 0) {
      common.problem(GalleryReport.counted(wrong, "answer") + " of the demo were not as expected");
    }
    common.remark("");
    common.remark("Try next:");
    common.remark(
        "  " + fovea + " recognize --gallery " + quoted("gallery") + " " + quoted("queries"));
    common.remark("  " + fovea + " gallery build " + quoted("my-gallery") + " " + quoted("labels"));
    common.remark("  " + fovea + " predict --json " + quoted("queries"));
  }

  private String quoted(String inside) {
    return ShellWords.quoted(out.resolve(inside).toString());
  }

  /// A path as seen from the demo's folder.
  private String name(String path) {
    return out.relativize(Path.of(path)).toString();
  }
}
