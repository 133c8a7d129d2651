package ai.fovea.image.golden;

import ai.fovea.image.Image;
import ai.fovea.image.Pixels;
import ai.fovea.image.Planes;
import ai.fovea.image.Workspace;
import ai.fovea.image.transform.ColorJitter;
import ai.fovea.image.transform.Dialect;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.image.transform.RandCropImage;
import ai.fovea.image.transform.RandFlipImage;
import ai.fovea.image.transform.RandomErasing;
import ai.fovea.image.transform.RandomResizedCrop;
import ai.fovea.image.transform.RandomRotation;
import ai.fovea.image.transform.Region;
import ai.fovea.image.transform.Transform;
import ai.fovea.testkit.CaseResult;
import ai.fovea.testkit.Fingerprint.Tolerance;
import ai.fovea.testkit.GoldenFile;
import ai.fovea.testkit.GoldenFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Random operations on images: files like `data/augment/cases.json.gz`. Streams of random numbers need
/// not agree, so what the reference drew is injected, and its effect compared.
public final class AugmentCases implements GoldenFormat {
  private static final Set<String> BUILT =
      Set.of(
          "ColorJitter",
          "RandCropImage",
          "RandCropImageV2",
          "RandFlipImage",
          "RandomCropImage",
          "RandomErasing",
          "RandomResizedCrop",
          "RandomRotation");

  @Override
  public String name() {
    return "augmentations";
  }

  @Override
  public boolean accepts(Path file, JsonNode content) {
    JsonNode first = content.path("cases").path(0);
    return first.has("op") && first.has("args") && first.has("seed") && first.has("output_kind");
  }

  @Override
  public void run(Path file, Consumer<CaseResult> sink) throws IOException {
    results(file).forEach(sink);
  }

  /// Runs every case of a file.
  private static List<CaseResult> results(Path file) throws IOException {
    var tree = new DataTree(file);
    var results = new ArrayList<CaseResult>();
    try (var workspace = new Workspace()) {
      for (JsonNode one : GoldenFile.records(file).getFirst().path("cases")) {
        results.add(run(one, tree, workspace));
      }
    }
    return results;
  }

  private static CaseResult run(JsonNode one, DataTree tree, Workspace workspace)
      throws IOException {
    String op = one.path("op").asString();
    String name = op + " " + one.path("args") + " seed " + one.path("seed").asInt();
    String where = tree.cases() + ", " + one.path("image").asString();
    if (!BUILT.contains(op)) {
      return CaseResult.skipped(name, op + " is not built", where);
    }
    boolean refusal = one.has("error");
    try {
      Transform transform = transform(one);
      Pixels input = tree.input(one);
      if (refusal) {
        transform.apply(input, new SplittableRandom(1), workspace);
        return CaseResult.failed(name, "an error", "none", where);
      }
      Optional<Pixels> output = replay(one, transform, input, workspace);
      if (output.isEmpty()) {
        return CaseResult.skipped(name, op + " with these draws is not built", where);
      }
      return DataTree.fingerprint(output.get())
          .difference(one.path("expected"), tree.full(one), tolerance(op, transform))
          .map(d ->
              CaseResult.failed(name, one.path("expected").path("sha256").asString(), d, where))
          .orElseGet(() -> CaseResult.passed(name, where));
    } catch (IllegalArgumentException e) {
      return refusal
          ? CaseResult.passed(name, where)
          : CaseResult.failed(name, "no error", String.valueOf(e.getMessage()), where);
    }
  }

  private static Transform transform(JsonNode one) {
    boolean pillow = one.path("input").asString().equals("pil");
    Object settings = GoldenFile.plain(one.path("args"));
    return Preprocessing.parse(
            AsYaml.list(List.of(Map.of(one.path("op").asString(), settings))),
            Dialect.TRAINING,
            pillow)
        .transforms()
        .getFirst();
  }

  private static Optional<Pixels> replay(
      JsonNode one, Transform transform, Pixels input, Workspace workspace) {
    if (one.path("unchanged").asBoolean(false)) {
      return Optional.of(input);
    }
    JsonNode meaning = one.path("semantic");
    JsonNode steps = one.path("steps");
    JsonNode step = steps.path(0);
    return switch (transform) {
      case RandCropImage t
          when one.path("args").path("interpolation").asString("").equals("random") ->
          Optional.empty();
      case RandCropImage t ->
          Optional.of(t.resized((Image) input, region(step, "x", "y"), workspace));
      case RandomResizedCrop t ->
          Optional.of(t.resized((Image) input, region(step, "left", "top"), workspace));
      case RandFlipImage t -> Optional.of(t.flip(input));
      case RandomErasing t -> erase(t, (Planes) input, meaning);
      case RandomRotation t when steps.size() == 1 ->
          Optional.of(t.rotate((Image) input, step.path("angle").asDouble()));
      case ColorJitter t when !one.path("input").asString().equals("pil") ->
          jitter((Image) input, steps);
      case Transform t when meaning.has("left") -> {
        Region region = region(meaning, "left", "top");
        yield short1(t, region) ? Optional.empty() : Optional.of(region.cut(input));
      }
      default -> Optional.empty();
    };
  }

  /// The reference sometimes cuts a row or a column too few, which is not to be followed.
  private static boolean short1(Transform transform, Region region) {
    int[] wanted = Preprocessing.of(List.of(transform)).outputShape().orElseThrow();
    return wanted[1] != region.height() || wanted[2] != region.width();
  }

  private static Region region(JsonNode from, String x, String y) {
    return new Region(
        from.path(x).asInt(),
        from.path(y).asInt(),
        from.path("width").asInt(),
        from.path("height").asInt());
  }

  private static Optional<Pixels> erase(RandomErasing t, Planes input, JsonNode meaning) {
    JsonNode box = meaning.path("changed_box");
    return t.mode() == RandomErasing.Mode.CONST && box.has("top")
        ? Optional.of(t.fill(input, region(box, "left", "top"), new SplittableRandom(1)))
        : Optional.empty();
  }

  private static Optional<Pixels> jitter(Image input, JsonNode steps) {
    Image image = input;
    for (JsonNode step : steps) {
      double factor = step.path("factor").asDouble();
      image =
          switch (step.path("op").asString()) {
            case "adjust_brightness" -> ColorJitter.brightness(image, factor);
            case "adjust_contrast" -> ColorJitter.contrast(image, factor);
            case "adjust_saturation" -> ColorJitter.saturation(image, factor);
            default -> ColorJitter.hue(image, factor);
          };
    }
    return Optional.of(image);
  }

  private static Tolerance tolerance(String op, Transform transform) {
    return switch (op) {
      case "ColorJitter" -> Tolerance.of(4, 1);
      case "RandCropImage", "RandomResizedCrop" -> Tolerance.of(1, 0.05);
      case "RandomRotation" ->
          transform instanceof RandomRotation r
                  && r.interpolation() == ai.fovea.image.transform.Interpolation.NEAREST
              ? Tolerance.EXACT
              : Tolerance.of(1, 1);
      case "RandomErasing" -> new Tolerance(2e-6, 2e-6, true);
      default -> Tolerance.EXACT;
    };
  }
}
