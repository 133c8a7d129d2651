package ai.fovea.graph;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Graphs as JSON, for networks that can't be built again from a name: pruned, imported, changed by passes.
///
/// ```
/// {"format": "fovea-graph", "version": 2,
///  "inputs":  [{"name": "image", "id": 0, "shape": ["N", 3, 224, 224], "dtype": "float32"}],
///  "params":  [{"name": "conv.weight", "shape": [8, 3, 3, 3], "dtype": "float32", "kind": "TRAINED",
///               "learningRate": 1.0, "decay": 1.0, "init": {"KaimingNormal": {"fanIn": 0, "slope": 0.0}}}],
///  "nodes":   [{"op": {"Conv": {"stride": {"h": 2, "w": 2}, …}}, "inputs": [0], "params": ["conv.weight"],
///               "outputs": [1], "path": "conv"}],
///  "outputs": {"logits": 57},
///  "spares":  [{"param": "dw_conv.weight", "beside": 12}]}
/// ```
///
/// An operation is its record's name with its components; a component with a [DefaultValue] may be missing. A dimension is an integer or the text of a
/// [Dim]. Version 1, which is read as well, had `"output": 1` and `-k` for `k*N`. Types of values are not stored but inferred again, so a file can't
/// claim what its operations don't yield. The values of parameters live in files of their own.
public final class GraphFile {
  private static final String FORMAT = "fovea-graph";
  private static final int VERSION = 2;
  private static final JsonMapper JSON = new JsonMapper();

  private GraphFile() {}

  /// The bytes of the file.
  public static byte[] write(Graph graph) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT).put("version", VERSION);
    var inputs = root.putArray("inputs");
    graph
        .inputs()
        .forEach((name, v) -> {
          ObjectNode in = inputs.addObject().put("name", name).put("id", v.id());
          in.set("shape", encode(v.shape()));
          in.put("dtype", v.dtype().text());
        });
    var params = root.putArray("params");
    graph.params().forEach(p -> params.add(param(p)));
    graph.unusedParameters().forEach(p -> params.add(param(p)));
    var nodes = root.putArray("nodes");
    for (Node n : graph.nodes()) {
      ObjectNode node = nodes.addObject();
      node.set("op", encode(n.op()));
      node.set("inputs", encode(n.inputs().stream().map(Value::id).toList()));
      node.set("params", encode(n.params().stream().map(Param::name).toList()));
      node.set("outputs", encode(n.outputs().stream().map(Value::id).toList()));
      node.put("path", n.path());
    }
    ObjectNode outputs = root.putObject("outputs");
    graph.outputs().forEach((name, v) -> outputs.put(name, v.id()));
    var unused = root.putArray("spares");
    graph
        .anchors()
        .forEach((p, v) -> unused.addObject().put("param", p.name()).put("beside", v.id()));
    return JSON.writeValueAsBytes(root);
  }

  private static ObjectNode param(Param p) {
    ObjectNode out = JSON.createObjectNode().put("name", p.name());
    out.set("shape", encode(p.shape()));
    out.put("dtype", p.dtype().text()).put("kind", p.kind().name());
    out.put("learningRate", p.learningRate()).put("decay", p.decay());
    out.set("init", encode(p.init()));
    return out;
  }

  /// Reads what [#write] wrote.
  ///
  /// @param name what errors call the file
  /// @throws GraphException naming file, place and reason
  public static Graph read(String name, byte[] bytes) {
    try {
      JsonNode root = JSON.readTree(bytes);
      if (!root.path("format").asString("").equals(FORMAT) || root.path("version").asInt(0) < 1) {
        throw new GraphException("not a graph");
      }
      if (root.path("version").asInt(0) > VERSION) {
        throw new GraphException(
            "a graph of version "
                + root.path("version")
                + "; this program reads versions up to "
                + VERSION);
      }
      return graph(root);
    } catch (GraphException e) {
      throw new GraphException(name + ": " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw new GraphException(name + ": not JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
      throw new GraphException(name + ": malformed: " + e.getMessage(), e);
    }
  }

  private static Graph graph(JsonNode root) {
    Map<Integer, Value> values = new HashMap<>();
    var inputs = new LinkedHashMap<String, Value>();
    for (JsonNode in : root.path("inputs")) {
      Value v =
          new Value(
              id(in.path("id")),
              new Type(
                  DType.of(in.path("dtype").asString("")), shape(in.path("shape"), "an input")));
      inputs.put(in.path("name").asString(""), v);
      put(values, v);
    }
    Map<String, Param> params = new HashMap<>();
    for (JsonNode p : root.path("params")) {
      Param param =
          new Param(
              p.path("name").asString(""),
              shape(p.path("shape"), "parameter " + p.path("name")),
              DType.of(p.path("dtype").asString("")),
              (Init) decode(p.path("init"), Init.class, "init of " + p.path("name")),
              Param.Kind.valueOf(p.path("kind").asString("")),
              p.path("learningRate").asDouble(1),
              p.path("decay").asDouble(1));
      if (params.put(param.name(), param) != null) {
        throw new GraphException("two parameters are called " + param.name());
      }
    }
    var nodes = new ArrayList<Node>();
    for (JsonNode n : root.path("nodes")) {
      String path = n.path("path").asString("");
      Op op = (Op) decode(n.path("op"), Op.class, path);
      List<Value> in = n.path("inputs").valueStream().map(i -> value(values, i)).toList();
      List<Param> own =
          n.path("params").valueStream().map(p -> named(params, p.asString(""))).toList();
      List<Type> types;
      try {
        types =
            op.infer(in.stream().map(Value::type).toList(), own.stream().map(Param::type).toList());
      } catch (GraphException e) {
        throw new GraphException(path + ": " + op.name() + ": " + e.getMessage(), e);
      }
      nodes.add(new Node(op, in, own, outputs(n, types, path, values), path));
    }
    var outputs = new LinkedHashMap<String, Value>();
    root.path("outputs")
        .properties()
        .forEach(e -> outputs.put(e.getKey(), value(values, e.getValue())));
    var unused = new LinkedHashMap<Param, Value>();
    for (JsonNode s : root.path("spares")) {
      unused.put(named(params, s.path("param").asString("")), value(values, s.path("beside")));
    }
    return Graph.of(inputs, nodes, outputs, unused);
  }

  private static List<Value> outputs(
      JsonNode node, List<Type> types, String path, Map<Integer, Value> values) {
    List<JsonNode> ids =
        node.has("output")
            ? List.of(node.path("output"))
            : node.path("outputs").valueStream().toList();
    if (ids.size() != types.size()) {
      throw new GraphException(
          path
              + ": the operation yields "
              + types.size()
              + " values, "
              + ids.size()
              + " are named");
    }
    var outputs = new ArrayList<Value>();
    for (int i = 0; i < types.size(); i++) {
      Value output = new Value(id(ids.get(i)), types.get(i));
      put(values, output);
      outputs.add(output);
    }
    return outputs;
  }

  private static int id(JsonNode node) {
    if (!node.isInt()) {
      throw new GraphException("a value needs a number, not " + node);
    }
    return node.asInt();
  }

  private static void put(Map<Integer, Value> values, Value v) {
    if (values.put(v.id(), v) != null) {
      throw new GraphException("two values have the number " + v.id());
    }
  }

  private static Value value(Map<Integer, Value> values, JsonNode id) {
    Value found = values.get(id(id));
    if (found == null) {
      throw new GraphException("uses value " + id + ", which nothing yields before it");
    }
    return found;
  }

  private static Param named(Map<String, Param> params, String name) {
    Param found = params.get(name);
    if (found == null) {
      throw new GraphException("no parameter is called '" + name + "'");
    }
    return found;
  }

  private static Shape shape(JsonNode node, String place) {
    if (!node.isArray()) {
      throw new GraphException(place + ": a shape is needed, not " + node);
    }
    return Shape.of(node.valueStream().map(dim -> dim(dim, place)).toList());
  }

  private static Dim dim(JsonNode node, String place) {
    if (node.isString()) {
      return Dim.parse(node.asString());
    }
    if (!node.isInt()) {
      throw new GraphException(place + ": a dimension is needed, not " + node);
    }
    int size = node.asInt();
    return size < 0 ? Dim.BATCH.times(-(long) size) : Dim.of(size);
  }

  /// Records of a sealed interface as `{"Name": {components}}`, other records as their components.
  private static JsonNode encode(Object value) {
    return switch (value) {
      case Shape shape -> encode(shape.dims());
      case Dim dim ->
          dim.isFixed() ? JSON.valueToTree(dim.size()) : JSON.valueToTree(dim.toString());
      case DType dtype -> JSON.valueToTree(dtype.text());
      case Record r -> {
        ObjectNode inner = JSON.createObjectNode();
        for (RecordComponent c : r.getClass().getRecordComponents()) {
          inner.set(c.getName(), encode(component(c, r)));
        }
        boolean sealed = Arrays.stream(r.getClass().getInterfaces()).anyMatch(Class::isSealed);
        yield sealed ? JSON.createObjectNode().set(r.getClass().getSimpleName(), inner) : inner;
      }
      case List<?> list -> {
        var array = JSON.createArrayNode();
        list.forEach(item -> array.add(encode(item)));
        yield array;
      }
      case Enum<?> e -> JSON.valueToTree(e.name());
      default -> JSON.valueToTree(value);
    };
  }

  private static Object component(RecordComponent c, Record of) {
    try {
      return c.getAccessor().invoke(of);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("a component that can't be read: " + c, e);
    }
  }

  private static Object decode(JsonNode node, java.lang.reflect.Type type, String place) {
    if (type instanceof ParameterizedType list) {
      java.lang.reflect.Type item = list.getActualTypeArguments()[0];
      return node.valueStream().map(n -> decode(n, item, place)).toList();
    }
    Class<?> wanted = (Class<?>) type;
    if (wanted.isSealed()) {
      if (node.size() != 1) {
        throw new GraphException(
            place + ": one " + wanted.getSimpleName() + " is needed, not " + node);
      }
      var only = node.properties().iterator().next();
      Class<?> known = recordNamed(only.getKey(), wanted);
      if (known != null) {
        return make(known, only.getValue(), place);
      }
      throw new GraphException(
          place + ": no " + wanted.getSimpleName() + " is called '" + only.getKey() + "'");
    }
    if (wanted == Shape.class) {
      return shape(node, place);
    }
    if (wanted == Dim.class) {
      return dim(node, place);
    }
    if (wanted == DType.class) {
      return DType.of(node.asString(""));
    }
    if (wanted.isRecord()) {
      return make(wanted, node, place);
    }
    if (wanted.isEnum()) {
      for (Object constant : wanted.getEnumConstants()) {
        if (((Enum<?>) constant).name().equals(node.asString(""))) {
          return constant;
        }
      }
      throw new GraphException(place + ": no " + wanted.getSimpleName() + " is called " + node);
    }
    if ((wanted == int.class || wanted == Integer.class) && node.isInt()) {
      return node.asInt();
    }
    if ((wanted == double.class || wanted == Double.class) && node.isNumber()) {
      return node.asDouble();
    }
    if (wanted == boolean.class && node.isBoolean()) {
      return node.asBoolean();
    }
    throw new GraphException(place + ": a " + wanted.getSimpleName() + " is needed, not " + node);
  }

  private static Object make(Class<?> record, JsonNode node, String place) {
    RecordComponent[] components = record.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] values =
        Arrays.stream(components)
            .map(c -> decode(stored(node, c), c.getGenericType(), place + "." + c.getName()))
            .toArray();
    try {
      return record.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      throw new GraphException(place + ": " + e.getTargetException().getMessage(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record that can't be made: " + record, e);
    }
  }

  private static JsonNode stored(JsonNode node, RecordComponent component) {
    DefaultValue absent = component.getAnnotation(DefaultValue.class);
    return node.has(component.getName()) || absent == null
        ? node.path(component.getName())
        : JSON.readTree(absent.value());
  }

  /// The record of that name below a sealed interface.
  private static @Nullable Class<?> recordNamed(String name, Class<?> sealed) {
    for (Class<?> each : sealed.getPermittedSubclasses()) {
      Class<?> found =
          each.isSealed()
              ? recordNamed(name, each)
              : each.getSimpleName().equals(name) ? each : null;
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
