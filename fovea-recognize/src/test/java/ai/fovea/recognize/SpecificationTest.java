package ai.fovea.recognize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.base.ModelException;
import ai.fovea.image.transform.DetNormalizeImage;
import ai.fovea.image.transform.DetResize;
import ai.fovea.image.transform.ToChwImage;
import ai.fovea.recognize.post.PostStep;
import ai.fovea.recognize.post.Task;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `inference.yml`, in our words and in those of others.
class SpecificationTest {
  private static final PostStep.Suppress NMS =
      new PostStep.Suppress(0.025, 1000, 100, 0.6, 1, true, -1);

  /// Every list of steps comes back as it was written.
  @Test
  void whatIsWrittenIsRead() {
    PostStep top = new PostStep.TopK(3, List.of("a", "b"));
    PostStep threshold = new PostStep.Threshold(0.25, List.of("a"));
    PostStep keep = new PostStep.KeepBoxes(0.5, List.of("foreground"));
    PostStep white =
        new PostStep.Whitening(new float[] {1.5f, -2}, new float[] {1, 2, 3, 0.1f, 5, 6});
    List<List<PostStep>> lists =
        List.of(
            List.of(),
            List.of(new PostStep.Normalize()),
            List.of(white, new PostStep.Normalize()),
            List.of(new PostStep.Normalize(), white),
            List.of(new PostStep.Softmax()),
            List.of(top),
            List.of(new PostStep.Softmax(), top),
            List.of(new PostStep.Sigmoid(), top),
            List.of(threshold),
            List.of(new PostStep.Sigmoid(), threshold),
            List.of(new PostStep.Softmax(), threshold),
            List.of(NMS, keep),
            List.of(NMS),
            List.of(
                new PostStep.DecodeBoxes(List.of(8, 16, 32, 64), 8),
                new PostStep.ToImage(),
                NMS,
                keep));
    for (List<PostStep> steps : lists) {
      for (List<String> outputs :
          List.<List<String>>of(List.of(), List.of("y"), List.of("a", "b"))) {
        var written =
            new ModelSpecification(
                "m", Map.of("image", InputRole.IMAGE), Tiny.preprocessing(), outputs, steps);
        String yaml = written.toYaml(Map.of("further", 1));
        assertThat(ModelSpecification.parse("m.yml", yaml)).as(yaml).isEqualTo(written);
      }
    }
  }

  /// A file of PaddleDetection, as PaddleX deploys it.
  @Test
  void filesOfPaddleDetectionAreRead() {
    ModelSpecification read =
        ModelSpecification.parse(
            "d.yml",
            """
            Global:
              model_name: PP-ShiTuV2_det
            mode: paddle
            draw_threshold: 0.5
            metric: COCO
            arch: PicoDet
            Preprocess:
            - interp: 2
              keep_ratio: false
              target_size: [160, 96]
              type: Resize
            - is_scale: true
              mean: [0.485, 0.456, 0.406]
              std: [0.229, 0.224, 0.225]
              norm_type: mean_std
              type: NormalizeImage
            - type: Permute
            label_list: [foreground]
            NMS: {keep_top_k: 30, name: MultiClassNMS, nms_threshold: 0.6, nms_top_k: 200, score_threshold: 0.55}
            """);
    assertThat(read.name()).isEqualTo("PP-ShiTuV2_det");
    assertThat(read.task()).isEqualTo(Task.DETECTION);
    assertThat(read.labels()).containsExactly("foreground");
    assertThat(read.steps())
        .containsExactly(
            new PostStep.Suppress(0.55, 200, 30, 0.6, 1, true, -1),
            new PostStep.KeepBoxes(0.5, List.of("foreground")));
    assertThat(read.preprocessing().transforms())
        .hasExactlyElementsOfTypes(DetResize.class, DetNormalizeImage.class, ToChwImage.class);
    assertThat(read.preprocessing().outputShape().orElseThrow()).containsExactly(3, 160, 96);
  }

  /// Of classifiers the usual step is not written, so that others read the file as well.
  @Test
  void theUsualStepsAreImplied() {
    String operations = "PreProcess:\n  transform_ops:\n  - ToCHWImage: null\n";
    assertThat(steps(operations + "PostProcess: {Topk: {topk: 2, label_list: [a]}}"))
        .containsExactly(new PostStep.Softmax(), new PostStep.TopK(2, List.of("a")));
    assertThat(steps(operations + "PostProcess: {Topk: null, main_indicator: Topk}"))
        .containsExactly(new PostStep.Softmax(), new PostStep.TopK(5, List.of()));
    assertThat(steps(operations)).containsExactly(new PostStep.Normalize());
    assertThat(steps(operations + "PostProcess: {NormalizeFeatures: null}"))
        .containsExactly(new PostStep.Normalize());
    assertThat(steps(operations + "Global: {normalize: false}")).isEmpty();
    assertThat(
            steps(
                operations
                    + "Global: {activation: sigmoid}\n"
                    + "PostProcess: {MultiLabelThreshOutput: {threshold: 0.4}}"))
        .containsExactly(new PostStep.Sigmoid(), new PostStep.Threshold(0.4, List.of()));
  }

  private static List<PostStep> steps(String yaml) {
    return ModelSpecification.parse("m.yml", yaml).steps();
  }

  @Test
  void allThatIsWrongIsTold() {
    assertThatThrownBy(() ->
            ModelSpecification.parse(
                "m.yml",
                """
                Global:
                  activation: relu
                  inputs: {x: photo}
                PostProcess:
                  Topk: {topk: 3}
                  ThreshOutput: {threshold: 0.5}
                """))
        .isInstanceOfSatisfying(
            ModelException.class,
            e ->
                assertThat(e.getMessage().lines())
                    .hasSize(5)
                    .first()
                    .asString()
                    .isEqualTo("m.yml:"))
        .hasMessageContaining("PreProcess.transform_ops: a list of operations is needed")
        .hasMessageContaining("Global.activation: 'relu' must be softmax, sigmoid or none")
        .hasMessageContaining("Global.inputs.x: 'photo' must be image, im_shape or scale_factor")
        .hasMessageContaining("PostProcess.ThreshOutput: is not supported");
    String operations = "PreProcess:\n  transform_ops:\n  - ToCHWImage: null\n";
    for (String wrong :
        List.of(
            "Global: {post_process: [{Softmax: null}, {NMS: null}]}",
            "Global: {post_process: [{Whitening: {mean: AAAA, matrix: '!'}}]}",
            "Global: {post_process: [{Whitening: {mean: 3}}]}",
            "NMS: {nms_top_k: many}",
            "PostProcess: [")) {
      assertThatThrownBy(() -> ModelSpecification.parse("m.yml", operations + wrong))
          .as(wrong)
          .isInstanceOf(ModelException.class)
          .hasMessageStartingWith("m.yml:");
    }
  }

  private static final String OPERATIONS = "PreProcess:\n  transform_ops:\n  - ToCHWImage: null\n";

  /// Users of the reference write what YAML 1.1 and Python take for booleans.
  @ParameterizedTest
  @ValueSource(strings = {"false", "False", "FALSE", "no", "No", "NO", "off"})
  void allSpellingsOfFalseAreRead(String no) {
    assertThat(steps(OPERATIONS + "Global: {normalize: " + no + "}")).isEmpty();
    assertThat(steps(OPERATIONS + "NMS: {normalized: " + no + "}").getFirst())
        .isEqualTo(new PostStep.Suppress(0.025, 1000, 100, 0.6, 1, false, -1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "True", "TRUE", "yes", "Yes", "YES", "on"})
  void allSpellingsOfTrueAreRead(String yes) {
    assertThat(steps(OPERATIONS + "Global: {normalize: " + yes + "}"))
        .containsExactly(new PostStep.Normalize());
    assertThat(steps(OPERATIONS + "NMS: {normalized: " + yes + "}").getFirst()).isEqualTo(NMS);
  }

  /// What would have no effect, or another one than was meant, is refused under its key.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Global: {normalize: 0}                               | Global.normalize: expected true or false, got '0'
          Global: {normalize: never}                           | Global.normalize: expected true or false, got 'never'
          Global: {post_process: {Softmax: null}}              | Global.post_process: expected a list of steps
          Global: {post_process: [Softmax]}                    | Global.post_process[0]: expected one step, 'NAME: SETTINGS' or 'NAME: null', got 'Softmax'
          Global: {post_process: [{Softmax: null, Topk: {}}]}  | Global.post_process[0]: expected one step
          Global: {post_process: [{Softmax: 3}]}               | Global.post_process.Softmax: expected settings
          Global: {post_process: [{Topk: {k: 3}}]}             | Global.post_process.Topk.k: there is no such setting; there are topk, label_list
          Global: {outputs: 3}                                 | Global.outputs: expected names of outputs, got '3'
          Global: {inputs: [x]}                                | Global.inputs: expected entries
          Global: name                                         | Global: expected entries
          PostProcess: [Topk]                                  | PostProcess: expected entries
          PostProcess: {Topk: {topk: '3'}}                     | PostProcess.Topk.topk: expected a whole number of 1 or more, got '3'
          PostProcess: {Topk: {topk: 0}}                       | PostProcess.Topk.topk: expected a whole number of 1 or more, got '0'
          PostProcess: {Topk: {label_list: cat}}               | PostProcess.Topk.label_list: expected a list of texts, got 'cat'
          PostProcess: {Topk: {class_id_map_file: names.txt}}  | PostProcess.Topk.class_id_map_file: is not read; put the names of the classes into label_list
          PostProcess: {MultiLabelThreshOutput: {threshold: high}} | PostProcess.MultiLabelThreshOutput.threshold: expected a number, got 'high'
          NMS: {nms_topk: 3}                                   | NMS.nms_topk: there is no such setting
          NMS: {name: MatrixNMS}                               | NMS.name: 'MatrixNMS' is not supported, MultiClassNMS is
          NMS: [3]                                             | NMS: expected settings
          """)
  void settingsThatWouldHaveNoEffectAreRefused(String yaml, String problem) {
    assertThatThrownBy(() -> steps(OPERATIONS + yaml))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("m.yml: " + problem);
  }

  /// A step stays where it was placed.
  @Test
  void normalizingStaysWhereItIsPlaced() {
    String whitening = "Whitening: {mean: AACAPw==, matrix: AACAPw==}";
    assertThat(steps(OPERATIONS + "PostProcess: {NormalizeFeatures: null, " + whitening + "}"))
        .hasExactlyElementsOfTypes(PostStep.Normalize.class, PostStep.Whitening.class);
    assertThat(steps(OPERATIONS + "PostProcess: {" + whitening + "}"))
        .hasExactlyElementsOfTypes(PostStep.Whitening.class, PostStep.Normalize.class);
  }

  /// One output needs no list.
  @Test
  void aSingleOutputNeedsNoList() {
    for (String yaml : List.of("{outputs: y}", "{outputs: [y]}", "{output: y}", "{output: [y]}")) {
      assertThat(ModelSpecification.parse("m.yml", OPERATIONS + "Global: " + yaml).outputs())
          .containsExactly("y");
    }
  }
}
