package ai.fovea.recognize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.image.transform.DetNormalizeImage;
import ai.fovea.image.transform.DetResize;
import ai.fovea.image.transform.ToChwImage;
import ai.fovea.recognize.post.PostStep;
import ai.fovea.recognize.post.Task;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// `inference.yml`, in our words and in those of others.
class SpecificationTest {
  private static final PostStep.Suppress NMS =
      new PostStep.Suppress(0.025, 1000, 100, 0.6, 1, true, -1);

  /// Every list of steps comes back as it was written.
  @Test
  void whatIsWrittenIsRead() throws ModelException {
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
                "m", Map.of("picture", InputRole.IMAGE), Tiny.preprocessing(), outputs, steps);
        String yaml = written.toYaml(Map.of("further", 1));
        assertThat(ModelSpecification.parse("m.yml", yaml)).as(yaml).isEqualTo(written);
      }
    }
  }

  /// A file of PaddleDetection, as PaddleX deploys it.
  @Test
  void filesOfPaddleDetectionAreRead() throws ModelException {
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
  void theUsualStepsAreImplied() throws ModelException {
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

  private static List<PostStep> steps(String yaml) throws ModelException {
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
                  inputs: {x: picture}
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
        .hasMessageContaining("Global.inputs.x: 'picture' must be image, im_shape or scale_factor")
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
          .hasMessageStartingWith("m.yml: ");
    }
  }
}
