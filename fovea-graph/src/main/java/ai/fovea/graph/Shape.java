package ai.fovea.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The dimensions of a tensor, fixed or symbolic: `[N, 3, 224, 224]` is a batch of images, `[64*N, 49, 96]` the 64 windows of each
/// image of a batch.
///
/// Immutable.
public final class Shape {
  private final List<Dim> dims;

  private Shape(List<Dim> dims) {
    for (Dim dim : dims) {
      if (dim.isFixed() && dim.size() < 0) {
        throw new GraphException("a tensor can't have the shape " + dims);
      }
    }
    this.dims = dims;
  }

  /// A shape of fixed dimensions; none at all is a scalar.
  public static Shape of(int... sizes) {
    return new Shape(Arrays.stream(sizes).mapToObj(Dim::of).toList());
  }

  /// A shape of these dimensions.
  public static Shape of(List<Dim> dims) {
    return new Shape(List.copyOf(dims));
  }

  /// `[first, sizes...]`.
  public static Shape of(Dim first, int... sizes) {
    return new Shape(
        Stream.concat(Stream.of(first), Arrays.stream(sizes).mapToObj(Dim::of)).toList());
  }

  /// `[N, sizes...]`.
  public static Shape batch(int... sizes) {
    return of(Dim.BATCH, sizes);
  }

  /// The number of dimensions.
  public int rank() {
    return dims.size();
  }

  /// Dimension `axis`; negative axes count from the end.
  ///
  /// @throws GraphException if there is no such axis
  public Dim dim(int axis) {
    return dims.get(axis(axis));
  }

  /// The size of the fixed dimension `axis`; negative axes count from the end.
  ///
  /// @throws GraphException if there is no such axis, or its dimension is not fixed
  public int size(int axis) {
    Dim dim = dim(axis);
    if (!dim.isFixed()) {
      throw new GraphException("axis " + axis + " of " + this + " is not fixed");
    }
    return dim.size();
  }

  /// `axis` as a number in `[0, rank)`; negative axes count from the end.
  ///
  /// @throws GraphException if there is no such axis
  public int axis(int axis) {
    int a = axis < 0 ? axis + rank() : axis;
    if (a < 0 || a >= rank()) {
      throw new GraphException("axis " + axis + " of a tensor of shape " + this);
    }
    return a;
  }

  /// All dimensions.
  public List<Dim> dims() {
    return dims;
  }

  /// The sizes of a fixed shape as a fresh array.
  ///
  /// @throws GraphException if a dimension is not fixed
  public int[] sizes() {
    int[] sizes = new int[rank()];
    Arrays.setAll(sizes, this::size);
    return sizes;
  }

  /// Whether all dimensions are fixed.
  public boolean isFixed() {
    return dims.stream().allMatch(Dim::isFixed);
  }

  /// The number of elements.
  public Dim elements() {
    return dims.stream().reduce(Dim.ONE, Dim::times);
  }

  /// The number of elements of a fixed shape.
  ///
  /// @throws GraphException if a dimension is not fixed, or beyond 2^31 - 1 elements
  public int size() {
    int n = 1;
    for (int axis = 0; axis < rank(); axis++) {
      try {
        n = Math.multiplyExact(n, size(axis));
      } catch (ArithmeticException e) {
        throw new GraphException("a tensor of shape " + this + " is too large", e);
      }
    }
    return n;
  }

  /// This shape with sizes in place of names; other names stay.
  public Shape with(Map<String, Integer> sizes) {
    return isFixed() ? this : new Shape(dims.stream().map(d -> d.with(sizes)).toList());
  }

  /// This shape with `n` in place of the batch size.
  public Shape withBatch(int n) {
    return with(Map.of("N", n));
  }

  /// This shape with dimension `axis` replaced.
  public Shape with(int axis, Dim dim) {
    var changed = new java.util.ArrayList<>(dims);
    changed.set(axis(axis), dim);
    return of(changed);
  }

  /// This shape with dimension `axis` replaced by a fixed one.
  public Shape with(int axis, int size) {
    return with(axis, Dim.of(size));
  }

  /// The shape of two tensors element by element, where dimensions of 1 are repeated (NumPy's broadcasting).
  ///
  /// @throws GraphException if they don't fit
  static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    Dim[] out = new Dim[rank];
    for (int i = 1; i <= rank; i++) {
      Dim da = i <= a.rank() ? a.dim(-i) : Dim.ONE;
      Dim db = i <= b.rank() ? b.dim(-i) : Dim.ONE;
      GraphException.require(
          da.equals(db) || da.equals(Dim.ONE) || db.equals(Dim.ONE), "shapes " + a + " and " + b);
      out[rank - i] = da.equals(Dim.ONE) ? db : da;
    }
    return of(List.of(out));
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && dims.equals(s.dims);
  }

  @Override
  public int hashCode() {
    return dims.hashCode();
  }

  /// For messages: `[N, 3, 224, 224]`, `[64*N, 49, 96]`.
  @Override
  public String toString() {
    return dims.stream().map(Dim::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
