package ai.fovea.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A graph made ready to be served, with the values that go with it: what exists only while training is gone, batch norms behind convolutions are folded into
/// them, and parallel convolutions whose outputs are added are one.
///
/// @param graph the smaller graph; its parameters keep their names, a folded convolution gains a `bias`
/// @param values the value of every parameter
public record Inference(Graph graph, Map<String, NDArray> values) {

  /// Prepares a trained network.
  ///
  /// @param values at least the value of every parameter of the graph that is not a constant
  /// @throws GraphException naming a parameter without a value
  public static Inference of(Graph graph, Map<String, NDArray> values) {
    Graph served = withoutTraining(graph);
    var all = new LinkedHashMap<String, NDArray>();
    served.params().forEach(p -> all.put(p.name(), value(p, values)));
    Graph folded = ConvolutionFusion.branches(ConvolutionFusion.batchNorms(served, all), all);
    all.keySet().retainAll(folded.params().stream().map(Param::name).toList());
    return new Inference(folded, all);
  }

  /// The graph without dropout, drop path and the label of margin heads.
  static Graph withoutTraining(Graph graph) {
    Pattern any = Pattern.of(TrainingOnly.class);
    return graph.rewrite(
        any,
        (match, scope) ->
            switch ((TrainingOnly) match.node(any).op()) {
              case TrainingOnly.Dropout d when d.downgradeInInfer() && d.p() > 0 ->
                  List.of(scope.apply(new Elementwise.Affine(1 - d.p(), 0), match.input(any, 0)));
              case TrainingOnly.Dropout _, TrainingOnly.DropPath _ -> List.of(match.input(any, 0));
              case TrainingOnly.Margin m ->
                  List.of(scope.apply(m, List.of(match.input(any, 0)), match.node(any).params()));
            });
  }

  private static NDArray value(Param p, Map<String, NDArray> given) {
    NDArray v = given.get(p.name());
    if (v == null && p.kind() == Param.Kind.CONSTANT) {
      return Init.values(p, RandomGenerator.of("SplittableRandom"));
    }
    if (v == null) {
      throw new GraphException(p.name() + ": the network needs a value for it");
    }
    if (!v.shape().equals(p.shape())) {
      throw new GraphException(
          p.name() + ": the network has " + p.shape() + ", the values have " + v.shape());
    }
    return v;
  }
}
