package ai.fovea.torch;

import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// A tensor of libtorch, with the operations that losses and metrics are written in.
///
/// It belongs to the innermost [TensorScope] of the thread that made it, which frees it; [#keep] takes it out.
/// Operations record themselves for [#backward] where an input asks for gradients. Not for virtual threads.
///
/// Long because each operation has its method here, most of them of a line or a few.
// Over 400 lines: one flat list of operations, a line or two each.
public final class Tensor implements AutoCloseable {
  private final org.bytedeco.pytorch.Tensor raw;

  Tensor(org.bytedeco.pytorch.Tensor raw) {
    this.raw = raw;
  }

  org.bytedeco.pytorch.Tensor raw() {
    return raw;
  }

  /// A tensor with a copy of these values, which go there from where they lie. Types of 16 bits become float32.
  public static Tensor of(NDArray array) {
    Torch.load();
    ScalarType type =
        switch (array.dtype()) {
          case FLOAT32, FLOAT16, BFLOAT16, INT16 -> ScalarType.Float;
          case FLOAT64 -> ScalarType.Double;
          case INT64 -> ScalarType.Long;
          case INT32 -> ScalarType.Int;
          case INT8 -> ScalarType.Char;
          case UINT8, BOOL -> ScalarType.Byte;
        };
    try (var options = new TensorOptions(type)) {
      var made = new Tensor(torch.empty(longs(array.shape()), options, new MemoryFormatOptional()));
      TensorMemory.of(made.raw).copyFrom(TensorMemory.values(array, type));
      return made;
    }
  }

  /// A float32 tensor with a copy of these values.
  public static Tensor of(float[] values, int... dims) {
    return of(NDArray.of(values, dims));
  }

  /// An int64 tensor with a copy of these values.
  public static Tensor of(long[] values, int... dims) {
    return of(NDArray.of(values, dims));
  }

  /// A scalar.
  public static Tensor of(double value) {
    return of(new float[] {(float) value});
  }

  /// A float32 tensor over native memory, without a copy: the memory must outlive every use of the tensor.
  ///
  /// @param memory native, row-major, at least as long as the shape needs
  public static Tensor view(MemorySegment memory, int... dims) {
    Torch.load();
    Shape shape = Shape.of(dims);
    if (!memory.isNative() || memory.byteSize() < 4L * shape.size()) {
      throw new IllegalArgumentException(
          "a view of shape " + shape + " needs " + 4L * shape.size() + " bytes of native memory");
    }
    Pointer at = new AddressedPointer(memory.address());
    return new Tensor(blob(at, longs(shape), ScalarType.Float));
  }

  /// A pointer to memory that somebody else owns.
  private static final class AddressedPointer extends Pointer {
    AddressedPointer(long address) {
      this.address = address;
    }
  }

  private static org.bytedeco.pytorch.Tensor blob(Pointer data, long[] dims, ScalarType type) {
    try (var options = new TensorOptions(type)) {
      return torch.from_blob(data, dims, options);
    }
  }

  /// Zeros of float32.
  public static Tensor zeros(int... dims) {
    Torch.load();
    return new Tensor(torch.zeros(longs(Shape.of(dims))));
  }

  /// `0, 1, …, n - 1` as int64.
  public static Tensor range(int n) {
    long[] values = new long[n];
    for (int i = 0; i < n; i++) {
      values[i] = i;
    }
    return of(values, n);
  }

  /// Takes this tensor out of its scope: it lives until [#close].
  public Tensor keep() {
    raw.retainReference();
    return this;
  }

  /// Frees a kept tensor, or one in a scope early; safe while gradients still need it.
  @Override
  public void close() {
    if (!raw.isNull()) {
      raw.close();
    }
  }

  /// The shape, all of it fixed.
  public Shape shape() {
    int[] dims = new int[(int) raw.dim()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = (int) raw.size(i);
    }
    return Shape.of(dims);
  }

  /// Length of axis `axis`; negative axes count from the end.
  public int size(int axis) {
    return (int) raw.size(axis);
  }

  /// A copy of the values on the Java heap, row-major. Types that Java has no arrays of become float32.
  public NDArray toArray() {
    int[] dims = shape().sizes();
    int n = (int) raw.numel();
    try (var flat = raw.contiguous()) {
      return switch (raw.scalar_type().intern()) {
        case Float -> {
          float[] out = new float[n];
          MemorySegment.ofArray(out).copyFrom(TensorMemory.of(flat));
          yield NDArray.of(out, dims);
        }
        case Double -> {
          double[] out = new double[n];
          MemorySegment.ofArray(out).copyFrom(TensorMemory.of(flat));
          yield NDArray.of(out, dims);
        }
        case Long -> {
          long[] out = new long[n];
          MemorySegment.ofArray(out).copyFrom(TensorMemory.of(flat));
          yield NDArray.of(out, dims);
        }
        case Int -> {
          int[] out = new int[n];
          MemorySegment.ofArray(out).copyFrom(TensorMemory.of(flat));
          yield NDArray.of(out, dims);
        }
        default -> {
          try (var as = to(ScalarType.Float)) {
            yield as.toArray();
          }
        }
      };
    }
  }

  /// The values where they are, where they lie row-major; else a copy on the Java heap.
  ///
  /// @param arena the view ends with it, which must be before the tensor does
  NDArray view(Arena arena) {
    return raw.is_contiguous() && raw.scalar_type().intern() == ScalarType.Float
        ? NDArray.view(DType.FLOAT32, TensorMemory.of(raw, arena), shape().sizes())
        : toArray();
  }

  /// A copy of the values as float32.
  public float[] toFloats() {
    return toArray().floats();
  }

  /// The value of a tensor with one element.
  public double item() {
    return raw.item_float();
  }

  /// Asks for the gradient of this leaf.
  public Tensor requireGrad() {
    raw.set_requires_grad(true);
    return this;
  }

  /// Adds the gradient of this scalar to every leaf that asked for one.
  public void backward() {
    raw.backward();
  }

  /// The gradient of this leaf, or of nothing if none reached it.
  public Optional<Tensor> grad() {
    var g = raw.grad();
    return g.defined() ? Optional.of(new Tensor(g)) : Optional.empty();
  }

  /// Forgets the gradient of this leaf.
  public void clearGrad() {
    try (var g = raw.mutable_grad()) {
      g.reset();
    }
  }

  /// The same values, cut off from what they were computed from.
  public Tensor detach() {
    return new Tensor(raw.detach());
  }

  /// A copy.
  public Tensor copy() {
    return new Tensor(raw.clone());
  }

  /// Overwrites the values of this tensor.
  public void set(Tensor values) {
    raw.copy_(values.raw);
  }

  /// Overwrites the values of this tensor, in place; they go there from where they lie, where it has them row-major.
  void set(NDArray values) {
    ScalarType type = raw.scalar_type().intern();
    if (raw.is_contiguous() && type == ScalarType.Float && shape().equals(values.shape())) {
      TensorMemory.of(raw).copyFrom(TensorMemory.values(values, type));
      return;
    }
    try (Tensor copy = of(values)) {
      set(copy);
    }
  }

  public Tensor add(Tensor o) {
    return new Tensor(raw.add(o.raw));
  }

  public Tensor add(double v) {
    try (var s = new Scalar(v)) {
      return new Tensor(raw.add(s));
    }
  }

  public Tensor sub(Tensor o) {
    return new Tensor(raw.sub(o.raw));
  }

  public Tensor mul(Tensor o) {
    return new Tensor(raw.mul(o.raw));
  }

  public Tensor mul(double v) {
    try (var s = new Scalar(v)) {
      return new Tensor(raw.mul(s));
    }
  }

  public Tensor div(Tensor o) {
    return new Tensor(raw.div(o.raw));
  }

  public Tensor div(double v) {
    return mul(1 / v);
  }

  public Tensor neg() {
    return new Tensor(raw.neg());
  }

  public Tensor abs() {
    return new Tensor(raw.abs());
  }

  public Tensor exp() {
    return new Tensor(raw.exp());
  }

  public Tensor log() {
    return new Tensor(raw.log());
  }

  public Tensor sqrt() {
    return new Tensor(raw.sqrt());
  }

  public Tensor square() {
    return new Tensor(raw.square());
  }

  public Tensor pow(double exponent) {
    try (var s = new Scalar(exponent)) {
      return new Tensor(raw.pow(s));
    }
  }

  /// At least `low` everywhere.
  public Tensor clampMin(double low) {
    try (var s = new Scalar(low)) {
      return new Tensor(raw.clamp_min(s));
    }
  }

  /// At most `high` everywhere.
  public Tensor clampMax(double high) {
    try (var s = new Scalar(high)) {
      return new Tensor(raw.clamp_max(s));
    }
  }

  public Tensor relu() {
    return clampMin(0);
  }

  public Tensor sigmoid() {
    return new Tensor(torch.sigmoid(raw));
  }

  public Tensor softmax(int axis) {
    return new Tensor(raw.softmax(axis));
  }

  public Tensor logSoftmax(int axis) {
    return new Tensor(raw.log_softmax(axis));
  }

  /// Matrix product over the last two axes.
  public Tensor matmul(Tensor o) {
    return new Tensor(raw.matmul(o.raw));
  }

  /// Swaps two axes.
  public Tensor transpose(int a, int b) {
    return new Tensor(raw.transpose(a, b));
  }

  public Tensor reshape(int... dims) {
    return new Tensor(raw.reshape(longs(Shape.of(dims))));
  }

  public Tensor unsqueeze(int axis) {
    return new Tensor(raw.unsqueeze(axis));
  }

  /// Sum of all elements.
  public Tensor sum() {
    return new Tensor(raw.sum());
  }

  public Tensor sum(int axis, boolean keep) {
    try (var none = new ScalarTypeOptional()) {
      return new Tensor(raw.sum(new long[] {axis}, keep, none));
    }
  }

  /// Mean of all elements.
  public Tensor mean() {
    return new Tensor(raw.mean());
  }

  public Tensor mean(int axis, boolean keep) {
    try (var none = new ScalarTypeOptional()) {
      return new Tensor(raw.mean(new long[] {axis}, keep, none));
    }
  }

  /// Largest value along an axis, without that axis.
  public Tensor max(int axis) {
    return new Tensor(raw.max(axis, false).get0());
  }

  /// Smallest value along an axis, without that axis.
  public Tensor min(int axis) {
    return new Tensor(raw.min(axis, false).get0());
  }

  /// Element-wise larger one.
  public Tensor max(Tensor o) {
    return new Tensor(raw.max(o.raw));
  }

  /// Place of the largest value along an axis, as int64.
  public Tensor argmax(int axis) {
    return new Tensor(raw.max(axis, false).get1());
  }

  /// Euclidean norm along an axis, kept as length 1.
  public Tensor norm(int axis) {
    return square().sum(axis, true).sqrt();
  }

  /// Where this and `o` are equal, as booleans.
  public Tensor eq(Tensor o) {
    return new Tensor(raw.eq(o.raw));
  }

  public Tensor gt(double v) {
    try (var s = new Scalar(v)) {
      return new Tensor(raw.gt(s));
    }
  }

  public Tensor lt(double v) {
    try (var s = new Scalar(v)) {
      return new Tensor(raw.lt(s));
    }
  }

  public Tensor ge(double v) {
    try (var s = new Scalar(v)) {
      return new Tensor(raw.ge(s));
    }
  }

  public Tensor not() {
    return new Tensor(raw.logical_not());
  }

  public Tensor and(Tensor o) {
    return new Tensor(raw.logical_and(o.raw));
  }

  /// Booleans as 0 and 1, whole numbers as floats.
  public Tensor toFloat() {
    return to(ScalarType.Float);
  }

  /// As int64.
  public Tensor toLong() {
    return to(ScalarType.Long);
  }

  private Tensor to(ScalarType type) {
    return new Tensor(raw.to(type));
  }

  /// `value` wherever `mask` holds.
  public Tensor masked(Tensor mask, double value) {
    try (var s = new Scalar(value)) {
      return new Tensor(raw.masked_fill(mask.raw, s));
    }
  }

  /// This where `mask` holds, `other` elsewhere.
  public Tensor where(Tensor mask, Tensor other) {
    return new Tensor(torch.where(mask.raw, raw, other.raw));
  }

  /// Rows along `axis` picked by an int64 tensor of rank 1.
  public Tensor select(int axis, Tensor index) {
    return new Tensor(raw.index_select(axis, index.raw));
  }

  /// Elements along `axis` picked by an int64 tensor of the same rank.
  public Tensor gather(int axis, Tensor index) {
    return new Tensor(raw.gather(axis, index.raw));
  }

  /// `length` places of `axis` from `start`.
  public Tensor narrow(int axis, int start, int length) {
    return new Tensor(raw.narrow(axis, start, length));
  }

  /// Joins tensors along an axis.
  public static Tensor concat(int axis, List<Tensor> tensors) {
    try (var vector = new TensorVector()) {
      tensors.forEach(t -> vector.push_back(t.raw));
      return new Tensor(torch.cat(vector, axis));
    }
  }

  /// Softmax cross entropy of these logits `[N, C]`, averaged over the batch.
  ///
  /// @param target class numbers `[N]` of int64, or distributions `[N, C]`
  /// @param smoothing label smoothing in `[0, 1)`
  public Tensor crossEntropy(Tensor target, double smoothing) {
    try (var none = new TensorOptional()) {
      return new Tensor(torch.cross_entropy_loss(raw, target.raw, none, 1, -100, smoothing));
    }
  }

  static long[] longs(Shape shape) {
    int[] dims = shape.sizes();
    long[] out = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      out[i] = dims[i];
    }
    return out;
  }

  @Override
  public String toString() {
    return "Tensor" + shape();
  }
}
