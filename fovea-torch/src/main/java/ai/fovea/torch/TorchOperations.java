package ai.fovea.torch;

import ai.fovea.graph.Contraction;
import ai.fovea.graph.Elementwise;
import ai.fovea.graph.Movement;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Op;
import ai.fovea.graph.Pooling;
import ai.fovea.graph.Reduction;
import ai.fovea.graph.Source;
import ai.fovea.graph.TrainingOnly;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/// The operations of graphs, by libtorch. One object for a run.
///
/// @param sizes what the names in dimensions stand for in this run
/// @param training whether dropout drops, batch norm uses and records the batch's statistics, margins apply
record TorchOperations(Map<String, Integer> sizes, boolean training) {

  /// What an operation yields: always fresh handles, even where it does nothing, so that each can be freed by itself.
  List<Tensor> apply(Op op, Tensor[] in, Tensor[] p) {
    return switch (op) {
      case Source s -> List.of(source(s, p));
      case Contraction c -> List.of(TorchContractions.apply(c, in, p));
      case Normalization n -> List.of(TorchNormalizations.apply(n, in, p, training));
      case Elementwise e -> List.of(TorchElementwise.apply(e, in, p));
      case Pooling q -> List.of(TorchPoolings.apply(q, in));
      case Reduction r -> List.of(TorchReductions.apply(r, in));
      case Movement m -> TorchMovements.apply(m, in, sizes);
      case TrainingOnly t -> List.of(TorchTrainingOnly.apply(t, in, p, training));
    };
  }

  private Tensor source(Source op, Tensor[] p) {
    return switch (op) {
      case Source.Read _ -> same(p[0]);
      case Source.Fill f ->
          torch.full(
              ai.fovea.torch.Tensor.longs(f.shape().with(sizes)),
              new Scalar(f.value()),
              new TensorOptions(Torch.scalarType(f.dtype())));
      case Source.Range r ->
          torch
              .arange(
                  new Scalar(0.0),
                  new Scalar((double) r.count().with(sizes).size()),
                  new TensorOptions(torch.ScalarType.Double))
              .mul(new Scalar(r.step()))
              .add(new Scalar(r.start()))
              .to(Torch.scalarType(r.dtype()));
    };
  }

  static Tensor same(Tensor x) {
    return new Tensor(x);
  }

  static TensorOptional optional(Tensor[] p, int i) {
    return p.length > i ? new TensorOptional(p[i]) : new TensorOptional();
  }

  static long[] size(Op.Size s) {
    return new long[] {s.h(), s.w()};
  }

  static long[] symmetric(Op.Pads p) {
    return new long[] {p.top(), p.left()};
  }

  static long[] longs(List<Integer> values) {
    return values.stream().mapToLong(i -> i).toArray();
  }

  static Tensor pad(Tensor x, Op.Pads p, double value) {
    return torch.pad(
        x,
        new long[] {p.left(), p.right(), p.top(), p.bottom()},
        "constant",
        new DoubleOptional(value));
  }
}
