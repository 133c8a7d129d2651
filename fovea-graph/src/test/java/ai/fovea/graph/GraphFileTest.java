package ai.fovea.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GraphFileTest {
  private static Graph small() {
    Scope root = Scope.root();
    Value x = root.input("image", Shape.batch(3, 8, 8), DType.FLOAT32);
    Scope conv = root.child("conv");
    Param table =
        new Param(
            "table",
            Shape.of(2),
            DType.INT64,
            new Init.Table(List.of(1.0, 0.0)),
            Param.Kind.CONSTANT,
            1,
            1);
    x =
        conv.apply(
            new Contraction.Conv(Op.Size.of(2), new Op.Pads(0, 0, 1, 1), Op.Size.of(1), 1),
            List.of(x),
            List.of(conv.param("weight", Shape.of(4, 3, 3, 3), Init.KAIMING_NORMAL)));
    conv.unusedParameter(new Param("fused", Shape.of(4), Init.ZEROS), x);
    x = root.child("act").apply(new Elementwise.Unary(Elementwise.Function.HARD_SWISH), x);
    x = root.apply(new Reduction.Mean(List.of(2, 3), false), x);
    x = root.apply(new Movement.Gather(1), x, root.read(root.param(table)));
    return root.graph(Map.of("y", x));
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Graph graph = small();
    byte[] bytes = GraphFile.write(graph);
    Graph read = GraphFile.read("small", bytes);
    assertThat(read.nodes()).isEqualTo(graph.nodes());
    assertThat(read.params()).isEqualTo(graph.params());
    assertThat(read.unusedParameters()).isEqualTo(graph.unusedParameters());
    assertThat(read.inputs()).isEqualTo(graph.inputs());
    assertThat(read.outputs()).isEqualTo(graph.outputs());
    assertThat(GraphFile.write(read)).isEqualTo(bytes);
  }

  /// A setting that an operation gained has a value in files that were written before.
  @Test
  void settingsThatAFileDoesNotNameHaveDefaults() {
    Graph graph = small();
    String text = new String(GraphFile.write(graph), StandardCharsets.UTF_8);
    String old = text.replace(",\"dilation\":{\"h\":1,\"w\":1},\"groups\":1", "");
    assertThat(old).isNotEqualTo(text);
    assertThat(read(old).nodes()).isEqualTo(graph.nodes());
  }

  /// As the first version wrote it: `-k` for `k` times the batch size, one output a node.
  @Test
  void filesOfVersionOneAreRead() throws IOException {
    try (InputStream in = GraphFileTest.class.getResourceAsStream("graph-v1.json")) {
      Graph graph = GraphFile.read("v1", in.readAllBytes());
      assertThat(graph.inputs().get("image").shape()).isEqualTo(Shape.batch(3, 8, 8));
      assertThat(graph.outputs().get("y").shape()).hasToString("[4*N, 4]");
      assertThat(graph.nodes())
          .extracting(n -> n.op().name())
          .containsExactly("Conv", "Unary", "Mean", "Reshape");
      assertThat(graph.unusedParameters()).extracting(Param::name).containsExactly("conv.fused");
    }
  }

  @Test
  void filesOfLaterVersionsAreNamed() {
    String good = new String(GraphFile.write(small()), StandardCharsets.UTF_8);
    assertThatThrownBy(() -> read(good.replace("\"version\":2", "\"version\":3")))
        .hasMessage("bad: a graph of version 3; this program reads versions up to 2");
  }

  @Test
  void wrongFilesGiveOneClearError() {
    String good = new String(GraphFile.write(small()), StandardCharsets.UTF_8);
    assertThatThrownBy(() -> read(good.replace("HARD_SWISH", "SOFT")))
        .isInstanceOf(GraphException.class)
        .hasMessage("bad: act.function: no Function is called \"SOFT\"");
    assertThatThrownBy(() -> read(good.replace("[4,3,3,3]", "[4,5,3,3]")))
        .hasMessageContaining("bad: conv: Conv: input [N, 3, 8, 8] against");
    assertThatThrownBy(() -> read("{}")).hasMessage("bad: not a graph");
    var random = new SplittableRandom(3);
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = good.getBytes(StandardCharsets.UTF_8);
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(32, 127);
      try {
        GraphFile.read("bad", bytes);
      } catch (GraphException e) {
        assertThat(e).hasMessageStartingWith("bad");
      }
    }
  }

  private static Graph read(String text) {
    return GraphFile.read("bad", text.getBytes(StandardCharsets.UTF_8));
  }
}
