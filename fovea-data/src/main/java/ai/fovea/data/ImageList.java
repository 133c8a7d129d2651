package ai.fovea.data;

import ai.fovea.base.WholeFile;
import ai.fovea.config.Config;
import ai.fovea.config.Names;
import ai.fovea.lists.BadLine;
import ai.fovea.lists.ListFormat;
import ai.fovea.lists.ListReader;
import ai.fovea.lists.ListReader.Bad;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// A list of labelled images, in the order of its file. Immutable.
///
/// Files are UTF-8, with or without a byte order mark, with either kind of line end; blanks at the ends of a
/// line and empty lines at the end of the file do not matter. Every other line must be good: all that are not
/// are reported together. Every image must exist when the list is read.
///
/// @param source the list file, for messages
/// @param samples the lines
public record ImageList(String source, List<Sample> samples) {
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+(?:_\\d+)*");

  private static final List<String> SUPPORTED =
      List.of(
          "ImageNetDataset",
          "ClsDataset",
          "ShiTuRecDataset",
          "MultiScaleDataset",
          "CompCars",
          "VeriWild",
          "AdaFaceDataset",
          "LogoDataset",
          "ICartoonDataset",
          "CustomLabelDataset");

  /// Further data sets of the reference.
  private static final List<String> KNOWN =
      List.of(
          "MultiLabelDataset",
          "Cifar10",
          "Cifar100",
          "Market1501",
          "DukeMTMC",
          "MSMT17",
          "FiveValidationDataset",
          "PersonDataset");

  public ImageList {
    samples = List.copyOf(samples);
  }

  /// The data set that a `dataset` section of a configuration names.
  ///
  /// Known: ImageNetDataset, ClsDataset, ShiTuRecDataset, MultiScaleDataset, CompCars (whole images), VeriWild,
  /// AdaFaceDataset, LogoDataset, ICartoonDataset, CustomLabelDataset. Keys: `image_root`, `cls_label_path`,
  /// `delimiter`, `relabel`.
  ///
  /// @throws ai.fovea.config.ConfigException where a key is missing or the class unknown
  /// @throws ListException where the list is bad
  public static ImageList of(Config dataset) {
    return settings(dataset).read();
  }

  /// A `dataset` section, read and checked, its files not looked at yet.
  ///
  /// @param list the list file
  /// @param root folder of the images
  /// @param listKey which key of the section names the list
  /// @param rootKey which key of the section names the folder
  public record Source(Path list, Path root, ListFormat format, String listKey, String rootKey) {
    /// Reads the list.
    ///
    /// @throws ListException where it is bad
    public ImageList read() {
      return ImageList.read(list, root, format);
    }

    /// Notes which of the two are not there, in the section that was read.
    ///
    /// @return whether both are there
    public boolean isThere(Config dataset) {
      Optional<String> noList = noList(list);
      Optional<String> noRoot = noRoot(root);
      noList.ifPresent(problem -> dataset.problem(listKey, problem));
      noRoot.ifPresent(problem -> dataset.problem(rootKey, problem));
      return noList.isEmpty() && noRoot.isEmpty();
    }
  }

  private static Optional<String> noList(Path list) {
    return Files.isRegularFile(list)
        ? Optional.empty()
        : Optional.of(
            list
                + (Files.exists(list)
                    ? ": no file, expected a list"
                    : ": the list file does not exist"));
  }

  private static Optional<String> noRoot(Path root) {
    return Files.isDirectory(root)
        ? Optional.empty()
        : Optional.of(root + ": the folder of the images does not exist");
  }

  /// Reads a `dataset` section, without the files that it names.
  ///
  /// @throws ai.fovea.config.ConfigException where a key is missing or the class unknown
  public static Source settings(Config dataset) {
    String name = dataset.text("name");
    String rootKey = dataset.has("root_dir") ? "root_dir" : "image_root";
    String listKey =
        dataset.has("sample_list_path")
            ? "sample_list_path"
            : dataset.has("label_path") ? "label_path" : "cls_label_path";
    if (KNOWN.contains(name)) {
      // Others than those below may have neither.
      dataset.optionalText(rootKey);
      dataset.optionalText(listKey);
      dataset.leaveRest(); // its keys are no mistakes
      dataset.problem("name", Names.unknown("data set", name, SUPPORTED, KNOWN)).check();
    }
    Path root = path(dataset, rootKey);
    Path list = path(dataset, listKey);
    Optional<String> delimiter = dataset.optionalText("delimiter");
    boolean relabel = dataset.flag("relabel", false);
    ListFormat format =
        switch (name) {
          case "ImageNetDataset",
              "ClsDataset",
              "ShiTuRecDataset",
              "MultiScaleDataset",
              "CompCars" ->
              ListFormat.imageNet(delimiter.orElse(" ")).named(name);
          case "VeriWild" -> ListFormat.VERI_WILD;
          case "AdaFaceDataset" -> ListFormat.ADA_FACE;
          case "LogoDataset" -> ListFormat.LOGO;
          case "ICartoonDataset" -> ListFormat.CARTOON;
          case "CustomLabelDataset" -> ListFormat.pathOnly(delimiter);
          default -> {
            if (!name.isEmpty()) { // that there is none is told already
              dataset.problem("name", Names.unknown("data set", name, SUPPORTED, KNOWN));
            }
            yield ListFormat.IMAGE_NET;
          }
        };
    dataset.word("backend", "cv2", "cv2"); // Pillow's pixels are others
    if (name.equals("CompCars")) {
      dataset.has("label_root"); // where boxes to crop to are, see below
    }
    dataset.has(
        "label_key"); // names what transforms make a label of; whoever reads labels refuses it
    if (dataset.flag("bbox_crop", false)) {
      dataset.problem(
          "bbox_crop", "cropping to boxes is not supported; crop the images beforehand");
    }
    dataset.check();
    return new Source(list, root, format.withRelabel(relabel), listKey, rootKey);
  }

  /// Reads a list file.
  ///
  /// @param list the file
  /// @param root folder that the paths in it are relative to (absolute paths stay as they are)
  /// @param format of its lines
  /// @throws ListException with every bad line
  public static ImageList read(Path list, Path root, ListFormat format) {
    List<String> problems = new ArrayList<>();
    noList(list).ifPresent(problems::add);
    noRoot(root).ifPresent(problems::add);
    if (!problems.isEmpty()) {
      throw new ListException(problems);
    }
    List<Bad> bad = new ArrayList<>();
    List<Sample> samples = samples(list, root, format, bad);
    bad.stream()
        .sorted(Comparator.comparingInt(Bad::line))
        .forEach(b -> problems.add(b.told(list)));
    checkIds(list, samples, problems);
    var read = new ImageList(list.toString(), format.relabel() ? relabelled(samples) : samples);
    if (!problems.isEmpty()) {
      throw new ListException(problems, read);
    }
    return read;
  }

  /// The samples whose files are there.
  public ImageList present() {
    return new ImageList(
        source, samples.stream().filter(s -> Files.isRegularFile(s.file())).toList());
  }

  /// How many samples.
  public int size() {
    return samples.size();
  }

  /// The labels, in order.
  public long[] labels() {
    return samples.stream().mapToLong(Sample::label).toArray();
  }

  /// How many distinct labels.
  public int classes() {
    return (int) samples.stream().mapToLong(Sample::label).distinct().count();
  }

  /// Whether the samples have a third field.
  public boolean hasUniqueIds() {
    return !samples.isEmpty() && samples.getFirst().uniqueId().isPresent();
  }

  /// The place of a sample, for messages: `list.txt:10`.
  public String place(Sample sample) {
    return source + ":" + sample.line();
  }

  /// What is wrong with this list for a classifier whose labels are from 0 to `classes` - 1, in one line however many labels are
  /// others; empty where none is.
  ///
  /// @param classes how many the network tells apart
  /// @param key of the configuration that says so
  public Optional<String> labelsOutside(int classes, String key) {
    List<Sample> outside =
        samples.stream().filter(s -> s.label() < 0 || s.label() >= classes).toList();
    if (outside.isEmpty()) {
      return Optional.empty();
    }
    LongSummaryStatistics range = samples.stream().mapToLong(Sample::label).summaryStatistics();
    LongSummaryStatistics wrong = outside.stream().mapToLong(Sample::label).summaryStatistics();
    String hint = range.getMin() >= 1 && range.getMax() == classes ? " (do they start at 1?)" : "";
    int first = outside.getFirst().line();
    String which =
        outside.size() == 1
            ? "label " + wrong.getMin() + " on line " + first
            : "%s on %d lines (first: line %d)".formatted(span(wrong), outside.size(), first);
    return Optional.of(
        "%s: %s, but %s is %d: labels 0 to %d%s"
            .formatted(source, which, key, classes, classes - 1, hint));
  }

  private static String span(LongSummaryStatistics wrong) {
    if (wrong.getMin() == wrong.getMax()) {
      return "label " + wrong.getMin();
    }
    return wrong.getMin() < 0
        ? "labels from " + wrong.getMin() + " to " + wrong.getMax()
        : "labels up to " + wrong.getMax();
  }

  private static Path path(Config dataset, String key) {
    String text = dataset.text(key);
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      dataset.problem(key, "not a path: " + e.getMessage());
      return Path.of("");
    }
  }

  /// @param bad receives the lines that can't be used, and those whose images are not there
  private static List<Sample> samples(Path list, Path root, ListFormat format, List<Bad> bad) {
    try {
      var rows =
          ListReader.read(
              list,
              format.division(),
              ListReader.EmptyLines.REFUSED,
              (line, text, columns) -> {
                Optional<Sample> sample = sample(line, columns, root, format);
                sample
                    .flatMap(s -> missing(s.file()))
                    .ifPresent(
                        reason -> bad.add(new Bad(line, reason, ListReader.shortened(text))));
                return sample;
              });
      bad.addAll(rows.bad());
      return rows.rows();
    } catch (CharacterCodingException e) {
      throw new ListException(List.of(list + ": not UTF-8 text; convert the list to UTF-8"));
    } catch (IOException e) {
      throw new ListException(List.of(String.valueOf(e.getMessage())));
    }
  }

  private static Optional<Sample> sample(
      int number, List<String> columns, Path root, ListFormat format) throws BadLine {
    if (format.header().filter(columns.getFirst()::equals).isPresent()) {
      return Optional.empty();
    }
    if (columns.size() < format.columns()) {
      throw new BadLine(
          "expected "
              + format.columns()
              + " columns separated by "
              + format.division().words()
              + ", found "
              + columns.size());
    }
    long label = format.label() < 0 ? 0 : integer(columns.get(format.label()), "label");
    boolean third = format.uniqueId() >= 0 && columns.size() > format.uniqueId();
    OptionalLong unique =
        third
            ? OptionalLong.of(integer(columns.get(format.uniqueId()), "camera or image id"))
            : OptionalLong.empty();
    return Optional.of(
        new Sample(
            file(root, columns.get(format.path())), label + format.labelOffset(), unique, number));
  }

  private static Path file(Path root, String path) throws BadLine {
    try {
      return root.resolve(path);
    } catch (InvalidPathException e) {
      throw new BadLine("not a path");
    }
  }

  private static Optional<String> missing(Path file) {
    return Files.isRegularFile(file)
        ? Optional.empty()
        : Optional.of(
            WholeFile.otherThanFile(file)
                .map(other -> file + ": " + other + ", not an image")
                .orElse(file + " does not exist"));
  }

  private static long integer(String text, String what) throws BadLine {
    if (!INTEGER.matcher(text).matches()) {
      throw new BadLine("expected a whole number as " + what + ", found '" + text + "'");
    }
    try {
      return Long.parseLong(text.replace("_", ""));
    } catch (NumberFormatException e) {
      throw new BadLine("the " + what + " " + text + " does not fit into 64 bits");
    }
  }

  private static void checkIds(Path list, List<Sample> samples, List<String> problems) {
    long with = samples.stream().filter(s -> s.uniqueId().isPresent()).count();
    if (with == 0 || with == samples.size()) {
      return;
    }
    samples.stream()
        .filter(s -> s.uniqueId().isEmpty())
        .forEach(s ->
            problems.add(
                list
                    + ": "
                    + s.file()
                    + " has no third column, other lines have; give it to all or to none"));
  }

  private static List<Sample> relabelled(List<Sample> samples) {
    long[] distinct = samples.stream().mapToLong(Sample::label).sorted().distinct().toArray();
    return samples.stream()
        .map(s ->
            new Sample(s.file(), Arrays.binarySearch(distinct, s.label()), s.uniqueId(), s.line()))
        .toList();
  }
}
