package ai.fovea.recognize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.base.ModelException;
import ai.fovea.gallery.GallerySettings;
import ai.fovea.gallery.LocalGallery;
import ai.fovea.gallery.NewEntry;
import ai.fovea.gallery.Similarity;
import ai.fovea.gallery.decision.Decider;
import ai.fovea.gallery.decision.Decision;
import ai.fovea.gallery.decision.DecisionPolicy;
import ai.fovea.graph.NDArray;
import ai.fovea.image.Box;
import ai.fovea.image.Image;
import ai.fovea.image.ImageSource;
import ai.fovea.image.transform.Dialect;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.image.transform.Region;
import ai.fovea.onnx.ExecutionOptions;
import ai.fovea.onnx.LiveHandles;
import ai.fovea.onnx.OnnxInput;
import ai.fovea.onnx.OnnxSession;
import ai.fovea.program.ExportedProgram;
import ai.fovea.recognize.post.Detection;
import ai.fovea.recognize.post.Output;
import ai.fovea.recognize.post.PostProcessor;
import ai.fovea.recognize.post.PostStep;
import ai.fovea.testkit.Golden;
import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Programs of PaddlePaddle from their folders to boxes, crops, vectors and labels.
// Over 400 lines: the golden detector in each of its forms, and what a pipeline makes of it, share
// its files and gallery.
@Tag("native")
class PipelineTest {
  private static final String MODELS = "golden/deploy/models/";
  private static final int SIDE = 160;

  @TempDir Path folder;

  /// The golden's input, `[n,3,h,w]`: eight by eight cells with fine noise over them.
  private static NDArray generated(String name, int n) {
    float[] coarse = Golden.values(name + "/coarse", n * 3 * 64, 1, 0);
    float[] fine = Golden.values(name + "/fine", n * 3 * SIDE * SIDE, 1, 0);
    float[] image = new float[fine.length];
    for (int i = 0; i < image.length; i++) {
      int x = i % SIDE;
      int y = i / SIDE % SIDE;
      int plane = i / SIDE / SIDE;
      image[i] = 2 * coarse[(plane * 8 + y * 8 / SIDE) * 8 + x * 8 / SIDE] + 0.5f * fine[i];
    }
    return NDArray.of(image, n, 3, SIDE, SIDE);
  }

  private static float[] floats(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  /// The detector of the goldens, with the suppression that its program says: the boxes that Paddle gave, to its own tolerance.
  @ParameterizedTest
  @ValueSource(strings = {"legacy", "pir"})
  void detectorsGiveTheBoxesOfPaddle(String format) throws IOException {
    Path place = Shared.path(MODELS + "picodet_tiny_nms");
    ModelFolder model = ModelFolder.open(place.resolve(format));
    assertThat(model.specification().outputs()).containsExactly("boxes", "scores");
    List<PostStep> steps = model.specification().steps();
    assertThat(steps)
        .containsExactly(
            new PostStep.Suppress(0.55f, 200, 30, 0.6f, 1, true, -1),
            new PostStep.KeepBoxes(0.5, List.of("foreground")));
    JsonNode cases =
        JsonMapper.shared().readTree(place.resolve("expected.json").toFile()).get("cases");
    try (OnnxSession session =
        OnnxSession.of("picodet", model.network(), ExecutionOptions.DEFAULT)) {
      for (JsonNode golden : cases) {
        JsonNode feeds = golden.get("feeds");
        int n = feeds.get("shape").get(0).asInt();
        var scales = new float[2 * n];
        for (int i = 0; i < scales.length; i++) {
          scales[i] = (float) feeds.get("scale_factor").get(i / 2).get(i % 2).asDouble();
        }
        NDArray image = generated(feeds.get("generated").get("name").asString(), n);
        var out =
            session.run(
                Map.of(
                    "image", OnnxInput.of(image),
                    "scale_factor", OnnxInput.of(NDArray.of(scales, n, 2))),
                List.of("boxes", "scores"));
        float[] expected =
            floats(place.resolve(golden.get("outputs").get(0).get("file").asString()));
        double apart = golden.get("pir_vs_legacy_max_abs_diff").get(0).asDouble();
        Offset<Float> tolerance = Offset.offset((float) Math.max(1e-3, 20 * apart));
        int row = 0;
        for (int i = 0; i < n; i++) {
          var rows = new LinkedHashMap<String, NDArray>();
          rows.put("boxes", part(out.get("boxes"), i));
          rows.put("scores", part(out.get("scores"), i));
          Output found =
              new PostProcessor(steps.subList(0, 1))
                  .apply(new Output.Tensors(rows), Optional.empty(), "golden");
          for (Detection d : ((Output.Detections) found).detections()) {
            Box b = d.box();
            assertThat(new float[] {d.classId(), d.score()})
                .containsExactly(Arrays.copyOfRange(expected, row, row + 2), Offset.offset(1e-4f));
            assertThat(new float[] {b.left(), b.top(), b.right(), b.bottom()})
                .containsExactly(Arrays.copyOfRange(expected, row + 2, row + 6), tolerance);
            row += 6;
          }
        }
        assertThat(row).isEqualTo(expected.length);
      }
    }
  }

  private static NDArray part(NDArray all, int i) {
    int[] sizes = all.shape().sizes();
    int length = all.size() / sizes[0];
    return NDArray.of(
        Arrays.copyOfRange(all.floats(), i * length, (i + 1) * length),
        Arrays.copyOfRange(sizes, 1, sizes.length));
  }

  /// A photograph's worth of colours: cells of chance, larger than the detector's input.
  private static Image scene(int width, int height) {
    float[] cells = Golden.values("scene", 3 * 64, 127, 128);
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      int c = i % 3;
      int x = i / 3 % width;
      int y = i / 3 / width;
      rgb[i] = (byte) cells[(c * 8 + y * 8 / height) * 8 + x * 8 / width];
    }
    return Image.wrap(width, height, rgb);
  }

  private static ModelFolder detector(String name, String format) throws IOException {
    ModelSpecification told =
        ModelFolder.open(Shared.path(MODELS + "picodet_tiny_nms/" + format)).specification();
    var steps = new ArrayList<PostStep>();
    steps.add(new PostStep.Suppress(0.55f, 200, 30, 0.6f, 1, true, -1));
    steps.add(new PostStep.KeepBoxes(0.5, List.of("foreground")));
    return ModelFolder.of(
        name,
        new ModelSpecification(name, Map.of(), told.preprocessing(), List.of(), steps),
        ExportedProgram.read(Shared.path(MODELS + name + "/" + format), 0));
  }

  /// Three exports of one detector find the same objects: one maps boxes back to the image by its input `scale_factor`, one yields boxes before the suppression, and of
  /// one we decode the maps of the heads and map the boxes back by the geometry.
  @ParameterizedTest
  @CsvSource({"legacy, 320, 200", "pir, 133, 251"})
  void boxesComeBackToTheImage(String format, int width, int height) throws IOException {
    ImageSource image = ImageSource.of(scene(width, height), "scene");
    List<List<Detection>> all = new ArrayList<>();
    for (String name : List.of("picodet_tiny_nms", "picodet_tiny_decoded", "picodet_tiny_heads")) {
      try (Detector detector = Detector.of(detector(name, format), ModelOptions.DEFAULT)) {
        List<Result<List<Detection>>> found = detector.detectAll(List.of(image, image));
        assertThat(found.get(1).orThrow()).isEqualTo(found.get(0).orThrow());
        all.add(found.getFirst().orThrow());
      }
    }
    assertThat(all.getFirst())
        .isNotEmpty()
        .allSatisfy(d -> {
          assertThat(d.label()).isEqualTo("foreground");
          assertThat(d.score()).isGreaterThan(0.55f);
        });
    for (List<Detection> other : all.subList(1, all.size())) {
      assertThat(other).hasSameSizeAs(all.getFirst());
      for (int i = 0; i < other.size(); i++) {
        Detection a = all.getFirst().get(i);
        Detection b = other.get(i);
        assertThat(b.score()).isCloseTo(a.score(), Offset.offset(1e-4f));
        assertThat(new float[] {b.box().left(), b.box().top(), b.box().right(), b.box().bottom()})
            .containsExactly(
                new float[] {a.box().left(), a.box().top(), a.box().right(), a.box().bottom()},
                Offset.offset(0.02f));
      }
    }
  }

  /// Detector, crops, embedder, gallery: each object is found under the label that its crop was added with, and its box lies in the image.
  @Test
  void objectsAreFoundCutOutAndLookedUp() throws IOException {
    Image scene = scene(320, 200);
    ImageSource image = ImageSource.of(scene, "scene");
    ModelFolder rec = ModelFolder.open(Shared.path(MODELS + "rec_shitu_tiny/pir"));
    Detector detector = Detector.open(Shared.path(MODELS + "picodet_tiny_nms/pir"));
    Embedder embedder = Embedder.of(rec, ModelOptions.DEFAULT);
    try (detector;
        embedder;
        LocalGallery gallery =
            LocalGallery.inMemory(
                new GallerySettings(embedder.modelId(), embedder.dimension(), Similarity.COSINE))) {
      PipelineOptions options = PipelineOptions.DEFAULT;
      List<Pipeline.Chosen> chosen = Pipeline.choose(detector.detect(image), 320, 200, options);
      assertThat(chosen).hasSizeBetween(2, 6);
      for (int i = 0; i < chosen.size(); i++) {
        Region region = chosen.get(i).region();
        gallery.add(
            NewEntry.of("object " + i, embedder.embed(ImageSource.of(region.cut(scene), "crop"))));
      }
      var policy = new DecisionPolicy(1, OptionalDouble.of(0.999));
      var pipeline =
          new Pipeline(
              detector, new Recognizer(embedder, gallery, policy), options.withMaxOverlap(1));
      List<RecognizedObject> seen = pipeline.recognize(image);
      assertThat(seen).hasSameSizeAs(chosen);
      for (RecognizedObject object : seen) {
        int i = Integer.parseInt(object.recognition().label().orElseThrow().substring(7));
        // Crops may be alike; then another one of the same score stands for it.
        assertThat(object.recognition().score()).isGreaterThan(0.999);
        assertThat(Box.of(chosen.get(i).region()).intersectionOverUnion(object.box(), 0))
            .isGreaterThan(0.9);
      }
      // Overlapping ones go, the best first; a bad image leaves the others alone.
      List<Result<List<RecognizedObject>>> all =
          new Pipeline(detector, new Recognizer(embedder, gallery, policy), options)
              .recognizeAll(List.of(image, ImageSource.of(new byte[9], "broken"), image));
      assertThat(all.get(1).problem().orElseThrow()).contains("broken");
      assertThat(all.get(2).orThrow()).hasSameSizeAs(all.get(0).orThrow()).isNotEmpty();
      assertThat(all.get(0).orThrow().size()).isLessThanOrEqualTo(seen.size());
    }
    assertThat(detector.session().liveHandles()).isEqualTo(LiveHandles.NONE);
    assertThat(embedder.session().liveHandles()).isEqualTo(LiveHandles.NONE);
  }

  /// Selection, thresholds and suppression as the reference's system does it, where its features are given.
  @Test
  void theWholePipelineGivesWhatTheReferenceMeans() throws IOException {
    Path place = Shared.path("golden/deploy/system/public.json");
    int compared = 0;
    List<String> docs = new ArrayList<>();
    for (JsonNode golden : JsonMapper.shared().readTree(place.toFile()).get("cases")) {
      if (golden.get("gallery_docs").isArray()) {
        docs.clear();
        golden.get("gallery_docs").forEach(d -> docs.add(d.asString()));
      }
      String distance = golden.get("index_process").get("dist_type").asString();
      if (distance.equals("hamming")) {
        continue; // vectors of bits are no gallery of ours
      }
      compared++;
      Similarity similarity = distance.equals("L2") ? Similarity.L2 : Similarity.INNER_PRODUCT;
      NDArray rows = array(golden.get("gallery"));
      NDArray features = array(golden.get("features"));
      try (LocalGallery gallery =
          LocalGallery.inMemory(new GallerySettings("model", rows.shape().size(1), similarity))) {
        for (int i = 0; i < docs.size(); i++) {
          gallery.add(NewEntry.of(docs.get(i).split("\t")[1], part(rows, i).floats()));
        }
        var options =
            new PipelineOptions(
                golden.get("max_det_results").asInt(),
                golden.get("det_threshold").asDouble(),
                true,
                golden.get("rec_nms_thresold").asDouble(),
                false);
        List<Detection> detections = new ArrayList<>();
        for (JsonNode d : golden.get("detector_output")) {
          detections.add(
              new Detection(
                  0,
                  "",
                  (float) d.get(1).asDouble(),
                  new Box(
                      (float) d.get(2).asDouble(),
                      (float) d.get(3).asDouble(),
                      (float) d.get(4).asDouble(),
                      (float) d.get(5).asDouble())));
        }
        List<Pipeline.Chosen> chosen =
            Pipeline.choose(
                detections,
                golden.get("image_hw").get(1).asInt(),
                golden.get("image_hw").get(0).asInt(),
                options);
        assertThat(chosen).hasSize(features.shape().size(0));
        double threshold = golden.get("index_process").get("score_thres").asDouble();
        var policy = new DecisionPolicy(1, OptionalDouble.of(threshold));
        List<RecognizedObject> objects = new ArrayList<>();
        for (int i = 0; i < chosen.size(); i++) {
          Decision decision = new Decider(gallery, policy).decide(part(features, i).floats());
          if (!decision.isUnknown()) {
            objects.add(
                new RecognizedObject(
                    Box.of(chosen.get(i).region()),
                    chosen.get(i).score(),
                    Recognition.of("image", decision, 0)));
          }
        }
        List<RecognizedObject> kept =
            Pipeline.withoutOverlaps(objects, options.maxOverlap(), similarity != Similarity.L2);
        JsonNode intended = golden.get("intended");
        assertThat(kept).as(golden.get("name").asString()).hasSize(intended.size());
        for (int i = 0; i < kept.size(); i++) {
          JsonNode right = intended.get(i);
          RecognizedObject object = kept.get(i);
          assertThat(object.recognition().label()).hasValue(right.get("rec_docs").asString());
          assertThat(object.recognition().score())
              .isCloseTo(right.get("rec_scores").asDouble(), Offset.offset(2e-6));
          JsonNode b = right.get("bbox");
          assertThat(object.box())
              .isEqualTo(
                  new Box(b.get(0).asInt(), b.get(1).asInt(), b.get(2).asInt(), b.get(3).asInt()));
        }
      }
    }
    assertThat(compared).isEqualTo(6);
  }

  private static NDArray array(JsonNode told) throws IOException {
    int[] dims = {told.get("shape").get(0).asInt(), told.get("shape").get(1).asInt()};
    return NDArray.of(floats(Shared.path("golden/deploy/" + told.get("file").asString())), dims);
  }

  /// Classifiers and embedders of PaddlePaddle open as folders of ours do; their probabilities are not made twice.
  @ParameterizedTest
  @ValueSource(strings = {"legacy", "pir"})
  void foldersOfPaddleAreModels(String format) throws IOException {
    try (Classifier classifier =
        Classifier.open(Shared.path(MODELS + "cls_pplcnet_x0_25/" + format))) {
      assertThat(classifier.session().specification().steps())
          .hasSize(1)
          .first()
          .isInstanceOf(PostStep.TopK.class);
      var classes = classifier.classify(ImageSource.of(scene(300, 280), "scene"));
      assertThat(classes)
          .hasSize(5)
          .first()
          .extracting(c -> c.label())
          .asString()
          .startsWith("class ");
    }
    ModelFolder rec = ModelFolder.open(Shared.path(MODELS + "rec_shitu_tiny/" + format));
    try (Embedder embedder = Embedder.of(rec, ModelOptions.DEFAULT)) {
      float[] features = embedder.embed(ImageSource.of(scene(70, 60), "scene"));
      assertThat(features).hasSize(embedder.dimension());
      double norm = 0;
      for (float f : features) {
        norm += (double) f * f;
      }
      assertThat(norm).isCloseTo(1, Offset.offset(1e-5));
      // Written as a folder of ours, it is the same model.
      rec.write(folder, Map.of());
      ModelFolder written = ModelFolder.open(folder);
      assertThat(written.id().value()).isEqualTo(rec.id().value());
      try (Embedder again = Embedder.of(written, ModelOptions.DEFAULT)) {
        assertThat(again.embed(ImageSource.of(scene(70, 60), "scene"))).containsExactly(features);
      }
    }
  }

  @Test
  void aProgramWithoutADescriptionIsToldHowToUse() {
    Path heads = Shared.path(MODELS + "picodet_tiny_heads/pir");
    assertThatThrownBy(() -> ModelFolder.open(heads))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("holds a program of PaddlePaddle without inference.yml");
  }

  @Test
  void aModelFolderThatLacksAFileIsToldAsOne(@TempDir Path folder) throws IOException {
    Path whole = Shared.path(MODELS + "rec_shitu_tiny/pir");
    for (String file : List.of("inference.json", "inference.yml")) {
      Files.copy(whole.resolve(file), folder.resolve(file));
    }
    assertThatThrownBy(() -> ModelFolder.open(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("inference.pdiparams: no such file: the model folder is not whole");
  }

  /// A name that the program does not have is refused with those that it has.
  @Test
  void anOutputThatTheProgramDoesNotHaveIsRefused() throws IOException {
    Path place = Shared.path(MODELS + "rec_shitu_tiny/pir");
    ModelSpecification told = ModelFolder.open(place).specification();
    ExportedProgram program = ExportedProgram.read(place, 0);
    var other =
        new ModelSpecification(
            told.name(), told.inputs(), told.preprocessing(), List.of("features"), told.steps());
    assertThatThrownBy(() -> ModelFolder.of("rec", other, program))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("rec: there is no output features; the network has output0");
  }

  /// A part of an image that can't be embedded leaves the others alone; where none can be, that is told.
  @Test
  void aPartThatCannotBeLookedUpIsLeftOut() throws IOException {
    ImageSource image = ImageSource.of(scene(320, 200), "scene");
    try (Detector detector = Detector.open(Shared.path(MODELS + "picodet_tiny_nms/pir"))) {
      List<Pipeline.Chosen> chosen =
          Pipeline.choose(detector.detect(image), 320, 200, PipelineOptions.DEFAULT);
      assertThat(chosen).hasSizeGreaterThan(1);
      assertThat(chosen.subList(0, chosen.size() - 1))
          .allMatch(c -> c.region().width() < 320 || c.region().height() < 200);
      assertThat(lookedUp(detector, image, 320, 200).orThrow())
          .singleElement()
          .satisfies(o -> assertThat(o.box()).isEqualTo(new Box(0, 0, 320, 200)));
      assertThat(lookedUp(detector, image, 400, 200).problem().orElseThrow()).startsWith("scene: ");
    }
  }

  /// With an embedder that can't take less than a width and height.
  private static Result<List<RecognizedObject>> lookedUp(
      Detector detector, ImageSource image, int width, int height) throws IOException {
    ModelFolder tiny = Tiny.embedder(1);
    List<Object> operations = new ArrayList<>(tiny.specification().preprocessing().toConfig());
    operations.addFirst(Map.of("CropImage", Map.of("size", List.of(width, height))));
    ModelFolder folder =
        tiny.withSpecification(
            tiny.specification()
                .withPreprocessing(Preprocessing.parse(operations, Dialect.DEPLOYMENT)));
    try (Embedder embedder = Embedder.of(folder, ModelOptions.DEFAULT);
        LocalGallery gallery =
            LocalGallery.inMemory(
                new GallerySettings(embedder.modelId(), embedder.dimension(), Similarity.COSINE))) {
      gallery.add(NewEntry.of("other", Golden.values("other", Tiny.LENGTH, 1, 0)));
      return new Pipeline(
              detector,
              new Recognizer(embedder, gallery),
              PipelineOptions.DEFAULT.withKeepUnknown(true).withMaxOverlap(1))
          .recognizeAll(List.of(image))
          .getFirst();
    }
  }

  /// What the gallery knows is never left out for something that it does not know, whichever score is better.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anUnknownObjectSuppressesNoKnownOne(boolean largerIsBetter) {
    double better = largerIsBetter ? 0.9 : 0.1;
    RecognizedObject unknown = object(Optional.empty(), better, 0);
    RecognizedObject known = object(Optional.of("cup"), 0.5, 1);
    RecognizedObject apart = object(Optional.empty(), better, 100);
    assertThat(Pipeline.withoutOverlaps(List.of(unknown, known, apart), 0.05, largerIsBetter))
        .containsExactly(known, apart);
  }

  private static RecognizedObject object(Optional<String> label, double score, int left) {
    return new RecognizedObject(
        new Box(left, 0, left + 20, 20),
        0.5,
        new Recognition("image", label, Optional.empty(), score, 0.5, 1, 1, List.of(), 0));
  }

  /// A folder with a program, and a description of a detector that ends like this.
  private Path described(String program, String ending) throws IOException {
    Path place = Shared.path(MODELS + program + "/pir");
    for (String file : List.of("inference.json", "inference.pdiparams")) {
      Files.copy(place.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.writeString(
        folder.resolve("inference.yml"),
        """
        arch: PicoDet
        Preprocess:
        - {type: Resize, interp: 2, keep_ratio: false, target_size: [160, 160]}
        - {type: NormalizeImage, is_scale: true, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]}
        - {type: Permute}
        """
            + ending);
    return folder;
  }

  /// A detector that suppresses itself needs no section NMS; the program's own settings are taken.
  @Test
  void aDetectorWithoutASectionForSuppressionIsOne() throws IOException {
    Path own = described("picodet_tiny_nms", "draw_threshold: 0.4\nlabel_list: [foreground]\n");
    List<PostStep> steps = ModelFolder.open(own).specification().steps();
    assertThat(steps)
        .containsExactly(
            ModelFolder.open(Shared.path(MODELS + "picodet_tiny_nms/pir"))
                .specification()
                .steps()
                .getFirst(),
            new PostStep.KeepBoxes(0.4, List.of("foreground")));
    assertThat(steps.getFirst()).isInstanceOf(PostStep.Suppress.class);
    try (Detector detector = Detector.open(own)) {
      assertThat(detector.detect(ImageSource.of(scene(320, 200), "scene"))).isNotEmpty();
    }
    assertThat(
            ModelFolder.open(described("picodet_tiny_nms", "label_list: [foreground]\n"))
                .specification()
                .steps())
        .hasSize(2)
        .last()
        .isEqualTo(new PostStep.KeepBoxes(0.5, List.of("foreground")));
    Path neither = described("picodet_tiny_heads", "draw_threshold: 0.5\n");
    assertThatThrownBy(() -> ModelFolder.open(neither))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("describes a detector without a section NMS");
  }

  /// Steps that don't fit what the program does are an error of the folder.
  @Test
  void stepsThatDoNotFitTheProgramAreToldAsTheFoldersError() throws IOException {
    Path classes = described("picodet_tiny_nms", "PostProcess: {Topk: {topk: 2}}\n");
    assertThatThrownBy(() -> ModelFolder.open(classes))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(classes + ": ")
        .hasMessageContaining("the step TopK can't follow Suppress");
  }
}
