package ai.fovea.cli.recognize;

import ai.fovea.base.AtomicFile;
import ai.fovea.base.ModelException;
import ai.fovea.cli.CommandException;
import ai.fovea.cli.Common;
import ai.fovea.cli.Failures;
import ai.fovea.cli.input.Images;
import ai.fovea.config.Config;
import ai.fovea.config.ConfigException;
import ai.fovea.recognize.ClassNames;
import ai.fovea.recognize.ModelFolder;
import ai.fovea.recognize.ModelSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The section `PostProcess` of PaddleClas' deployment configurations, as far as it says what becomes of a classifier's output.
///
/// | key | |
/// |---|---|
/// | `Topk.topk` | how many classes are given |
/// | `Topk.class_id_map_file` | names of the classes, a line `ID NAME` each, in place of the model folder's |
/// | `Topk.delimiter` | between number and name; left out: blanks or a tab |
/// | `Topk.label_list` | the names themselves, which count before the file's |
/// | `SavePreLabel.save_dir` | a folder apart from the images that gets a copy of each, in a folder named by the number of the class predicted first |
///
/// @param topk how many classes
/// @param names the file with names
/// @param delimiter of that file
/// @param labels names that are given in the configuration itself, by class number
/// @param copies where images are copied to
record PostProcessing(
    Optional<Integer> topk,
    Optional<Path> names,
    Optional<String> delimiter,
    List<String> labels,
    Optional<Path> copies) {
  private static final String NAMES = "PostProcess.Topk.class_id_map_file";
  private static final String LABELS = "PostProcess.Topk.label_list";
  private static final String COPIES = "PostProcess.SavePreLabel";

  /// A configuration that says nothing of it.
  static final PostProcessing NONE =
      new PostProcessing(
          Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty());

  /// Reads the section; what is wrong in it is noted there.
  static PostProcessing of(Config config) {
    Optional<Config> post = config.find("PostProcess");
    if (post.isEmpty()) {
      return NONE;
    }
    post.get().has("main_indicator");
    Optional<Config> top = post.get().find("Topk");
    Optional<Integer> topk =
        top.filter(t -> t.has("topk")).map(t -> Deployment.atLeastOne(t, "topk"));
    Optional<Config> save = post.get().find("SavePreLabel");
    return new PostProcessing(
        topk,
        top.flatMap(t -> t.optionalText("class_id_map_file")).map(Path::of),
        top.flatMap(t -> t.optionalText("delimiter")).filter(d -> !d.isEmpty()),
        top.map(t -> t.texts("label_list")).orElse(List.of()),
        save.flatMap(PostProcessing::folder));
  }

  private static Optional<Path> folder(Config save) {
    String folder = save.text("save_dir");
    if (save.has("save_dir") && folder.isBlank()) {
      save.problem("save_dir", "names no folder; to copy no images: -o " + COPIES + "=None");
    }
    return folder.isBlank() ? Optional.empty() : Optional.of(Path.of(folder));
  }

  /// The model with the names and the number of classes that the configuration asks for.
  ///
  /// @param images what it is asked for
  /// @throws ConfigException where the names can't be read, the copies not be written, or the model has no classes
  ModelFolder apply(ModelFolder folder, Images images, Common common) throws IOException {
    ModelSpecification d = folder.specification();
    List<String> problems = copyProblems(images);
    if (!d.isClassifier()) {
      String none = folder.place() + " is an embedder, which has no classes; leave it out: -o ";
      topk.ifPresent(_ -> problems.add("PostProcess.Topk: " + none + "PostProcess.Topk=None"));
      copies.ifPresent(_ -> problems.add(COPIES + ": " + none + COPIES + "=None"));
    }
    List<String> named = d.isClassifier() ? named(d, common, problems) : d.labels();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    ModelSpecification changed = d.withLabels(named);
    return folder.withSpecification(topk.map(changed::withTopK).orElse(changed));
  }

  /// Looks at what is wrong whatever the model is.
  ///
  /// @param images what a model is asked for
  /// @throws ConfigException where the names can't be read, or the copies not be written
  void check(Images images) throws IOException {
    List<String> problems = copyProblems(images);
    if (labels.isEmpty()) {
      names.filter(Files::exists).ifPresent(file -> read(file, problems));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private List<String> copyProblems(Images images) throws IOException {
    List<String> problems = new ArrayList<>();
    copies
        .flatMap(c -> AtomicFile.obstacle(c).map(reason -> c + ": " + reason))
        .ifPresent(reason -> problems.add(COPIES + ".save_dir: " + reason));
    if (copies.isPresent() && problems.isEmpty()) {
      new ClassFolders(copies.get())
          .problem(images)
          .ifPresent(reason -> problems.add(COPIES + ".save_dir: " + reason));
    }
    return problems;
  }

  /// What of the configuration names the classes, if anything does.
  private Optional<String> namesFrom() {
    return labels.isEmpty()
        ? names.filter(Files::exists).map(file -> NAMES + ": " + file)
        : Optional.of(LABELS);
  }

  /// Tells where names do not fit the classes of a model: too many are those of another model.
  ///
  /// @param folder with these names
  /// @param classes how many the model has
  /// @throws CommandException where the configuration names classes that the model lacks
  void check(ModelFolder folder, int classes, Common common) throws CommandException {
    int named = folder.specification().labels().size();
    if (named == 0 || named == classes) {
      return;
    }
    String text =
        namesFrom().orElse(folder.place())
            + (named > classes
                ? ": has names for classes up to number %d, but the model has %d classes (0 to %d)"
                    .formatted(named - 1, classes, classes - 1)
                : ": has names for %d of the model's %d classes; the others have numbers alone"
                    .formatted(named, classes));
    if (named > classes && namesFrom().isPresent()) {
      throw new CommandException(
          text
              + "; name the file that belongs to the model, or take the names of its folder: -o "
              + (labels.isEmpty() ? NAMES : LABELS)
              + "=None");
    }
    common.warning(text);
  }

  private List<String> named(ModelSpecification d, Common common, List<String> problems) {
    if (!labels.isEmpty() || names.isEmpty()) {
      return labels.isEmpty() ? d.labels() : labels;
    }
    Path file = names.get();
    if (!Files.exists(file)) {
      // As in the reference, which its configurations rely on: they name files of its own checkout.
      common.warning(
          NAMES
              + ": "
              + file
              + ": no such file; classes "
              + (d.labels().isEmpty()
                  ? "have numbers alone"
                  : "are named as the model folder names them"));
      return d.labels();
    }
    return read(file, problems).orElse(d.labels());
  }

  private Optional<List<String>> read(Path file, List<String> problems) {
    try {
      return Optional.of(ClassNames.read(file, delimiter));
    } catch (ModelException e) {
      String.valueOf(e.getMessage()).lines().forEach(problems::add);
    } catch (IOException e) {
      problems.add(Failures.describe(e));
    }
    return Optional.empty();
  }
}
