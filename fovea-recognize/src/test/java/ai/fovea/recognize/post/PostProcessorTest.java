package ai.fovea.recognize.post;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.base.ModelException;
import ai.fovea.graph.NDArray;
import ai.fovea.image.Box;
import ai.fovea.image.transform.Geometry;
import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PostProcessorTest {
  private static Output apply(NDArray row, PostStep... steps) {
    return new PostProcessor(List.of(steps))
        .apply(new Output.Tensors(Map.of("y", row)), Optional.empty(), "image");
  }

  private static float[] vector(Output output) {
    return ((Output.Vector) output).values();
  }

  private static NDArray row(float... values) {
    return NDArray.of(values, values.length);
  }

  @Test
  void stepsOnRowsOfNumbers() {
    assertThat(vector(apply(row(3, 4)))).containsExactly(3, 4);
    assertThat(vector(apply(row(3, 4), new PostStep.Normalize()))).containsExactly(0.6f, 0.8f);
    float[] probabilities = vector(apply(row(1000, 1001, 1000), new PostStep.Softmax()));
    float e = (float) Math.E;
    assertThat(probabilities)
        .containsExactly(new float[] {1 / (2 + e), e / (2 + e), 1 / (2 + e)}, Offset.offset(1e-6f));
    assertThat(vector(apply(row(0, 1000, -1000), new PostStep.Sigmoid())))
        .containsExactly(0.5f, 1, 0);
    // (x - mean) · [[1, 0, 2], [0, 1, 3]]
    var whitening = new PostStep.Whitening(new float[] {1, 2}, new float[] {1, 0, 2, 0, 1, 3});
    assertThat(vector(apply(row(2, 4), whitening))).containsExactly(1, 2, 8);
    assertThat(vector(apply(NDArray.of(new long[] {1, 2}, 2)))).containsExactly(1, 2);
  }

  @Test
  void classesAboveAndAtTheTop() {
    var top = new PostStep.TopK(2, List.of("a", "b"));
    assertThat(apply(row(0.1f, 0.5f, 0.5f), top))
        .isEqualTo(
            new Output.Classes(
                List.of(new ScoredClass(1, "b", 0.5f), new ScoredClass(2, "2", 0.5f))));
    assertThat(apply(row(0.5f), new PostStep.TopK(5, List.of())))
        .isEqualTo(new Output.Classes(List.of(new ScoredClass(0, "0", 0.5f))));
    assertThat(apply(row(0.5f, 0.1f, 0.9f), new PostStep.Threshold(0.5, List.of())))
        .isEqualTo(
            new Output.Classes(
                List.of(new ScoredClass(0, "0", 0.5f), new ScoredClass(2, "2", 0.9f))));
  }

  @Test
  void whatIsNoAnswerIsRefused() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> apply(row(1, bad)))
          .isInstanceOf(ModelException.class)
          .hasMessage("image: the model's outputs are not finite numbers");
    }
    assertThatThrownBy(() -> apply(row(0, 0), new PostStep.Normalize()))
        .hasMessageContaining("are all zero");
    assertThatThrownBy(() -> apply(row(1), new PostStep.Whitening(new float[2], new float[4])))
        .hasMessage("image: the whitening is for 2 features, the network yields 1");
    assertThatThrownBy(() -> apply(row(1), suppress(0.5, 10, 10, 0.5)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("needs boxes [K,4] and scores [C,K]");
  }

  @Test
  void tasksFollowFromTheSteps() {
    var nms = suppress(0.5, 10, 10, 0.5);
    assertThat(Task.of(List.of())).isEqualTo(Task.EMBEDDING);
    assertThat(Task.of(List.of(new PostStep.Softmax(), new PostStep.TopK(1, List.of()))))
        .isEqualTo(Task.CLASSIFICATION);
    assertThat(Task.of(List.of(nms, new PostStep.KeepBoxes(0, List.of()))))
        .isEqualTo(Task.DETECTION);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Task.of(List.of(nms, new PostStep.Softmax())))
        .withMessage("the step Softmax can't follow Suppress");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Task.of(List.of(new PostStep.KeepBoxes(0, List.of()))))
        .withMessage("the step KeepBoxes can't follow the network's outputs");
    assertThatIllegalArgumentException().isThrownBy(() -> new PostStep.TopK(0, List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PostStep.Whitening(new float[2], new float[3]));
  }

  private static PostStep.Suppress suppress(double score, int top, int keep, double overlap) {
    return new PostStep.Suppress(score, top, keep, overlap, 1, true, -1);
  }

  /// Against loops as naive as can be: every box is compared with every better one that stayed.
  @Test
  void suppressionEqualsANaiveOne() {
    for (int seed = 0; seed < 50; seed++) {
      var random = new SplittableRandom(seed);
      int n = random.nextInt(1, 40);
      int classes = random.nextInt(1, 4);
      float[] boxes = new float[4 * n];
      for (int k = 0; k < n; k++) {
        boxes[4 * k] = random.nextInt(20);
        boxes[4 * k + 1] = random.nextInt(20);
        boxes[4 * k + 2] = boxes[4 * k] + random.nextInt(1, 20);
        boxes[4 * k + 3] = boxes[4 * k + 1] + random.nextInt(1, 20);
      }
      float[] scores = new float[classes * n];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = random.nextInt(1000) / 1000f;
      }
      var step = suppress(0.3, -1, -1, 0.4);
      var expected = new ArrayList<Detection>();
      for (int c = 0; c < classes; c++) {
        int first = expected.size();
        var order = new ArrayList<Integer>();
        for (int k = 0; k < n; k++) {
          if (scores[c * n + k] > 0.3f) {
            order.add(k);
          }
        }
        int of = c;
        order.sort(Comparator.comparingDouble(k -> -scores[of * n + k]));
        for (int k : order) {
          var box = new Box(boxes[4 * k], boxes[4 * k + 1], boxes[4 * k + 2], boxes[4 * k + 3]);
          if (expected.subList(first, expected.size()).stream()
              .noneMatch(d -> d.box().intersectionOverUnion(box, 0) > 0.4f)) {
            expected.add(new Detection(c, "" + c, scores[c * n + k], box));
          }
        }
      }
      var outputs = new LinkedHashMap<String, NDArray>();
      outputs.put("boxes", NDArray.of(boxes, n, 4));
      outputs.put("scores", NDArray.of(scores, classes, n));
      assertThat(
              new PostProcessor(List.of(step))
                  .apply(new Output.Tensors(outputs), Optional.empty(), "image"))
          .as("seed %d", seed)
          .isEqualTo(new Output.Detections(expected));
    }
  }

  /// Distributions with all weight on one distance: the box is known without any arithmetic.
  @Test
  void mapsBecomeBoxesInTheImage() {
    int bins = 4;
    float[] distances = new float[4 * 4 * bins];
    for (int cell = 0; cell < 4; cell++) {
      for (int side = 0; side < 4; side++) {
        distances[(cell * 4 + side) * bins + 1] = 100; // one stride
      }
    }
    var outputs = new LinkedHashMap<String, NDArray>();
    outputs.put("scores", NDArray.of(new float[] {0, 0, 0.9f, 0}, 4, 1));
    outputs.put("distances", NDArray.of(distances, 4, 4 * bins));
    List<PostStep> steps =
        List.of(
            new PostStep.DecodeBoxes(List.of(8), bins),
            new PostStep.ToImage(),
            suppress(0.5, 10, 10, 0.5),
            new PostStep.KeepBoxes(0.5, List.of("thing")));
    // 32 x 64 pixels became 16 x 16; cell 2 is in the second row
    var geometry = new Geometry(32, 64, 0.5, 0.25, 0, 0, 16, 16, 16, 16);
    Output found =
        new PostProcessor(steps).apply(new Output.Tensors(outputs), Optional.of(geometry), "image");
    assertThat(found)
        .isEqualTo(
            new Output.Detections(
                List.of(new Detection(0, "thing", 0.9f, new Box(-8, 16, 24, 80)))));
    outputs.put("distances", NDArray.of(new float[16], 1, 16));
    assertThatThrownBy(() ->
            new PostProcessor(steps)
                .apply(new Output.Tensors(outputs), Optional.of(geometry), "image"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("can't be decoded from the outputs");
  }

  private static NDArray array(JsonNode told) throws IOException {
    byte[] bytes = Files.readAllBytes(Shared.path("golden/deploy/" + told.get("file").asString()));
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    int[] dims = new int[told.get("shape").size()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = told.get("shape").get(i).asInt();
    }
    return NDArray.of(values, dims);
  }

  private static NDArray image(NDArray all, int i) {
    int[] sizes = all.shape().sizes();
    int length = all.size() / sizes[0];
    float[] part = java.util.Arrays.copyOfRange(all.floats(), i * length, (i + 1) * length);
    return NDArray.of(part, java.util.Arrays.copyOfRange(sizes, 1, sizes.length));
  }

  private static PostStep.Suppress suppress(JsonNode p) {
    return new PostStep.Suppress(
        p.get("score_threshold").asDouble(),
        p.get("nms_top_k").asInt(),
        p.get("keep_top_k").asInt(),
        p.get("nms_threshold").asDouble(),
        p.get("nms_eta").asDouble(),
        p.get("normalized").asBoolean(),
        p.get("background_label").asInt());
  }

  /// Rows of (class, score, left, top, right, bottom), of all images.
  private static void compare(
      List<Detection> found, float[] expected, int first, int count, float tolerance) {
    assertThat(found).hasSize(count);
    for (int i = 0; i < count; i++) {
      Detection d = found.get(i);
      int at = 6 * (first + i);
      assertThat(d.classId()).isEqualTo((int) expected[at]);
      float[] got = {d.score(), d.box().left(), d.box().top(), d.box().right(), d.box().bottom()};
      assertThat(got)
          .containsExactly(
              java.util.Arrays.copyOfRange(expected, at + 1, at + 6), Offset.offset(tolerance));
    }
  }

  /// To the bit: no number is computed but overlaps.
  @Test
  void suppressionGivesTheBoxesOfPaddle() throws IOException {
    JsonNode cases = golden().get("multiclass_nms3");
    assertThat(cases.size()).isEqualTo(5);
    for (JsonNode golden : cases) {
      NDArray boxes = array(golden.get("boxes"));
      NDArray scores = array(golden.get("scores"));
      float[] expected = array(golden.get("expected")).floats();
      int first = 0;
      for (int i = 0; i < boxes.shape().size(0); i++) {
        var outputs = new LinkedHashMap<String, NDArray>();
        outputs.put("boxes", image(boxes, i));
        outputs.put("scores", image(scores, i));
        Output found =
            new PostProcessor(List.of(suppress(golden.get("params"))))
                .apply(new Output.Tensors(outputs), Optional.empty(), "golden");
        int count = golden.get("expected_num_per_image").get(i).asInt();
        compare(((Output.Detections) found).detections(), expected, first, count, 0);
        first += count;
      }
    }
  }

  @Test
  void headsGiveTheBoxesOfPaddle() throws IOException {
    JsonNode cases = golden().get("raw_heads");
    assertThat(cases.size()).isEqualTo(2);
    for (JsonNode golden : cases) {
      var maps = new ArrayList<NDArray>();
      for (String kind : List.of("cls", "reg")) {
        for (JsonNode map : golden.get(kind)) {
          maps.add(array(map));
        }
      }
      var strides = new ArrayList<Integer>();
      golden.get("strides").forEach(s -> strides.add(s.asInt()));
      List<PostStep> steps =
          List.of(
              new PostStep.DecodeBoxes(strides, golden.get("reg_max").asInt() + 1),
              new PostStep.ToImage(),
              suppress(golden.get("nms")));
      float[] expected = array(golden.get("expected")).floats();
      int side = golden.get("input_size").asInt();
      int first = 0;
      for (int i = 0; i < golden.get("scale_factor_yx").size(); i++) {
        var outputs = new LinkedHashMap<String, NDArray>();
        for (NDArray map : maps) {
          outputs.put("output" + outputs.size(), image(map, i));
        }
        JsonNode scale = golden.get("scale_factor_yx").get(i);
        var geometry =
            new Geometry(
                side,
                side,
                scale.get(1).asDouble(),
                scale.get(0).asDouble(),
                0,
                0,
                side,
                side,
                side,
                side);
        Output found =
            new PostProcessor(steps)
                .apply(new Output.Tensors(outputs), Optional.of(geometry), "golden");
        int count = golden.get("expected_num_per_image").get(i).asInt();
        compare(((Output.Detections) found).detections(), expected, first, count, 1e-3f);
        first += count;
      }
    }
  }

  private static JsonNode golden() {
    return JsonMapper.shared().readTree(Shared.path("golden/deploy/det/public.json").toFile());
  }
}
