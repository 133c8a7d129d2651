package ai.fovea.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.graph.Elementwise.Arithmetic;
import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Op.Pads;
import ai.fovea.graph.Op.Size;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RewriteTest {
  private static final Elementwise.Unary RELU = new Elementwise.Unary(Function.RELU);
  private static final Elementwise.Unary TANH = new Elementwise.Unary(Function.TANH);
  private static final Pattern FIRST =
      Pattern.of(Elementwise.Unary.class).where(n -> n.op().equals(RELU));
  private static final Pattern TWICE =
      Pattern.of(Elementwise.Unary.class, FIRST).where(n -> n.op().equals(RELU));

  private static Graph reluOfRelu(boolean firstIsUsedElsewhere) {
    Scope root = Scope.root();
    Value x = root.input("image", Shape.batch(3, 8, 8), DType.FLOAT32);
    Value once = root.child("a").apply(RELU, x);
    Value twice = root.child("b").apply(RELU, once);
    Value y = root.child("c").apply(TANH, twice);
    return root.graph(firstIsUsedElsewhere ? Map.of("y", y, "once", once) : Map.of("y", y));
  }

  @Test
  void aMatchIsReplacedAndTheRestStays() {
    Graph rewritten =
        reluOfRelu(false)
            .rewrite(TWICE, (match, scope) -> List.of(scope.apply(RELU, match.input(FIRST, 0))));
    assertThat(rewritten.nodes()).extracting(Node::op).containsExactly(RELU, TANH);
    assertThat(rewritten.nodes()).extracting(Node::path).containsExactly("b", "c");
  }

  @Test
  void whatIsUsedElsewhereIsNoMatch() {
    Graph graph = reluOfRelu(true);
    assertThat(graph.rewrite(TWICE, (match, scope) -> List.of(match.input(FIRST, 0))))
        .isSameAs(graph);
  }

  @Test
  void typesAreInferredAgainBehindAReplacement() {
    Scope root = Scope.root();
    Value x = root.input("image", Shape.batch(3, 8, 8), DType.FLOAT32);
    Value pooled = root.apply(new Pooling.MaxPool(Size.of(2), Size.of(2), Pads.NONE, false), x);
    Graph graph = root.graph(Map.of("y", root.apply(RELU, pooled)));
    Pattern pool = Pattern.of(Pooling.MaxPool.class);
    Graph finer =
        graph.rewrite(
            pool,
            (match, scope) ->
                List.of(
                    scope.apply(
                        new Pooling.MaxPool(Size.of(2), Size.of(1), Pads.NONE, false),
                        match.inputs(pool),
                        List.of())));
    assertThat(finer.outputs().get("y").shape()).isEqualTo(Shape.batch(3, 7, 7));
    assertThatThrownBy(
            () -> graph.rewrite(pool, (m, scope) -> List.of(m.input(pool, 0), m.input(pool, 0))))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("2 values for 1 of MaxPool");
  }

  @Test
  void sizesTakeThePlaceOfNames() {
    Scope root = Scope.root();
    Shape free = Shape.of(List.of(Dim.BATCH, Dim.of(4), Dim.named("H"), Dim.named("W")));
    Value x = root.input("image", free, DType.FLOAT32);
    Scope conv = root.child("conv");
    var op = new Contraction.Conv(Size.of(2), Pads.of(1), Size.of(1), 1);
    Value y =
        conv.apply(op, List.of(x), List.of(conv.param("weight", Shape.of(6, 4, 3, 3), Init.ONES)));
    Dim places = y.shape().dim(2).times(y.shape().dim(3));
    y = root.apply(new Movement.Reshape(Shape.of(List.of(Dim.BATCH, Dim.of(6), places))), y);
    Graph graph = root.graph(Map.of("y", y));
    assertThat(graph.outputs().get("y").shape())
        .hasToString("[N, 6, floor((H + 1)/2)*floor((W + 1)/2)]");
    Graph fixed = graph.specialize(Map.of("image", Shape.batch(4, 21, 32)));
    assertThat(fixed.inputs().get("image").shape()).isEqualTo(Shape.batch(4, 21, 32));
    assertThat(fixed.outputs().get("y").shape()).isEqualTo(Shape.batch(6, 11 * 16));
    assertThat(graph.sizes(Map.of("image", Shape.of(2, 4, 5, 7))))
        .isEqualTo(Map.of("N", 2, "H", 5, "W", 7));
    assertThatThrownBy(() -> graph.sizes(Map.of("image", Shape.of(2, 3, 5, 7))))
        .hasMessage("input 'image' has shape [2, 3, 5, 7], the network needs [N, 4, H, W]");
    assertThatThrownBy(() -> graph.sizes(Map.of())).hasMessageContaining("needs the input 'image'");
  }

  /// Halves of halves come together again only where the size is even often enough.
  @Test
  void anInputMayBeAMultipleOfAName() {
    Scope root = Scope.root();
    Shape even = Shape.of(List.of(Dim.BATCH, Dim.of(4), Dim.named("H").times(2), Dim.of(6)));
    Value x = root.input("image", even, DType.FLOAT32);
    Value y = root.apply(new Pooling.MaxPool(Size.of(2), Size.of(2), Pads.NONE, false), x);
    y = root.apply(new Movement.Enlarge(Movement.Interpolation.NEAREST, Size.of(2)), y);
    y = root.apply(new Elementwise.Binary(Arithmetic.ADD), x, y);
    Graph graph = root.graph(Map.of("y", y));
    assertThat(graph.outputs().get("y").shape()).isEqualTo(even);
    assertThat(graph.sizes(Map.of("image", Shape.of(2, 4, 10, 6))))
        .isEqualTo(Map.of("N", 2, "H", 5));
    assertThatThrownBy(() -> graph.sizes(Map.of("image", Shape.of(2, 4, 9, 6))))
        .hasMessage("input 'image' has shape [2, 4, 9, 6], the network needs [N, 4, 2*H, 6]");
    Graph read = GraphFile.read("even", GraphFile.write(graph));
    assertThat(read.inputs()).isEqualTo(graph.inputs());
  }

  @Test
  void aNameStandsForOneSize() {
    Scope root = Scope.root();
    Value a = root.input("a", Shape.batch(3), DType.FLOAT32);
    Value b = root.input("b", Shape.batch(3), DType.FLOAT32);
    Graph graph = root.graph(Map.of("y", root.apply(new Elementwise.Binary(Arithmetic.ADD), a, b)));
    assertThatThrownBy(() -> graph.sizes(Map.of("a", Shape.of(2, 3), "b", Shape.of(1, 3))))
        .hasMessage("input 'b' has shape [1, 3], the network needs [2, 3]");
    assertThatThrownBy(() -> root.input("c", Shape.of(Dim.BATCH.plus(2)), DType.FLOAT32))
        .hasMessage("input 'c': N + 2 of [N + 2] is neither fixed nor a multiple of a name");
  }

  @Test
  void anOperationMayYieldSeveralTensors() {
    Scope root = Scope.root();
    Value x = root.input("x", Shape.batch(6), DType.FLOAT32);
    List<Value> parts =
        root.applyAll(new Movement.Split(1, List.of(1, 2, 3)), List.of(x), List.of());
    Graph graph = root.graph(Map.of("last", parts.get(2)));
    assertThat(graph.outputs().get("last").shape()).isEqualTo(Shape.batch(3));
    Graph read = GraphFile.read("split", GraphFile.write(graph));
    assertThat(read.nodes()).isEqualTo(graph.nodes());
    assertThat(graph.map(op -> op).nodes()).isEqualTo(graph.nodes());
    assertThatThrownBy(() -> root.apply(new Movement.Split(1, List.of(3, 3)), x))
        .hasMessage("Split yields 2 tensors");
  }
}
