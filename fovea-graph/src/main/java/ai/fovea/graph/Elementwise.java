package ai.fovea.graph;

import java.util.List;

/// Operations on each element by itself.
public sealed interface Elementwise extends Op {

  /// The type of the only input, unless an operation says otherwise.
  @Override
  default List<Type> infer(List<Type> inputs, List<Type> params) {
    return List.of(Operands.one(inputs));
  }

  /// A function of each element.
  record Unary(Function function) implements Elementwise {}

  /// `min(1, max(0, slope * x + offset))`.
  record HardSigmoid(double slope, double offset) implements Elementwise {}

  /// `x`, or `slope * x` where `x` is negative.
  record LeakyRelu(double slope) implements Elementwise {}

  /// As [LeakyRelu] with a learned slope. Parameters: `weight [1]`, or `[C]` for each place of axis 1.
  record PRelu() implements Elementwise {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type x = Operands.one(inputs);
      Operands.count(params, 1, 1, "parameters");
      Dim slopes = params.getFirst().shape().elements();
      GraphException.require(
          slopes.equals(Dim.ONE) || slopes.equals(x.shape().dim(1)),
          "input " + x.shape() + " against weight " + params.getFirst().shape());
      return List.of(x);
    }
  }

  /// `x * scale + bias`.
  record Affine(double scale, double bias) implements Elementwise {}

  /// `min(max, max(min, x))`.
  record Clip(double min, double max) implements Elementwise {
    /// Checks the bounds.
    public Clip {
      GraphException.require(min <= max, "clipping to [" + min + ", " + max + "]");
    }
  }

  /// `x` to the power of `exponent`.
  record Power(double exponent) implements Elementwise {}

  /// The same values in another element type; fractions are cut off where it is an integer type.
  record Cast(DType dtype) implements Elementwise {
    /// Refuses floating types other than float32, which is what networks compute in.
    public Cast {
      GraphException.require(
          !dtype.floating() || dtype == DType.FLOAT32, "casting to " + dtype.text());
    }

    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      return List.of(new Type(dtype, Operands.one(inputs).shape()));
    }
  }

  /// Two tensors, element by element, with broadcasting.
  record Binary(Arithmetic arithmetic) implements Elementwise {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Operands.count(inputs, 2, 2, "inputs");
      return List.of(Operands.broadcast(inputs.get(0), inputs.get(1)));
    }
  }

  /// Whether a relation holds between elements of two tensors, with broadcasting: `bool`.
  record Compare(Relation relation) implements Elementwise {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Operands.count(inputs, 2, 2, "inputs");
      Type both = Operands.broadcast(inputs.get(0), inputs.get(1));
      return List.of(new Type(DType.BOOL, both.shape()));
    }
  }

  /// Elements of the second input where the first, of type `bool`, is true, of the third elsewhere, with broadcasting.
  record Select() implements Elementwise {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Operands.count(inputs, 3, 3, "inputs");
      Type condition = inputs.getFirst();
      GraphException.require(
          condition.dtype() == DType.BOOL, "the condition is " + condition + ", not bool");
      Type values = Operands.broadcast(inputs.get(1), inputs.get(2));
      return Operands.list(values, Shape.broadcast(condition.shape(), values.shape()));
    }
  }

  /// Functions of one element. `HARD_SWISH` is `x * relu6(x + 3) / 6`, `GELU` the exact one.
  enum Function {
    RELU,
    RELU6,
    SIGMOID,
    TANH,
    GELU,
    SILU,
    HARD_SWISH,
    SQRT,
    EXP
  }

  /// Functions of two elements.
  enum Arithmetic {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    MINIMUM,
    MAXIMUM
  }

  /// Relations of two elements.
  enum Relation {
    EQUAL,
    NOT_EQUAL,
    LESS,
    GREATER
  }
}
