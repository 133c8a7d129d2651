package ai.fovea.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ai.fovea.graph.Dim;
import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Shape;
import ai.fovea.program.ExportedProgram;
import ai.fovea.testkit.Shared;
import ai.fovea.testkit.Tensors;
import ai.fovea.train.golden.Engines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Inference programs of PaddlePaddle, of both formats: the graphs yield on both engines what PaddlePaddle yielded.
@Tag("native")
class ProgramCasesTest {
  private static final String MODELS = "golden/deploy/models/";

  @ParameterizedTest
  @CsvSource({
    "rec_shitu_tiny, legacy, 0",
    "rec_shitu_tiny, pir, 0",
    "rec_shitu_tiny, pir, 32",
    "cls_pplcnet_x0_25, legacy, 0",
    "cls_pplcnet_x0_25, pir, 32",
    "picodet_tiny_heads, legacy, 32",
    "picodet_tiny_heads, pir, 0",
    "picodet_tiny_heads, pir, 32",
    "picodet_tiny_decoded, legacy, 0",
    "picodet_tiny_decoded, pir, 0"
  })
  void enginesYieldWhatPaddleYielded(String name, String format, int multiple) throws IOException {
    Path folder = Shared.path(MODELS + name);
    ExportedProgram program = ExportedProgram.read(folder.resolve(format), multiple);
    JsonNode expected = JsonMapper.shared().readTree(folder.resolve("expected.json").toFile());
    for (JsonNode golden : expected.get("cases")) {
      Map<String, NDArray> inputs = inputs(golden.get("feeds"), program.graph());
      for (Map<String, NDArray> got : run(program, program.graph(), inputs)) {
        int i = 0;
        for (JsonNode output : golden.get("outputs")) {
          NDArray right = array(folder.resolve(output.get("file").asString()), output.get("shape"));
          NDArray ours = got.get("output" + i++);
          assertThat(ours.shape()).isEqualTo(right.shape());
          assertThat(Tensors.apart(right, ours)).as("%s", output).isLessThan(1e-5);
        }
      }
    }
  }

  /// The boxes and scores that go into the suppression are those of the same detector without it.
  @ParameterizedTest
  @CsvSource({"legacy", "pir"})
  void boxesBeforeSuppressionAreThoseOfTheDecodedDetector(String format) throws IOException {
    Path folder = Shared.path(MODELS + "picodet_tiny_nms");
    ExportedProgram program = ExportedProgram.read(folder.resolve(format), 0);
    ExportedProgram decoded =
        ExportedProgram.read(Shared.path(MODELS + "picodet_tiny_decoded").resolve(format), 0);
    JsonNode golden =
        JsonMapper.shared().readTree(folder.resolve("expected.json").toFile()).get("cases").get(1);
    Map<String, NDArray> inputs = inputs(golden.get("feeds"), program.graph());
    List<Map<String, NDArray>> right = run(decoded, decoded.graph(), inputs);
    List<Map<String, NDArray>> got = run(program, program.graph(), inputs);
    for (int engine = 0; engine < got.size(); engine++) {
      for (String output : List.of("boxes", "scores")) {
        String same = output.equals("boxes") ? "output0" : "output1";
        assertThat(Tensors.apart(right.get(engine).get(same), got.get(engine).get(output)))
            .isLessThan(1e-6);
      }
    }
  }

  /// With the size left open or filled in, the same numbers.
  @ParameterizedTest
  @CsvSource({
    "rec_shitu_tiny, legacy, 64, 96",
    "rec_shitu_tiny, pir, 128, 64",
    "cls_pplcnet_x0_25, pir, 96, 128",
    "picodet_tiny_heads, legacy, 96, 192",
    "picodet_tiny_heads, pir, 192, 160"
  })
  void specialisedToOtherSizes(String name, String format, int h, int w) throws IOException {
    ExportedProgram program = ExportedProgram.read(Shared.path(MODELS + name + "/" + format), 32);
    String input = program.graph().inputs().keySet().iterator().next();
    Graph fixed = program.graph().specialize(Map.of(input, Shape.batch(3, h, w)));
    assertThat(
            fixed.nodes().stream()
                .flatMap(n -> n.outputs().stream())
                .flatMap(v -> v.shape().dims().stream())
                .filter(d -> !d.isFixed() && !d.equals(Dim.BATCH)))
        .isEmpty();
    Map<String, NDArray> image = Map.of(input, Generated.image("size/" + name, 2, h, w));
    List<Map<String, NDArray>> open = run(program, program.graph(), image);
    List<Map<String, NDArray>> filled = run(program, fixed, image);
    fixed
        .outputs()
        .forEach((output, value) -> {
          NDArray first = open.getFirst().get(output);
          assertThat(first.shape()).isEqualTo(value.shape().withBatch(2));
          for (int engine = 0; engine < 2; engine++) {
            NDArray one = open.get(engine).get(output);
            assertThat(Tensors.apart(one, filled.get(engine).get(output))).isLessThan(1e-5);
            // Rounding errors grow in the detector, whose weights are random: 1.03e-5 was seen.
            assertThat(Tensors.apart(first, one)).isLessThan(1e-4);
          }
        });
  }

  private static List<Map<String, NDArray>> run(
      ExportedProgram program, Graph graph, Map<String, NDArray> inputs) throws IOException {
    return List.of(
        Engines.torch(graph, program.weights(), inputs),
        Engines.onnx(graph, program.weights(), inputs));
  }

  private static Map<String, NDArray> inputs(JsonNode feeds, Graph graph) {
    var inputs = new LinkedHashMap<String, NDArray>();
    JsonNode generated = feeds.get("generated");
    int[] shape = Tensors.dims(feeds.get("shape"));
    inputs.put(
        generated.get("tensor").asString(),
        Generated.image(generated.get("name").asString(), shape[0], shape[2], shape[3]));
    if (graph.inputs().containsKey("scale_factor")) {
      float[] factors = new float[2 * shape[0]];
      for (int i = 0; i < factors.length; i++) {
        factors[i] = (float) feeds.get("scale_factor").get(i / 2).get(i % 2).asDouble();
      }
      inputs.put("scale_factor", NDArray.of(factors, shape[0], 2));
    }
    return inputs;
  }

  private static NDArray array(Path file, JsonNode shape) throws IOException {
    int[] dims = Tensors.dims(shape);
    float[] values = new float[Shape.of(dims).size()];
    ByteBuffer.wrap(Files.readAllBytes(file))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return NDArray.of(values, dims);
  }
}
