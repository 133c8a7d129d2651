package ai.fovea.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The builder of a [Graph], at one place of its tree of names.
///
/// A network is a function that is called with a scope and values, adds operations, and returns values. The names
/// of parameters follow from the scopes: `root.child("stages").child("0").param("weight", …)` is
/// `stages.0.weight`. Not thread-safe.
public final class Scope {
  private final Building building;
  private final String path;

  private Scope(Building building, String path) {
    this.building = building;
    this.path = path;
  }

  /// What all scopes of one graph share while it is built.
  private static final class Building {
    final Map<String, Value> inputs = new LinkedHashMap<>();
    final Map<String, Param> params = new LinkedHashMap<>();
    final List<Node> nodes = new java.util.ArrayList<>();
    final Map<Param, Value> spares = new LinkedHashMap<>();
    int values;
  }

  /// The root of a new graph.
  public static Scope root() {
    return new Scope(new Building(), "");
  }

  /// The names from the root to here, e.g. `backbone.blocks.3`; empty at the root.
  public String path() {
    return path;
  }

  /// The scope `name` below this one; dots in the name go down several levels.
  public Scope child(String name) {
    return new Scope(building, join(name));
  }

  /// The scope of the `index`-th member of a list below this one.
  public Scope child(int index) {
    return child(Integer.toString(index));
  }

  /// A named input of the graph.
  ///
  /// @throws GraphException if the name is taken
  public Value input(String name, Shape shape, DType dtype) {
    Value value = new Value(building.values++, shape, dtype);
    if (building.inputs.putIfAbsent(name, value) != null) {
      throw new GraphException("the graph has an input '" + name + "' already");
    }
    return value;
  }

  /// A parameter of this scope; `param.name()` is taken as relative to the scope.
  ///
  /// @throws GraphException if the full name is taken: to share a parameter, pass the object on
  public Param param(Param param) {
    Param named =
        new Param(
            join(param.name()),
            param.shape(),
            param.dtype(),
            param.init(),
            param.kind(),
            param.learningRate(),
            param.decay());
    if (building.params.putIfAbsent(named.name(), named) != null) {
      throw new GraphException("the graph has a parameter '" + named.name() + "' already");
    }
    return named;
  }

  /// A trained float32 parameter of this scope.
  public Param param(String name, Shape shape, Init init) {
    return param(new Param(name, shape, init));
  }

  /// A parameter of this scope that no operation reads, but that the reference keeps in its checkpoints. It
  /// belongs to the graph wherever `beside` does.
  ///
  /// @throws GraphException if the full name is taken
  public void spare(Param param, Value beside) {
    building.spares.put(param(param), beside);
  }

  /// Adds an operation without parameters.
  public Value apply(Op op, Value... inputs) {
    return apply(op, List.of(inputs), List.of());
  }

  /// Adds an operation.
  ///
  /// @throws GraphException naming operation, place and shapes where they don't fit
  public Value apply(Op op, List<Value> inputs, List<Param> params) {
    Shape shape;
    try {
      shape =
          ShapeInference.infer(
              op,
              inputs.stream().map(Value::shape).toList(),
              params.stream().map(Param::shape).toList());
    } catch (GraphException e) {
      throw new GraphException(
          (path.isEmpty() ? "" : path + ": ")
              + op.getClass().getSimpleName()
              + ": "
              + e.getMessage(),
          e);
    }
    DType dtype = inputs.isEmpty() ? params.get(0).dtype() : inputs.get(0).dtype();
    Value output = new Value(building.values++, shape, dtype);
    building.nodes.add(new Node(op, inputs, params, output, path));
    return output;
  }

  /// The value of a parameter, for operations that take it as an input.
  public Value read(Param param) {
    return apply(new Op.Read(), List.of(), List.of(param));
  }

  /// What the scope `name` below this one yielded last: its own operations or those below it.
  public Optional<Value> last(String name) {
    String full = join(name);
    Value found = null;
    for (Node node : building.nodes) {
      if (node.path().equals(full) || node.path().startsWith(full + ".")) {
        found = node.output();
      }
    }
    return Optional.ofNullable(found);
  }

  /// The graph that yields these outputs; operations and parameters that none of them needs are left out.
  public Graph graph(Map<String, Value> outputs) {
    return Graph.of(building.inputs, building.nodes, outputs, building.spares);
  }

  private String join(String name) {
    return path.isEmpty() ? name : name.isEmpty() ? path : path + "." + name;
  }
}
