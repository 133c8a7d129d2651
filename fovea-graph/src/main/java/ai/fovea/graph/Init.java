package ai.fovea.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// How a parameter gets its first values. Names and defaults are Paddle's.
public sealed interface Init {
  /// Every element is `value`.
  record Constant(double value) implements Init {}

  /// Normal distribution.
  record Normal(double mean, double std) implements Init {}

  /// Normal distribution, drawn again beyond two standard deviations.
  record TruncatedNormal(double mean, double std) implements Init {}

  /// Uniform in `[low, high)`.
  record Uniform(double low, double high) implements Init {}

  /// Glorot and Bengio 2010: uniform within `sqrt(6 / (fanIn + fanOut))`.
  record XavierUniform() implements Init {}

  /// Glorot and Bengio 2010: normal with `std = sqrt(2 / (fanIn + fanOut))`.
  record XavierNormal() implements Init {}

  /// He et al. 2015: uniform within `gain * sqrt(3 / fanIn)`, `gain = sqrt(2 / (1 + slope²))`.
  ///
  /// @param fanIn the fan to use instead of the shape's own; 0 for the shape's
  record KaimingUniform(int fanIn, double slope) implements Init {}

  /// He et al. 2015: normal with `std = gain / sqrt(fanIn)`, `gain = sqrt(2 / (1 + slope²))`.
  ///
  /// @param fanIn the fan to use instead of the shape's own; 0 for the shape's
  record KaimingNormal(int fanIn, double slope) implements Init {}

  /// A table that the builder computed (position indexes, masks): whole numbers or floats as given.
  record Table(List<Double> values) implements Init {
    /// Copies the list.
    public Table {
      values = List.copyOf(values);
    }
  }

  /// All zeros.
  Init ZEROS = new Constant(0);

  /// All ones.
  Init ONES = new Constant(1);

  /// Paddle's default for convolutions: normal with `std = sqrt(2 / (kernel area * input channels))`.
  Init KAIMING_NORMAL = new KaimingNormal(0, 0);

  /// Fresh values for a parameter. Linear weights are `[in, out]`, convolutions `[out, in/groups, kh, kw]`.
  ///
  /// @param random drawn from in row-major order
  static NDArray values(Param param, RandomGenerator random) {
    int n = param.shape().size();
    int[] dims = param.shape().sizes();
    if (param.init() instanceof Table t && !param.dtype().floating()) {
      long[] longs = new long[n];
      for (int i = 0; i < n; i++) {
        longs[i] = t.values.get(i).longValue();
      }
      return NDArray.of(longs, dims);
    }
    float[] out = new float[n];
    switch (param.init()) {
      case Constant c -> java.util.Arrays.fill(out, (float) c.value);
      case Normal g -> fill(out, () -> g.mean + g.std * random.nextGaussian());
      case TruncatedNormal g -> fill(out, () -> g.mean + g.std * truncated(random));
      case Uniform u -> fill(out, () -> u.low + (u.high - u.low) * random.nextDouble());
      case XavierUniform x -> {
        double limit = Math.sqrt(6.0 / (fanIn(dims) + fanOut(dims)));
        fill(out, () -> limit * (2 * random.nextDouble() - 1));
      }
      case XavierNormal x -> {
        double std = Math.sqrt(2.0 / (fanIn(dims) + fanOut(dims)));
        fill(out, () -> std * random.nextGaussian());
      }
      case KaimingUniform k -> {
        double fan = k.fanIn > 0 ? k.fanIn : fanIn(dims);
        double limit = Math.sqrt(6.0 / ((1 + k.slope * k.slope) * fan));
        fill(out, () -> limit * (2 * random.nextDouble() - 1));
      }
      case KaimingNormal k -> {
        double fan = k.fanIn > 0 ? k.fanIn : fanIn(dims);
        double std = Math.sqrt(2.0 / ((1 + k.slope * k.slope) * fan));
        fill(out, () -> std * random.nextGaussian());
      }
      case Table t -> {
        for (int i = 0; i < n; i++) {
          out[i] = t.values.get(i).floatValue();
        }
      }
    }
    return NDArray.of(out, dims);
  }

  /// Fresh values for all parameters of a graph, by name.
  ///
  /// @param random drawn from in the order of the parameters
  static Map<String, NDArray> values(Graph graph, RandomGenerator random) {
    var all = new LinkedHashMap<String, NDArray>();
    graph.params().forEach(param -> all.put(param.name(), values(param, random)));
    return all;
  }

  private static void fill(float[] out, java.util.function.DoubleSupplier next) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) next.getAsDouble();
    }
  }

  private static double truncated(RandomGenerator random) {
    double g;
    do {
      g = random.nextGaussian();
    } while (Math.abs(g) > 2);
    return g;
  }

  private static double fanIn(int[] dims) {
    return dims.length == 2 ? dims[0] : dims.length < 2 ? 1 : area(dims) * dims[1];
  }

  private static double fanOut(int[] dims) {
    return dims.length == 2 ? dims[1] : dims.length < 2 ? 1 : area(dims) * dims[0];
  }

  private static double area(int[] dims) {
    double area = 1;
    for (int i = 2; i < dims.length; i++) {
      area *= dims[i];
    }
    return area;
  }
}
