package ai.fovea.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// The dimensions of a tensor. A positive number is fixed; `-k` stands for `k` times the batch size, so that
/// `[-1, 3, 224, 224]` is a batch of pictures and `[-64, 49, 96]` the 64 windows of each picture of a batch.
///
/// Immutable.
public final class Shape {
  private final int[] dims;

  private Shape(int[] dims) {
    this.dims = dims;
  }

  /// A shape of these dimensions; none at all is a scalar.
  public static Shape of(int... dims) {
    return new Shape(dims.clone());
  }

  /// A shape of these dimensions.
  public static Shape of(List<Integer> dims) {
    return new Shape(dims.stream().mapToInt(Integer::intValue).toArray());
  }

  /// `[N, dims...]` with the symbolic batch size in front.
  public static Shape batch(int... dims) {
    int[] all = new int[dims.length + 1];
    all[0] = -1;
    System.arraycopy(dims, 0, all, 1, dims.length);
    return new Shape(all);
  }

  /// How many dimensions there are.
  public int rank() {
    return dims.length;
  }

  /// Dimension `axis`; negative axes count from the end.
  ///
  /// @throws GraphException if there is no such axis
  public int dim(int axis) {
    return dims[axis(axis)];
  }

  /// `axis` as a number in `[0, rank)`; negative axes count from the end.
  ///
  /// @throws GraphException if there is no such axis
  public int axis(int axis) {
    int a = axis < 0 ? axis + dims.length : axis;
    if (a < 0 || a >= dims.length) {
      throw new GraphException("axis " + axis + " of a tensor of shape " + this);
    }
    return a;
  }

  /// The dimensions as a fresh array.
  public int[] dims() {
    return dims.clone();
  }

  /// The dimensions as a list.
  public List<Integer> toList() {
    return Arrays.stream(dims).boxed().toList();
  }

  /// Whether no dimension depends on the batch size.
  public boolean isFixed() {
    return Arrays.stream(dims).allMatch(d -> d >= 0);
  }

  /// The number of elements of a fixed shape, or per picture of the batch.
  ///
  /// @throws ArithmeticException beyond 2^31 - 1 elements
  public int size() {
    int n = 1;
    for (int d : dims) {
      n = Math.multiplyExact(n, Math.abs(d));
    }
    return n;
  }

  /// This shape with the batch size filled in.
  public Shape withBatch(int n) {
    return new Shape(Arrays.stream(dims).map(d -> d < 0 ? -d * n : d).toArray());
  }

  /// This shape with dimension `axis` replaced.
  public Shape with(int axis, int value) {
    int[] changed = dims.clone();
    changed[axis(axis)] = value;
    return new Shape(changed);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /// For messages: `[N, 3, 224, 224]`, `[64N, 49, 96]`.
  @Override
  public String toString() {
    return Arrays.stream(dims)
        .mapToObj(d -> d >= 0 ? Integer.toString(d) : (d == -1 ? "" : -d + "") + "N")
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
