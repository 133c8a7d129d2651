package ai.fovea.data.golden;

import ai.fovea.config.ConfigException;
import ai.fovea.data.ImageList;
import ai.fovea.data.ListException;
import ai.fovea.testkit.CaseFile;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.GoldenFile;
import ai.fovea.testkit.GoldenFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// `datasets/cases.json`: list files read into tables, or refused. The images themselves are not decoded here.
public final class ListCases implements GoldenFormat {
  private static final Set<String> BUILT =
      Set.of(
          "ImageNetDataset",
          "ClsDataset",
          "ShiTuRecDataset",
          "MultiScaleDataset",
          "VeriWild",
          "AdaFaceDataset",
          "LogoDataset",
          "ICartoonDataset",
          "CustomLabelDataset",
          "CompCars");

  @Override
  public String name() {
    return "data sets";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    return CaseFile.all(content, "dataset", "args", "id");
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) {
    results(file).forEach(sink);
  }

  /// Runs every case of `file`; the lists are in `tree` beside it.
  private static List<CaseResult> results(Path file) {
    Path tree = file.toAbsolutePath().resolveSibling("tree");
    return CaseFile.cases(CaseFile.read(file)).stream()
        .map(c -> run(c, tree, file.toString()))
        .toList();
  }

  private static CaseResult run(JsonNode c, Path tree, String where) {
    String name = c.path("id").asString();
    String dataset = c.path("dataset").asString();
    @SuppressWarnings("unchecked") // a JSON object
    Map<String, Object> args =
        new LinkedHashMap<>((Map<String, Object>) GoldenFile.plain(c.path("args")));
    if (!BUILT.contains(dataset) || Boolean.TRUE.equals(args.get("bbox_crop"))) {
      return CaseResult.skipped(
          name, "the data set " + dataset + " (or an option of it) is not built yet", where);
    }
    if (!Files.isDirectory(tree)) {
      return CaseResult.skipped(name, "the folder " + tree + " is not there", where);
    }
    args.put("name", dataset);
    for (String key :
        List.of("image_root", "root_dir", "cls_label_path", "sample_list_path", "label_path")) {
      args.computeIfPresent(key, (k, v) -> tree.resolve(String.valueOf(v)).toString());
    }
    String wanted = c.path("wanted").asString("");
    boolean mayRefuse = c.has("error") || wanted.contains("reject") || wanted.contains("refuse");
    ImageList list;
    try {
      list = ImageList.of(AsYaml.config(args));
    } catch (ListException | ConfigException e) {
      return mayRefuse
          ? CaseResult.passed(name, where)
          : CaseResult.failed(
              name, CaseFile.brief(c.path("parsed")), String.valueOf(e.getMessage()), where);
    }
    if (c.has("error")) {
      boolean better = wanted.contains("skip") || wanted.contains("replaces the root");
      return better
          ? CaseResult.passed(name, where)
          : CaseResult.failed(
              name, c.path("error").path("message").asString(), list.size() + " samples", where);
    }
    return compare(c, list, tree, name, where);
  }

  private static CaseResult compare(
      JsonNode c, ImageList list, Path tree, String name, String where) {
    JsonNode parsed = c.path("parsed");
    List<Long> labels = list.samples().stream().map(s -> s.label()).toList();
    if (c.path("args").path("relabel").asBoolean(false)) {
      // the reference numbers in hash order: what matters is that equal stays equal, and the order
      // ascends
      String wrong = relabelled(CaseFile.longs(parsed.path("labels")), labels);
      return wrong.isEmpty()
          ? CaseResult.passed(name, where)
          : CaseResult.failed(name, "the same classes, numbered from 0", wrong, where);
    }
    List<String> files =
        list.samples().stream()
            .map(s -> tree.toAbsolutePath().relativize(s.file().normalize()).toString())
            .toList();
    List<String> wantFiles =
        parsed
            .path("images")
            .valueStream()
            .map(n -> Path.of(n.asString()).normalize().toString())
            .toList();
    List<Long> wantLabels = parsed.path("labels").valueStream().map(JsonNode::asLong).toList();
    if (!files.equals(wantFiles)) {
      return CaseResult.failed(name, CaseFile.brief(wantFiles), CaseFile.brief(files), where);
    }
    if (parsed.has("labels") && !wantLabels.equals(labels)) {
      return CaseResult.failed(name, CaseFile.brief(wantLabels), CaseFile.brief(labels), where);
    }
    if (parsed.has("cameras")) {
      List<Long> want = parsed.path("cameras").valueStream().map(JsonNode::asLong).toList();
      List<Long> got = list.samples().stream().map(s -> s.uniqueId().orElse(-1)).toList();
      if (!want.equals(got)) {
        return CaseResult.failed(name, CaseFile.brief(want), CaseFile.brief(got), where);
      }
    }
    if (parsed.has("labels")
        && parsed.path("class_num").isNumber()
        && parsed.path("class_num").asInt() != list.classes()) {
      return CaseResult.failed(
          name,
          parsed.path("class_num").asInt() + " classes",
          String.valueOf(list.classes()),
          where);
    }
    return CaseResult.passed(name, where);
  }

  private static String relabelled(long[] want, List<Long> got) {
    if (want.length != got.size()) {
      return got.size() + " samples";
    }
    Map<Long, Long> pairs = new LinkedHashMap<>();
    for (int i = 0; i < want.length; i++) {
      Long before = pairs.putIfAbsent(want[i], got.get(i));
      if (before != null && !before.equals(got.get(i))) {
        return String.valueOf(got);
      }
    }
    long[] used = new TreeSet<>(pairs.values()).stream().mapToLong(l -> l).toArray();
    return used.length == pairs.size() && used[0] == 0 && used[used.length - 1] == used.length - 1
        ? ""
        : String.valueOf(got);
  }
}
