package ai.fovea.graph;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Makes one convolution of several linear operations around it. Values of parameters are changed with the graph; both ways a
/// parameter that something else reads too is left alone.
final class ConvolutionFusion {
  private final Map<String, NDArray> values;
  private final Map<String, Integer> readers = new HashMap<>();

  private ConvolutionFusion(Graph graph, Map<String, NDArray> values) {
    this.values = values;
    graph.nodes().forEach(n -> n.params().forEach(p -> readers.merge(p.name(), 1, Integer::sum)));
  }

  /// Folds batch norms into the convolutions before them: `w' = w γ/σ`, `b' = (b - μ) γ/σ + β` for each output channel.
  static Graph batchNorms(Graph graph, Map<String, NDArray> values) {
    var fusion = new ConvolutionFusion(graph, values);
    Pattern conv = Pattern.of(Contraction.Conv.class).where(fusion::ownsParams);
    Pattern norm = Pattern.of(Normalization.BatchNorm.class, conv);
    return graph.rewrite(
        norm,
        (match, scope) ->
            List.of(
                scope.apply(
                    match.node(conv).op(),
                    match.inputs(conv),
                    fusion.fold(match.node(conv), match.node(norm), scope))));
  }

  /// Adds the kernels of convolutions of one input whose outputs are added, the smaller in the middle of the larger (Ding et al. 2021, "RepVGG").
  static Graph branches(Graph graph, Map<String, NDArray> values) {
    Graph before = null;
    Graph after = graph;
    // A sum of three branches takes two rounds.
    while (after != before) {
      before = after;
      var fusion = new ConvolutionFusion(before, values);
      Pattern one = Pattern.of(Contraction.Conv.class).where(fusion::ownsParams);
      Pattern other = Pattern.of(Contraction.Conv.class).where(fusion::ownsParams);
      Pattern sum =
          Pattern.of(Elementwise.Binary.class, one, other)
              .where(n -> n.op().equals(new Elementwise.Binary(Elementwise.Arithmetic.ADD)));
      after =
          before.rewrite(
              sum,
              (match, scope) -> {
                Node a = match.node(one);
                Node b = match.node(other);
                boolean aIsLarger = area(a) >= area(b);
                Node into = aIsLarger ? a : b;
                Node from = aIsLarger ? b : a;
                Pattern larger = aIsLarger ? one : other;
                return inside(from, into)
                    ? List.of(
                        scope.apply(into.op(), match.inputs(larger), fusion.add(from, into, scope)))
                    : List.of();
              });
    }
    return after;
  }

  private boolean ownsParams(Node node) {
    return node.params().stream().allMatch(p -> readers.getOrDefault(p.name(), 0) == 1);
  }

  private List<Param> fold(Node conv, Node norm, Scope scope) {
    Param weight = conv.params().getFirst();
    float[] w = floats(weight);
    float[] gamma = floats(norm.params().get(0));
    float[] beta = floats(norm.params().get(1));
    float[] mean = floats(norm.params().get(2));
    float[] variance = floats(norm.params().get(3));
    double epsilon = ((Normalization.BatchNorm) norm.op()).epsilon();
    float[] bias = bias(conv, gamma.length);
    float[] scaled = new float[w.length];
    float[] shifted = new float[gamma.length];
    int each = w.length / gamma.length;
    for (int c = 0; c < gamma.length; c++) {
      double factor = gamma[c] / Math.sqrt(variance[c] + epsilon);
      for (int i = c * each; i < (c + 1) * each; i++) {
        scaled[i] = (float) (w[i] * factor);
      }
      shifted[c] = (float) ((bias[c] - mean[c]) * factor + beta[c]);
    }
    values.put(weight.name(), NDArray.of(scaled, weight.shape().sizes()));
    return List.of(weight, biasParam(conv, shifted, scope));
  }

  /// Whether a window of `into` holds that of `from` at each place of the output.
  private static boolean inside(Node from, Node into) {
    var a = (Contraction.Conv) from.op();
    var b = (Contraction.Conv) into.op();
    Op.Size undilated = Op.Size.of(1);
    int down = b.pads().top() - a.pads().top();
    int right = b.pads().left() - a.pads().left();
    return from.input().equals(into.input())
        && from.output().type().equals(into.output().type())
        && a.stride().equals(b.stride())
        && a.groups() == b.groups()
        && a.dilation().equals(undilated)
        && b.dilation().equals(undilated)
        && down >= 0
        && right >= 0
        && down + kernel(from).size(2) <= kernel(into).size(2)
        && right + kernel(from).size(3) <= kernel(into).size(3);
  }

  private List<Param> add(Node from, Node into, Scope scope) {
    Shape small = kernel(from);
    Shape large = kernel(into);
    int down = pads(into).top() - pads(from).top();
    int right = pads(into).left() - pads(from).left();
    float[] added = floats(from.params().getFirst());
    float[] kernel = floats(into.params().getFirst()).clone();
    int rows = small.size(2);
    int columns = small.size(3);
    for (int filter = 0; filter < small.size(0) * small.size(1); filter++) {
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
          kernel[(filter * large.size(2) + y + down) * large.size(3) + x + right] +=
              added[(filter * rows + y) * columns + x];
        }
      }
    }
    float[] bias = bias(into, large.size(0)).clone();
    float[] other = bias(from, large.size(0));
    for (int c = 0; c < bias.length; c++) {
      bias[c] += other[c];
    }
    Param weight = into.params().getFirst();
    values.put(weight.name(), NDArray.of(kernel, large.sizes()));
    return from.params().size() + into.params().size() == 2
        ? List.of(weight)
        : List.of(weight, biasParam(into, bias, scope));
  }

  private float[] bias(Node conv, int channels) {
    return conv.params().size() > 1 ? floats(conv.params().get(1)) : new float[channels];
  }

  private Param biasParam(Node conv, float[] value, Scope scope) {
    String weight = conv.params().getFirst().name();
    String stem =
        weight.endsWith("weight")
            ? weight.substring(0, weight.length() - "weight".length())
            : weight + ".";
    Param bias =
        conv.params().size() > 1
            ? conv.params().get(1)
            : scope.declare(new Param(stem + "bias", Shape.of(value.length), Init.ZEROS));
    values.put(bias.name(), NDArray.of(value, value.length));
    return bias;
  }

  private float[] floats(Param param) {
    return Objects.requireNonNull(values.get(param.name()), param.name()).floats();
  }

  private static int area(Node conv) {
    int[] kernel = kernel(conv).sizes();
    return Arrays.stream(kernel, 2, 4).reduce(1, (a, b) -> a * b);
  }

  private static Shape kernel(Node conv) {
    return conv.params().getFirst().shape();
  }

  private static Op.Pads pads(Node conv) {
    return ((Contraction.Conv) conv.op()).pads();
  }
}
