package ai.fovea.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A graph made ready to be served, with the values that go with it: what exists only while training is gone, and
/// batch norms behind convolutions are folded into them.
///
/// @param graph the smaller graph; its parameters keep their names, a folded convolution gains a `bias`
/// @param values the value of every parameter
public record Inference(Graph graph, Map<String, NDArray> values) {

  /// Prepares a trained network.
  ///
  /// @param values at least the value of every parameter of the graph that is not a constant
  /// @throws GraphException naming a parameter without a value
  public static Inference of(Graph graph, Map<String, NDArray> values) {
    return new Folding(withoutTraining(graph), values).run();
  }

  /// The graph without dropout, drop path and the label of margin heads.
  static Graph withoutTraining(Graph graph) {
    var instead = new HashMap<Integer, Value>();
    var nodes = new ArrayList<Node>();
    for (Node node : graph.nodes()) {
      List<Value> in = node.inputs().stream().map(v -> instead.getOrDefault(v.id(), v)).toList();
      switch (node.op()) {
        case Op.Dropout d when !d.downgradeInInfer() || d.p() == 0 ->
            instead.put(node.output().id(), in.get(0));
        case Op.Dropout d ->
            nodes.add(
                new Node(new Op.Affine(1 - d.p(), 0), in, List.of(), node.output(), node.path()));
        case Op.DropPath _ -> instead.put(node.output().id(), in.get(0));
        case Op.Margin m ->
            nodes.add(new Node(m, in.subList(0, 1), node.params(), node.output(), node.path()));
        default -> nodes.add(new Node(node.op(), in, node.params(), node.output(), node.path()));
      }
    }
    var outputs = new LinkedHashMap<String, Value>();
    graph.outputs().forEach((name, v) -> outputs.put(name, instead.getOrDefault(v.id(), v)));
    return Graph.of(graph.inputs(), nodes, outputs);
  }

  private static final class Folding {
    private final Graph graph;
    private final Map<String, NDArray> given;
    private final Map<String, NDArray> values = new LinkedHashMap<>();

    Folding(Graph graph, Map<String, NDArray> given) {
      this.graph = graph;
      this.given = given;
    }

    Inference run() {
      Map<Integer, Integer> uses = new HashMap<>();
      graph.nodes().forEach(n -> n.inputs().forEach(v -> uses.merge(v.id(), 1, Integer::sum)));
      graph.outputs().values().forEach(v -> uses.merge(v.id(), 1, Integer::sum));
      Map<String, Integer> readers = new HashMap<>();
      graph.nodes().forEach(n -> n.params().forEach(p -> readers.merge(p.name(), 1, Integer::sum)));

      Map<Integer, Node> producers = new LinkedHashMap<>();
      for (Node node : graph.nodes()) {
        if (node.op() instanceof Op.BatchNorm norm) {
          Node conv = producers.get(node.inputs().get(0).id());
          if (conv != null
              && conv.op() instanceof Op.Conv
              && uses.getOrDefault(conv.output().id(), 0) == 1
              && conv.params().stream().allMatch(p -> readers.getOrDefault(p.name(), 0) == 1)) {
            producers.remove(conv.output().id());
            producers.put(node.output().id(), fold(conv, node, norm));
            continue;
          }
        }
        producers.put(node.output().id(), node);
      }
      Graph folded = Graph.of(graph.inputs(), List.copyOf(producers.values()), graph.outputs());
      for (Param p : folded.params()) {
        values.computeIfAbsent(p.name(), _ -> value(p));
      }
      values.keySet().retainAll(folded.params().stream().map(Param::name).toList());
      return new Inference(folded, values);
    }

    /// `w' = w γ/σ`, `b' = (b - μ) γ/σ + β`, per output channel.
    private Node fold(Node conv, Node bn, Op.BatchNorm norm) {
      Param weight = conv.params().get(0);
      float[] w = value(weight).floats();
      float[] gamma = value(bn.params().get(0)).floats();
      float[] beta = value(bn.params().get(1)).floats();
      float[] mean = value(bn.params().get(2)).floats();
      float[] variance = value(bn.params().get(3)).floats();
      float[] bias =
          conv.params().size() > 1 ? value(conv.params().get(1)).floats() : new float[gamma.length];
      float[] scaled = new float[w.length];
      float[] shifted = new float[gamma.length];
      int each = w.length / gamma.length;
      for (int c = 0; c < gamma.length; c++) {
        double factor = gamma[c] / Math.sqrt(variance[c] + norm.epsilon());
        for (int i = c * each; i < (c + 1) * each; i++) {
          scaled[i] = (float) (w[i] * factor);
        }
        shifted[c] = (float) ((bias[c] - mean[c]) * factor + beta[c]);
      }
      Param shift =
          conv.params().size() > 1
              ? conv.params().get(1)
              : new Param(biasOf(weight.name()), Shape.of(gamma.length), Init.ZEROS);
      values.put(weight.name(), NDArray.of(scaled, weight.shape().dims()));
      values.put(shift.name(), NDArray.of(shifted, gamma.length));
      return new Node(conv.op(), conv.inputs(), List.of(weight, shift), bn.output(), conv.path());
    }

    private static String biasOf(String weight) {
      return weight.endsWith("weight")
          ? weight.substring(0, weight.length() - "weight".length()) + "bias"
          : weight + ".bias";
    }

    private NDArray value(Param p) {
      NDArray v = given.get(p.name());
      if (v == null && p.kind() == Param.Kind.CONSTANT) {
        return Init.values(p, java.util.random.RandomGenerator.of("SplittableRandom"));
      }
      if (v == null) {
        throw new GraphException(p.name() + ": the network needs a value for it");
      }
      if (!v.shape().equals(p.shape())) {
        throw new GraphException(
            p.name() + ": the network has " + p.shape() + ", the values have " + v.shape());
      }
      return Objects.requireNonNull(v);
    }
  }
}
