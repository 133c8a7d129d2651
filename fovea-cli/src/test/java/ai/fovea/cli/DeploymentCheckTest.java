package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.cli.recognize.DeploymentCheck;
import ai.fovea.config.Config;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeploymentCheckTest {
  private static List<String> problems(String yaml) {
    return DeploymentCheck.problems(Config.parse(yaml, "test"));
  }

  @Test
  void whatChangesResultsAndIsNotSupportedIsAProblemEach() {
    assertThat(
            problems(
                """
                Global: {inference_model_dir: m, det_inference_model_dir: d}
                PreProcess: {transform_ops: [{ResizeImage: {size: 64}}, {Sharpen: {}}]}
                PostProcess: {main_indicator: ThreshOutput, ThreshOutput: {threshold: 0.5}}
                RecPostProcess: {main_indicator: Binarize, Binarize: {method: sign}}
                IndexProcess: {dist_type: hamming, index_method: HNSW32}
                """))
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).startsWith("PostProcess.ThreshOutput: ").contains("=None"),
            p -> assertThat(p).startsWith("RecPostProcess.Binarize: "),
            p -> assertThat(p).startsWith("Global.det_inference_model_dir: d"),
            p -> assertThat(p).contains("Sharpen"),
            p -> assertThat(p).startsWith("IndexProcess.dist_type: "));
  }

  @Test
  void whatIsSupportedIsNone() {
    assertThat(
            problems(
                """
                Global: {rec_inference_model_dir: m, use_gpu: True}
                RecPreProcess: {transform_ops: [{ResizeImage: {size: 64}}, {ToCHWImage: null}]}
                RecPostProcess: null
                PostProcess: {main_indicator: Topk, Topk: {topk: 2}, SavePreLabel: {save_dir: d}}
                IndexProcess: {dist_type: IP, index_method: HNSW32, return_k: 5, score_thres: 0.5}
                """))
        .isEmpty();
  }

  @Test
  void aFileWithoutAModelIsToldOnce() {
    assertThat(problems("Global: {batch_size: 1}")).hasSize(1);
  }
}
