package ai.fovea.torch;

import ai.fovea.graph.Graph;
import ai.fovea.graph.GraphException;
import ai.fovea.graph.Init;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Param;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/// The values of parameters in libtorch's memory, by name. Several networks may share one table: other input
/// sizes, training and export, student and average.
///
/// Owns the tensors until it is closed, but for those that [#within] and [#withConstants] took from another table. Not thread-safe while a step changes it.
public final class TorchParameters implements AutoCloseable {
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private record Entry(Param param, Tensor tensor, boolean owned) {}

  private final Arena views = Arena.ofShared();

  private TorchParameters() {}

  /// Fresh values for every parameter of the graph.
  ///
  /// @param random drawn from in the order of the graph's parameters
  public static TorchParameters initialize(Graph graph, RandomGenerator random) {
    return initialize(graph.params(), random);
  }

  /// Fresh values for these parameters.
  ///
  /// @param random drawn from in their order
  public static TorchParameters initialize(List<Param> params, RandomGenerator random) {
    var made = new TorchParameters();
    for (Param p : params) {
      made.put(p, Init.values(p, random));
    }
    return made;
  }

  /// Returns the parameters whose names begin with `prefix`, under their names without it. They are the same tensors: what
  /// changes here changes there. This table stays their owner and must outlive the one that is returned.
  public TorchParameters within(String prefix) {
    var inside = new TorchParameters();
    entries.forEach((name, e) -> {
      if (name.startsWith(prefix)) {
        String own = name.substring(prefix.length());
        inside.entries.put(own, new Entry(e.param.withName(own), e.tensor, false));
      }
    });
    return inside;
  }

  /// The given values for every parameter of the graph; constants keep what the builder gave them.
  ///
  /// @throws GraphException listing every parameter that is missing or has another shape
  public static TorchParameters of(Graph graph, Map<String, NDArray> values) {
    var problems = new ArrayList<String>();
    for (Param p : graph.params()) {
      NDArray given = values.get(p.name());
      if (p.kind() == Param.Kind.CONSTANT) {
        continue;
      }
      if (given == null) {
        problems.add(p.name() + ": missing");
      } else if (!given.shape().equals(p.shape())) {
        problems.add(
            p.name() + ": the network has " + p.shape() + ", the values have " + given.shape());
      }
    }
    if (!problems.isEmpty()) {
      throw new GraphException(
          "parameters don't fit the network:\n  " + String.join("\n  ", problems));
    }
    var made = new TorchParameters();
    RandomGenerator unused = RandomGenerator.of("SplittableRandom");
    for (Param p : graph.params()) {
      NDArray given = values.get(p.name());
      made.put(
          p, p.kind() == Param.Kind.CONSTANT || given == null ? Init.values(p, unused) : given);
    }
    return made;
  }

  /// Returns the parameters of a graph: the tensors of this table, which stays their owner and must outlive the one that is
  /// returned, but for constants, which are those of the graph.
  ///
  /// @throws GraphException if one is missing
  public TorchParameters withConstants(Graph graph) {
    var made = new TorchParameters();
    RandomGenerator unused = RandomGenerator.of("SplittableRandom");
    for (Param p : graph.params()) {
      if (p.kind() == Param.Kind.CONSTANT) {
        made.put(p, Init.values(p, unused));
      } else {
        made.entries.put(p.name(), new Entry(p, get(p.name()), false));
      }
    }
    return made;
  }

  private void put(Param param, NDArray values) {
    try (var _ = new TensorScope()) {
      Tensor tensor = Tensor.of(values);
      if (param.dtype().floating()) {
        // Convolutions run faster over channels-last weights; gradients come back in the same
        // layout.
        if (param.shape().rank() == 4) {
          tensor = new Tensor(tensor.raw().contiguous(MemoryFormat.ChannelsLast));
        }
        if (param.kind() == Param.Kind.TRAINED) {
          tensor.requireGrad();
        }
      }
      entries.put(param.name(), new Entry(param, tensor.keep(), true));
    }
  }

  /// Overwrites the values that `values` names; the others stay.
  ///
  /// @throws GraphException listing every name that is unknown or has another shape; nothing is changed then
  public void load(Map<String, NDArray> values) {
    var problems = new ArrayList<String>();
    values.forEach((name, array) -> {
      Entry entry = entries.get(name);
      if (entry == null) {
        problems.add(name + ": not in the network");
      } else if (!entry.param.shape().equals(array.shape())) {
        problems.add(
            name
                + ": the network has "
                + entry.param.shape()
                + ", the values have "
                + array.shape());
      }
    });
    if (!problems.isEmpty()) {
      throw new GraphException(
          "parameters don't fit the network:\n  " + String.join("\n  ", problems));
    }
    try (var _ = new TensorScope()) {
      Torch.noGrad(() -> values.forEach((name, array) -> get(name).set(array)));
    }
  }

  /// A copy of all values on the Java heap, constants included.
  public Map<String, NDArray> toArrays() {
    var out = new LinkedHashMap<String, NDArray>();
    entries.forEach((name, e) -> out.put(name, e.tensor.toArray()));
    return out;
  }

  /// All values, constants included, where they lie: for who writes or exports them now. Values that libtorch does not keep row-major (kernels of
  /// convolutions larger than 1 x 1) are copied.
  ///
  /// They change with the parameters, and can't be read once these are closed.
  public Map<String, NDArray> views() {
    var out = new LinkedHashMap<String, NDArray>();
    entries.forEach((name, e) -> out.put(name, e.tensor.view(views)));
    return out;
  }

  /// The tensor of that name.
  ///
  /// @throws GraphException if there is none
  public Tensor get(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new GraphException("no parameter '" + name + "'");
    }
    return entry.tensor;
  }

  /// The specifications, in order.
  public List<Param> params() {
    return entries.values().stream().map(Entry::param).toList();
  }

  /// Names in order.
  public Collection<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /// Chooses which trained parameters ask for gradients; the others stay as they are and cost no backward pass.
  public void train(java.util.function.Predicate<String> which) {
    entries.forEach((name, e) -> {
      if (e.param.kind() == Param.Kind.TRAINED) {
        e.tensor.raw().set_requires_grad(which.test(name));
      }
    });
  }

  /// Clears all gradients.
  public void clearGrads() {
    for (Entry e : entries.values()) {
      if (e.param.kind() == Param.Kind.TRAINED) {
        e.tensor.clearGrad();
      }
    }
  }

  @Override
  public void close() {
    if (views.scope().isAlive()) {
      views.close();
    }
    entries.values().stream().filter(Entry::owned).map(Entry::tensor).forEach(Tensor::close);
    entries.clear();
  }
}
