package ai.fovea.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// A network: operations in an order in which they can run, named inputs and outputs, and the specifications of
/// the parameters. It holds no values, so several graphs can share them. Immutable and thread-safe.
public final class Graph {
  private final Map<String, Value> inputs;
  private final List<Node> nodes;
  private final Map<String, Value> outputs;
  private final List<Param> params;
  private final Map<Param, Value> unused;

  private Graph(
      Map<String, Value> inputs,
      List<Node> nodes,
      Map<String, Value> outputs,
      Map<Param, Value> unused) {
    this.inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    this.nodes = List.copyOf(nodes);
    this.outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    var all = new LinkedHashSet<Param>();
    nodes.forEach(n -> all.addAll(n.params()));
    this.params = List.copyOf(all);
    this.unused = Collections.unmodifiableMap(new LinkedHashMap<>(unused));
  }

  /// The graph of those operations that the outputs need. Inputs that none of them needs are left out.
  ///
  /// @param nodes in an order in which they can run
  /// @throws GraphException if there is no output, or an operation uses a value that nothing yields before it
  public static Graph of(Map<String, Value> inputs, List<Node> nodes, Map<String, Value> outputs) {
    return of(inputs, nodes, outputs, Map.of());
  }

  static Graph of(
      Map<String, Value> inputs,
      List<Node> nodes,
      Map<String, Value> outputs,
      Map<Param, Value> unused) {
    if (outputs.isEmpty()) {
      throw new GraphException("a graph needs an output");
    }
    Set<Integer> needed = new HashSet<>();
    outputs.values().forEach(v -> needed.add(v.id()));
    var kept = new ArrayList<Node>();
    for (Node node : nodes.reversed()) {
      if (node.outputs().stream().anyMatch(v -> needed.contains(v.id()))) {
        node.inputs().forEach(v -> needed.add(v.id()));
        kept.add(node);
      }
    }
    var live = new LinkedHashMap<String, Value>();
    inputs.forEach((name, value) -> {
      if (needed.contains(value.id())) {
        live.put(name, value);
      }
    });
    Set<Integer> known = new HashSet<>();
    live.values().forEach(v -> known.add(v.id()));
    for (Node node : kept.reversed()) {
      for (Value v : node.inputs()) {
        if (!known.contains(v.id())) {
          throw new GraphException(node.path() + ": uses a value that nothing yields before it");
        }
      }
      node.outputs().forEach(v -> known.add(v.id()));
    }
    for (var out : outputs.entrySet()) {
      if (!known.contains(out.getValue().id())) {
        throw new GraphException("nothing yields the output '" + out.getKey() + "'");
      }
    }
    var anchors = new LinkedHashMap<Param, Value>();
    unused.forEach((param, value) -> {
      if (known.contains(value.id())) {
        anchors.put(param, value);
      }
    });
    return new Graph(live, kept.reversed(), outputs, anchors);
  }

  /// Named inputs in the order in which they were declared.
  public Map<String, Value> inputs() {
    return inputs;
  }

  /// Operations in an order in which they can run.
  public List<Node> nodes() {
    return nodes;
  }

  /// Named outputs.
  public Map<String, Value> outputs() {
    return outputs;
  }

  /// The parameters in the order of their first use, each once.
  public List<Param> params() {
    return params;
  }

  /// Parameters that no operation reads but that checkpoints of the reference hold, such as the fused kernel
  /// beside the branches of a re-parameterised convolution. Not part of [#params]; passes drop them.
  public List<Param> unusedParameters() {
    return List.copyOf(unused.keySet());
  }

  /// The spares with the values that they stand beside.
  Map<Param, Value> anchors() {
    return unused;
  }

  /// The parameter of that name.
  public Optional<Param> param(String name) {
    return params.stream().filter(p -> p.name().equals(name)).findFirst();
  }

  /// The graph with each match of a pattern replaced; the types of all that follows are inferred again. This graph itself where nothing
  /// is replaced.
  ///
  /// A place that several matches could take belongs to the one that ends first.
  ///
  /// @throws GraphException if a replacement does not fit
  public Graph rewrite(Pattern pattern, Replacement replacement) {
    return new Rewriter(this).replace(pattern, replacement);
  }

  /// The graph with every operation replaced by one with as many outputs; the types of all that follows are inferred again.
  ///
  /// @throws GraphException if a replacement does not fit
  public Graph map(UnaryOperator<Op> change) {
    return new Rewriter(this).map(change, Map.of());
  }

  /// The graph for inputs of other shapes: names in dimensions give way to the sizes that they stand for.
  ///
  /// @param shapes by the names of inputs, those that are not named stay; a dimension stays open where it is the declared one:
  ///     `[N, 3, 96, 192]` for `[N, 3, H, W]`
  /// @throws GraphException if an input can't have the shape
  public Graph specialize(Map<String, Shape> shapes) {
    var sizes = new java.util.HashMap<String, Integer>();
    shapes.forEach((name, shape) -> {
      Value input = inputs.get(name);
      if (input == null) {
        throw new GraphException("no input '" + name + "'; there are " + inputs.keySet());
      }
      bind(name, input.shape(), shape, sizes);
    });
    return new Rewriter(this).map(op -> op.with(sizes), sizes);
  }

  /// What the names in the dimensions of the inputs stand for in a run.
  ///
  /// @param shapes of the tensors given for the inputs, by name
  /// @throws GraphException if an input is missing, has another shape, or a name would stand for two sizes
  public Map<String, Integer> sizes(Map<String, Shape> shapes) {
    var sizes = new java.util.HashMap<String, Integer>();
    inputs.forEach((name, value) -> {
      Shape given = shapes.get(name);
      if (given == null) {
        throw new GraphException(
            "the network needs the input '" + name + "'; given are " + shapes.keySet());
      }
      bind(name, value.shape(), given, sizes);
    });
    return sizes;
  }

  private static void bind(String name, Shape declared, Shape given, Map<String, Integer> sizes) {
    Shape needed = declared.with(sizes);
    boolean fits = given.rank() == needed.rank();
    for (int axis = 0; fits && axis < given.rank(); axis++) {
      Dim dim = declared.dim(axis).with(sizes);
      Dim by = given.dim(axis);
      if (!by.equals(dim)) {
        Dim.Multiple open = dim.multiple().orElse(null);
        fits = open != null && by.isFixed() && by.size() % open.factor() == 0;
        if (open != null && fits) {
          sizes.put(open.name(), Math.toIntExact(by.size() / open.factor()));
        }
      }
    }
    GraphException.require(
        fits, "input '" + name + "' has shape " + given + ", the network needs " + needed);
  }

  /// The part of this graph that yields only the named outputs.
  ///
  /// @throws GraphException for a name that is not an output
  public Graph only(String... names) {
    var wanted = new LinkedHashMap<String, Value>();
    for (String name : names) {
      Value value = outputs.get(name);
      if (value == null) {
        throw new GraphException("no output '" + name + "'; there are " + outputs.keySet());
      }
      wanted.put(name, value);
    }
    return of(inputs, nodes, wanted, unused);
  }
}
