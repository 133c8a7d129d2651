package ai.fovea.cli.recognize;

import ai.fovea.base.InputException;
import ai.fovea.base.ModelException;
import ai.fovea.cli.Common;
import ai.fovea.cli.Failures;
import ai.fovea.cli.OnInterruption;
import ai.fovea.cli.Outcome;
import ai.fovea.cli.gallery.GalleryReport;
import ai.fovea.cli.input.DamagedImages;
import ai.fovea.cli.input.Images;
import ai.fovea.cli.input.Inputs;
import ai.fovea.cli.text.Table;
import ai.fovea.image.FileKind;
import ai.fovea.image.ImageFormat;
import ai.fovea.image.ImageSource;
import ai.fovea.recognize.Classifier;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.ModelFolder;
import ai.fovea.recognize.ModelOptions;
import ai.fovea.recognize.ModelSpecification;
import ai.fovea.recognize.Result;
import ai.fovea.recognize.post.ScoredClass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// What a model alone says of images, as a table or as JSON.
public final class Predictions {
  private static final int SHOWN_VALUES = 4;

  private final Common common;
  private final ModelOptions options;
  private final DamagedImages damaged;

  /// Predictions that are written where `common` says; damaged images are refused.
  public Predictions(Common common, ModelOptions options) {
    this(common, options, new DamagedImages());
  }

  Predictions(Common common, ModelOptions options, DamagedImages damaged) {
    this.common = common;
    this.options = damaged.apply(options);
    this.damaged = damaged;
  }

  /// Runs a model on all images that these words of a command line name, and writes the results.
  ///
  /// @param words images, folders, lists, patterns, `-`
  /// @param classes how many classes a classifier gives; empty for as many as the model says
  /// @throws IOException if the model can't be used
  public Outcome runOn(ModelFolder folder, List<String> words, Optional<Integer> classes)
      throws IOException {
    return run(folder, Images.of(Inputs.of(words, common)), classes, PostProcessing.NONE);
  }

  /// @param classes how many classes a classifier gives; empty for as many as the model says
  /// @param post what else becomes of a classifier's output
  Outcome run(ModelFolder folder, Images found, Optional<Integer> classes, PostProcessing post)
      throws IOException {
    common.verbose("model " + folder.specification().name() + " (" + folder.place() + ")");
    try (OnInterruption _ =
        new OnInterruption(common, () -> List.of(OnInterruption.NOTHING_PRINTED))) {
      return folder.specification().isClassifier()
          ? classify(folder, found, classes, post)
          : embed(folder, found);
    }
  }

  private Outcome classify(
      ModelFolder folder, Images found, Optional<Integer> classes, PostProcessing post)
      throws IOException {
    Optional<ClassFolders> copies = post.copies().map(ClassFolders::new);
    ModelSpecification given = folder.specification();
    ModelFolder wanted = folder.withSpecification(classes.map(given::withTopK).orElse(given));
    Table table = new Table("image", "class", ">id", ">score");
    var results = new ArrayList<Map<String, Object>>();
    int done = 0;
    try (var classifier = Classifier.of(wanted, options);
        var progress = common.progress("predicting", found.images().size())) {
      if (classifier.classes().isPresent()) {
        post.check(folder, classifier.classes().getAsInt(), common);
      }
      for (Path file : found.images()) {
        try {
          var best = classifier.classify(file);
          var one = new LinkedHashMap<String, Object>();
          one.put("image", found.inputs().name(file));
          one.put("classes", best.stream().map(Predictions::plain).toList());
          results.add(one);
          damaged.warning(file).ifPresent(found.warnings()::add);
          for (int i = 0; i < best.size(); i++) {
            var c = best.get(i);
            table.row(i == 0 ? found.inputs().name(file) : "", c.label(), c.id(), score(c.score()));
          }
          // At last: a copy that fails takes nothing from the result.
          if (copies.isPresent()) {
            Path copy =
                copies.get().copy(file, fileName(found.inputs(), file), best.getFirst().id());
            one.put("copy", copy.toString());
          }
        } catch (IOException | InputException | ModelException e) {
          found.problems().add(Failures.describe(e));
        }
        progress.at(++done);
      }
    }
    copies.ifPresent(c ->
        common.verbose(
            "copied " + GalleryReport.counted(c.size(), "image") + " into folders in " + c.root()));
    return report(folder, results, found, table);
  }

  /// What a copy of an image is called.
  private static String fileName(Inputs inputs, Path file) {
    return inputs.name(file).equals(Inputs.STANDARD_INPUT)
        ? "standard-input" + FileKind.of(file).format().map(Predictions::ending).orElse("")
        : String.valueOf(file.getFileName());
  }

  private static String ending(ImageFormat format) {
    return format == ImageFormat.JPEG ? ".jpg" : "." + format.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> plain(ScoredClass c) {
    var map = new LinkedHashMap<String, Object>();
    map.put("id", c.id());
    map.put("label", c.label());
    map.put("score", c.score());
    return map;
  }

  private Outcome embed(ModelFolder folder, Images found) {
    var results = new ArrayList<Map<String, Object>>();
    Table table = new Table("image", ">values", "features (all of them: --json)");
    try (var embedder = Embedder.of(folder, options);
        var progress = common.progress("embedding", found.images().size())) {
      List<ImageSource> images = found.images().stream().map(ImageSource::of).toList();
      List<Result<float[]>> all = embedder.embedAll(images, progress::at);
      for (int i = 0; i < all.size(); i++) {
        Path file = found.images().get(i);
        all.get(i).problem().ifPresent(found.problems()::add);
        all.get(i)
            .toOptional()
            .ifPresent(f -> {
              var one = new LinkedHashMap<String, Object>();
              one.put("image", found.inputs().name(file));
              one.put("features", f);
              results.add(one);
              damaged.warning(file).ifPresent(found.warnings()::add);
              table.row(found.inputs().name(file), f.length, start(f));
            });
      }
    }
    return report(folder, results, found, table);
  }

  private static String start(float[] features) {
    var text = new StringBuilder();
    IntStream.range(0, Math.min(SHOWN_VALUES, features.length))
        .forEach(i -> text.append(String.format(Locale.ROOT, "%.5f ", features[i])));
    return features.length > SHOWN_VALUES ? text + "…" : text.toString().strip();
  }

  private static String score(double score) {
    return String.format(Locale.ROOT, "%.4f", score);
  }

  private Outcome report(
      ModelFolder folder, List<Map<String, Object>> results, Images found, Table table) {
    found.tell(common);
    if (common.json()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("model", folder.specification().name());
      all.put("model_id", folder.id(options).value());
      all.put("images", results);
      found.put(all);
      common.print(all);
    } else if (!results.isEmpty()) {
      common.print(table);
    }
    return found.problems().isEmpty() ? Outcome.DONE : Outcome.INCOMPLETE;
  }
}
