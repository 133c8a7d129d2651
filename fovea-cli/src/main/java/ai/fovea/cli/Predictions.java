package ai.fovea.cli;

import ai.fovea.recognize.Classifier;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.ModelDescription;
import ai.fovea.recognize.ModelFolder;
import ai.fovea.recognize.ModelOptions;
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

  /// Predictions that are written where `common` says.
  public Predictions(Common common, ModelOptions options) {
    this.common = common;
    this.options = options;
  }

  /// Runs a model on all images below these paths and writes the results.
  ///
  /// @param paths images and folders
  /// @param classes how many classes a classifier gives; empty for as many as the model says
  /// @throws IOException if the model can't be used, or a path is not there
  public Outcome runOn(ModelFolder folder, List<Path> paths, Optional<Integer> classes)
      throws IOException {
    return run(folder, Pictures.of(paths), classes);
  }

  Outcome run(ModelFolder folder, List<Path> files, Optional<Integer> classes) throws IOException {
    return folder.description().isClassifier()
        ? classify(folder, files, classes)
        : embed(folder, files, classes);
  }

  private Outcome classify(ModelFolder folder, List<Path> files, Optional<Integer> classes)
      throws IOException {
    ModelDescription d = folder.description();
    var wanted =
        new ModelFolder(
            folder.place(),
            new ModelDescription(
                d.name(),
                d.preprocessing(),
                d.output(),
                d.normalize(),
                d.labels(),
                classes.orElse(d.topk())),
            folder.network());
    Table table = new Table("picture", "class", ">id", ">score");
    var results = new ArrayList<Map<String, Object>>();
    var problems = new ArrayList<String>();
    try (var classifier = Classifier.of(wanted, options);
        var progress = common.progress("predicting", files.size())) {
      for (Path file : files) {
        try {
          var found = classifier.classify(file);
          var one = new LinkedHashMap<String, Object>();
          one.put("picture", file.toString());
          one.put("classes", found.stream().map(Predictions::plain).toList());
          results.add(one);
          for (int i = 0; i < found.size(); i++) {
            var c = found.get(i);
            table.row(i == 0 ? file : "", c.label(), c.id(), score(c.score()));
          }
        } catch (IOException e) {
          problems.add(Failures.describe(e));
        }
        progress.at(results.size() + problems.size());
      }
    }
    return report(folder, results, problems, table.toString());
  }

  private static Map<String, Object> plain(Classifier.ScoredClass c) {
    var map = new LinkedHashMap<String, Object>();
    map.put("id", c.id());
    map.put("label", c.label());
    map.put("score", c.score());
    return map;
  }

  private Outcome embed(ModelFolder folder, List<Path> files, Optional<Integer> classes)
      throws IOException {
    if (classes.isPresent()) {
      throw new CommandException(
          folder.place()
              + ": an embedder has no classes; leave out the number of classes (--topk)");
    }
    var results = new ArrayList<Map<String, Object>>();
    var problems = new ArrayList<String>();
    Table table = new Table("picture", ">values", "features (all of them: --json)");
    try (var embedder = Embedder.of(folder, options);
        var progress = common.progress("embedding", files.size())) {
      for (Embedder.Embedding e : embedder.embedAll(files, progress::at)) {
        e.problem().ifPresent(problems::add);
        e.features()
            .ifPresent(f -> {
              var one = new LinkedHashMap<String, Object>();
              one.put("picture", e.file().toString());
              one.put("features", f);
              results.add(one);
              table.row(e.file(), f.length, start(f));
            });
      }
    }
    return report(folder, results, problems, table.toString());
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
      ModelFolder folder, List<Map<String, Object>> results, List<String> problems, String table) {
    problems.forEach(common::problem);
    if (common.json()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("model", folder.description().name());
      all.put("model_id", folder.modelId());
      all.put("pictures", results);
      all.put("problems", problems);
      common.print(all);
    } else if (!results.isEmpty()) {
      common.out().print(table);
    }
    return problems.isEmpty() ? Outcome.DONE : Outcome.INCOMPLETE;
  }
}
