package ai.fovea.graph;

import java.util.ArrayList;
import java.util.List;

/// Sums of products: convolutions and matrix products.
public sealed interface Contraction extends Op {

  /// Convolution. Parameters: `weight [out, in/groups, kh, kw]`, `[bias [out]]`.
  record Conv(
      Size stride,
      Pads pads,
      @DefaultValue("{\"h\":1,\"w\":1}") Size dilation,
      @DefaultValue("1") int groups)
      implements Contraction {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type image = Operands.image(inputs);
      Operands.count(params, 1, 2, "parameters");
      Shape x = image.shape();
      Shape w = params.get(0).shape();
      GraphException.require(
          w.rank() == 4 && w.size(1) * groups == x.size(1) && w.size(0) % groups == 0,
          "input "
              + x
              + " against weight [out, in/groups, kh, kw] "
              + w
              + " in "
              + groups
              + " groups");
      GraphException.require(
          params.size() == 1 || params.get(1).shape().size() == w.size(0),
          "bias " + params.getLast().shape() + " against weight " + w);
      int kh = (w.size(2) - 1) * dilation.h() + 1;
      int kw = (w.size(3) - 1) * dilation.w() + 1;
      Shape windows = Pooling.windows(x, new Size(kh, kw), stride, pads, false);
      return Operands.list(image, windows.with(1, w.size(0)));
    }
  }

  /// `x W + b` over the last axis. Parameters: `weight [in, out]`, `[bias [out]]`.
  record Linear() implements Contraction {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Type in = Operands.one(inputs);
      Operands.count(params, 1, 2, "parameters");
      Shape x = in.shape();
      Shape w = params.getFirst().shape();
      GraphException.require(
          w.rank() == 2 && x.dim(-1).equals(w.dim(0)),
          "input " + x + " against weight [in, out] " + w);
      return Operands.list(in, x.with(-1, w.dim(1)));
    }
  }

  /// Matrix product over the last two axes, the others broadcast.
  record MatMul(boolean transposeA, boolean transposeB) implements Contraction {
    @Override
    public List<Type> infer(List<Type> inputs, List<Type> params) {
      Operands.count(inputs, 2, 2, "inputs");
      Operands.sameElements(inputs.get(0), inputs.get(1));
      Shape a = inputs.get(0).shape();
      Shape b = inputs.get(1).shape();
      String product = "product of " + a + " and " + b;
      GraphException.require(a.rank() >= 2 && b.rank() >= 2, product);
      GraphException.require(
          a.dim(transposeA ? -2 : -1).equals(b.dim(transposeB ? -1 : -2)), product);
      Shape batches =
          Shape.broadcast(
              Shape.of(a.dims().subList(0, a.rank() - 2)),
              Shape.of(b.dims().subList(0, b.rank() - 2)));
      var dims = new ArrayList<>(batches.dims());
      dims.add(a.dim(transposeA ? -1 : -2));
      dims.add(b.dim(transposeB ? -2 : -1));
      return Operands.list(inputs.getFirst(), Shape.of(dims));
    }
  }
}
