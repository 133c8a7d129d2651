package ai.fovea.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

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
    final Map<Param, Value> unused = new LinkedHashMap<>();
    int values;
  }

  /// The root of a new graph.
  public static Scope root() {
    return new Scope(new Building(), "");
  }

  /// The root of a graph made of another one, whose parameters are known already.
  static Scope of(Graph graph) {
    Scope root = root();
    graph.params().forEach(p -> root.building.params.put(p.name(), p));
    graph.unusedParameters().forEach(p -> root.building.params.put(p.name(), p));
    return root;
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
  /// @param shape each dimension fixed, a name, or a multiple of one: `32*H` for a height that 32 divides
  /// @throws GraphException if the name is taken
  public Value input(String name, Shape shape, DType dtype) {
    for (Dim dim : shape.dims()) {
      GraphException.require(
          dim.isFixed() || dim.multiple().isPresent(),
          "input '"
              + name
              + "': "
              + dim
              + " of "
              + shape
              + " is neither fixed nor a multiple of a name");
    }
    Value value = new Value(building.values++, new Type(dtype, shape));
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
    return declare(named);
  }

  /// A parameter under its name as it stands, wherever this scope is.
  Param declare(Param param) {
    if (building.params.putIfAbsent(param.name(), param) != null) {
      throw new GraphException("the graph has a parameter '" + param.name() + "' already");
    }
    return param;
  }

  /// A trained float32 parameter of this scope.
  public Param param(String name, Shape shape, Init init) {
    return param(new Param(name, shape, init));
  }

  /// A parameter of this scope that no operation reads, but that the reference keeps in its checkpoints. It
  /// belongs to the graph wherever `beside` does.
  ///
  /// @throws GraphException if the full name is taken
  public void unusedParameter(Param param, Value anchor) {
    building.unused.put(param(param), anchor);
  }

  /// Adds an operation without parameters.
  public Value apply(Op op, Value... inputs) {
    return apply(op, List.of(inputs), List.of());
  }

  /// Adds an operation that yields one tensor.
  ///
  /// @throws GraphException naming operation, place and shapes where they don't fit
  public Value apply(Op op, List<Value> inputs, List<Param> params) {
    List<Value> outputs = applyAll(op, inputs, params);
    if (outputs.size() != 1) {
      throw new GraphException(at() + op.name() + " yields " + outputs.size() + " tensors");
    }
    return outputs.getFirst();
  }

  /// Adds an operation; all that it yields.
  ///
  /// @throws GraphException naming operation, place and shapes where they don't fit
  public List<Value> applyAll(Op op, List<Value> inputs, List<Param> params) {
    List<Type> types;
    try {
      types =
          op.infer(
              inputs.stream().map(Value::type).toList(), params.stream().map(Param::type).toList());
    } catch (GraphException e) {
      throw new GraphException(at() + op.name() + ": " + e.getMessage(), e);
    }
    List<Value> outputs = types.stream().map(t -> new Value(building.values++, t)).toList();
    building.nodes.add(new Node(op, inputs, params, outputs, path));
    return outputs;
  }

  private String at() {
    return path.isEmpty() ? "" : path + ": ";
  }

  /// The value of a parameter, for operations that take it as an input.
  public Value read(Param param) {
    return apply(new Source.Read(), List.of(), List.of(param));
  }

  /// What the scope `name` below this one yielded last: its own operations or those below it.
  public Optional<Value> last(String name) {
    String full = join(name);
    Value found = null;
    for (Node node : building.nodes) {
      if (node.path().equals(full) || node.path().startsWith(full + ".")) {
        found = node.outputs().getLast();
      }
    }
    return Optional.ofNullable(found);
  }

  /// The graph that yields these outputs; operations and parameters that none of them needs are left out.
  public Graph graph(Map<String, Value> outputs) {
    return Graph.of(building.inputs, building.nodes, outputs, building.unused);
  }

  /// The graph that yields these outputs, with the spares of another one.
  Graph graph(Map<Param, Value> unused, UnaryOperator<Value> renewed, Map<String, Value> outputs) {
    unused.forEach((param, anchor) -> building.unused.put(param, renewed.apply(anchor)));
    return graph(outputs);
  }

  private String join(String name) {
    return path.isEmpty() ? name : name.isEmpty() ? path : path + "." + name;
  }
}
