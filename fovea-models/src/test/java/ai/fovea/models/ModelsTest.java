package ai.fovea.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.base.ModelException;
import ai.fovea.config.ConfigException;
import ai.fovea.graph.Contraction;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Op.Pads;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Param;
import ai.fovea.graph.Shape;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelsTest {
  private static final Map<String, Object> FC =
      Map.of("name", "FC", "embedding_size", 1280, "class_num", 64);

  @Test
  void allWrongArgumentsAreReportedAtOnce() {
    assertThatThrownBy(() ->
            Models.build(
                Map.of("name", "PPLCNet_x1_0", "class_num", "ten", "colour", 1, "depth", 2),
                Size.of(64)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("class_num: expected a whole number, found the text 'ten'")
        .hasMessageContaining("colour: is no setting of PPLCNet_x1_0")
        .hasMessageContaining("depth: is no setting of PPLCNet_x1_0")
        .hasMessageContaining("stride_list");
  }

  @Test
  void anUnknownNameIsAnsweredWithNearOnes() {
    assertThatThrownBy(() -> Models.build(Map.of("name", "PPLCNet_x1"), Size.of(64)))
        .hasMessageContaining("'PPLCNet_x1'")
        .hasMessageContaining("PPLCNet_x1_0");
  }

  @Test
  void everyCardNamesItsSource() {
    assertThat(Models.cards())
        .hasSize(Models.names().size())
        .allSatisfy(card -> {
          assertThat(card.paper()).startsWith("https://arxiv.org/abs/");
          assertThat(card.source()).endsWith(".py");
          assertThat(card.inputSize()).isPositive();
          assertThat(card.preparation().shortSide()).isGreaterThanOrEqualTo(card.inputSize());
          assertThat(card.preparation().mean()).hasSize(3);
          card.weights()
              .ifPresent(weights ->
                  assertThat(weights.getPath())
                      .matches(".*/" + card.name() + "(_ssld)?_pretrained\\.pdparams"));
        });
    assertThat(Models.names()).doesNotHaveDuplicates();
  }

  @Test
  void weightsOfADistillationAreKnownAsSuch() {
    assertThat(Models.cards())
        .filteredOn(card -> card.name().equals("PPHGNetV2_B0"))
        .flatExtracting(card -> card.weights().stream().map(URI::getPath).toList())
        .containsExactly("/dygraph/legendary_models/PPHGNetV2_B0_ssld_pretrained.pdparams");
  }

  @Test
  void stripsThatDoNotFitTheImageAreRefused() {
    var tiny = Map.of("name", "CSWinTransformer_tiny_224");
    assertThatThrownBy(() -> Models.build(tiny, Size.of(256)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("a map of 16 by 16 places can't be cut into strips 7 wide");
    assertThat(Models.build(tiny, Size.of(448)).outputs()).isNotEmpty();
  }

  @Test
  void theResolutionOfTheDesignDecidesWhichConvolutionsAreCropped() {
    // 224 halves evenly five times, 260 only twice before it gets odd.
    assertThat(crops("EfficientNetB0")).isEqualTo(2 * 5);
    assertThat(crops("EfficientNetB2")).isEqualTo(2 * 2);
    assertThat(crops("EfficientNetB0_small")).isZero();
  }

  private static long crops(String name) {
    return Models.build(Map.of("name", name), Size.of(224)).nodes().stream()
        .filter(n -> n.op() instanceof Movement.Slice)
        .count();
  }

  @Test
  void tensorFlowsPaddingLeavesTheParametersAlone() {
    Graph plain = Models.build(Map.of("name", "MobileNetV2"), Size.of(224));
    Graph same = Models.build(Map.of("name", "MobileNetV2", "padding", "SAME"), Size.of(224));
    assertThat(same.params()).isEqualTo(plain.params());
    var pads =
        same.nodes().stream()
            .map(n -> n.op())
            .filter(Contraction.Conv.class::isInstance)
            .map(op -> ((Contraction.Conv) op).pads())
            .distinct();
    assertThat(pads).containsExactlyInAnyOrder(new Pads(0, 0, 1, 1), Pads.of(1), Pads.NONE);
  }

  @Test
  void theBackboneStopsWhereItIsToldAndDropsWhatComesAfter() {
    Graph graph =
        Models.build(
            Map.of(
                "name", "RecModel",
                "Backbone", Map.of("name", "MobileNetV2"),
                "BackboneStopLayer", Map.of("name", "flatten"),
                "Neck", FC,
                "Head", Map.of("name", "ArcMargin", "embedding_size", 64, "class_num", 7)),
            Size.of(96),
            true);
    assertThat(graph.inputs().keySet()).containsExactly("image", "label");
    assertThat(graph.outputs().keySet()).containsExactly("backbone", "neck", "features", "logits");
    assertThat(graph.outputs().get("features")).isNotNull();
    assertThat(graph.param("backbone.out.weight")).isEmpty();
    assertThat(graph.param("neck.fc.weight").orElseThrow().shape()).isEqualTo(Shape.of(1280, 64));
    assertThat(graph.param("head.weight").orElseThrow().shape()).isEqualTo(Shape.of(64, 7));
    assertThat(graph.only("features").param("head.weight")).isEmpty();
  }

  @Test
  void aMissingStopLayerIsAnsweredWithThoseThatExist() {
    assertThatThrownBy(() ->
            Models.build(
                Map.of(
                    "name", "RecModel",
                    "Backbone", Map.of("name", "PPLCNet_x0_25"),
                    "BackboneStopLayer", Map.of("name", "flaten")),
                Size.of(64)))
        .hasMessageContaining("no layer 'flaten'")
        .hasMessageContaining("flatten");
  }

  @Test
  void aNeckThatDoesNotFitSaysWhatWould() {
    assertThatThrownBy(() ->
            Models.build(
                Map.of(
                    "name",
                    "RecModel",
                    "Backbone",
                    Map.of("name", "MobileNetV1"),
                    "BackboneStopLayer",
                    Map.of("name", "flatten"),
                    "Neck",
                    FC),
                Size.of(64)))
        .hasMessageContaining("embedding_size: is 1280")
        .hasMessageContaining("set it to 1024");
  }

  @Test
  void attributesOfGearsReachTheirParameters() {
    Graph graph =
        Models.head(
            Map.of(
                "name",
                "BNNeck",
                "num_features",
                8,
                "bias_attr",
                Map.of(
                    "initializer",
                    Map.of("name", "Constant", "value", 0.0),
                    "learning_rate",
                    1e-20)),
            Shape.batch(8),
            false);
    Param bias = graph.param("feat_bn.bias").orElseThrow();
    assertThat(bias.learningRate()).isEqualTo(1e-20);
    assertThatThrownBy(
            () -> Models.head(Map.of("name", "CircleMargin", "class_num", 3), Shape.batch(8), true))
        .hasMessageContaining("embedding_size: missing, expected a whole number")
        .hasMessageContaining("margin: missing, expected a number");
  }

  @Test
  void stagesAreOutputsWhereAskedFor() {
    Graph graph =
        Models.build(Map.of("name", "ResNet18", "return_stages", List.of(0, 3)), Size.of(64));
    assertThat(graph.outputs().keySet()).containsExactly("logits", "blocks[1]", "blocks[7]");
    assertThat(graph.outputs().values().stream().map(v -> v.shape()))
        .containsExactly(Shape.batch(1000), Shape.batch(64, 16, 16), Shape.batch(512, 2, 2));
  }

  @Test
  void wholeNumbersMayBeLongsAsFilesGiveThem() {
    Graph ints =
        Models.build(
            Map.of("name", "PPLCNet_x0_25", "stride_list", List.of(2, List.of(2, 1), 2, 2, 1)),
            Size.of(64));
    Graph longs =
        Models.build(
            Map.of(
                "name", "PPLCNet_x0_25", "stride_list", List.of(2L, List.of(2L, 1L), 2L, 2L, 1L)),
            Size.of(64));
    assertThat(shapes(longs)).isEqualTo(shapes(ints));
    Graph stages =
        Models.build(Map.of("name", "ResNet18", "return_stages", List.of(0L, 3L)), Size.of(64));
    assertThat(stages.outputs().keySet()).containsExactly("logits", "blocks[1]", "blocks[7]");
    assertThatThrownBy(() ->
            Models.build(Map.of("name", "ResNet18", "return_stages", List.of(4L)), Size.of(64)))
        .hasMessageContaining(
            "return_stages: expected indexes of 0 to 3, found 4; the stages are blocks[1], ");
    assertThatThrownBy(() ->
            Models.build(
                Map.of("name", "PPLCNet_x0_25", "stride_list", List.of(2L, 0L, 2L, 2L, 2L)),
                Size.of(64)))
        .hasMessageContaining(
            "stride_list: expected a list of 5 strides, each a number or [h, w], found [2, 0, 2, 2,"
                + " 2]");
  }

  private static List<Shape> shapes(Graph graph) {
    return graph.nodes().stream().map(n -> n.output().shape()).toList();
  }

  @Test
  void aSparedKernelGoesWithItsBlock() {
    Graph graph = Models.build(Map.of("name", "PPLCNetV2_base"), Size.of(64));
    assertThat(graph.unusedParameters())
        .extracting(Param::name)
        .contains("stages.2.0.dw_conv.weight");
    assertThat(graph.params()).extracting(Param::name).doesNotContain("stages.2.0.dw_conv.weight");
  }

  @Test
  void swinPadsImagesThatDoNotDivideIntoWindows() {
    String swin = "SwinTransformer_tiny_patch4_window7_224";
    Graph graph = Models.build(Map.of("name", swin), new Size(90, 131));
    assertThat(graph.outputs().values().iterator().next().shape()).isEqualTo(Shape.batch(1000));
    assertThat(graph.params()).filteredOn(p -> !p.stored()).isNotEmpty();
  }
}
