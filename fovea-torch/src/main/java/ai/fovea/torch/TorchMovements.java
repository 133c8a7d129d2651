package ai.fovea.torch;

import ai.fovea.graph.Movement;
import ai.fovea.graph.Shape;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/// Operations that move elements, by libtorch.
final class TorchMovements {
  private TorchMovements() {}

  /// @param sizes what the names in dimensions stand for
  static List<Tensor> apply(Movement op, Tensor[] in, Map<String, Integer> sizes) {
    return switch (op) {
      case Movement.Reshape r -> List.of(in[0].reshape(sizes(r.dims(), sizes)));
      case Movement.Transpose t -> List.of(in[0].permute(TorchOperations.longs(t.order())));
      case Movement.Concat c -> List.of(concat(in, c.axis()));
      case Movement.Split s -> split(s, in[0]);
      case Movement.Slice s -> List.of(slice(in[0], s.axis(), s.start(), s.end(), s.step()));
      case Movement.Gather g -> List.of(in[0].index_select(g.axis(), in[1]));
      case Movement.Roll r ->
          List.of(
              torch.roll(
                  in[0], TorchOperations.longs(r.shifts()), TorchOperations.longs(r.axes())));
      case Movement.Pad q -> List.of(TorchOperations.pad(in[0], q.pads(), 0));
      case Movement.Expand e -> List.of(in[0].expand(broadcast(e.dims(), sizes, in[0])));
      case Movement.Enlarge e -> List.of(enlarge(e, in[0]));
    };
  }

  private static Tensor concat(Tensor[] in, int axis) {
    try (var vector = new TensorVector()) {
      for (Tensor each : in) {
        vector.push_back(each);
      }
      return torch.cat(vector, axis);
    }
  }

  private static List<Tensor> split(Movement.Split s, Tensor x) {
    var parts = new java.util.ArrayList<Tensor>();
    int start = 0;
    for (int size : s.sizes()) {
      parts.add(slice(x, s.axis(), start, start + size, 1));
      start += size;
    }
    return parts;
  }

  private static Tensor slice(Tensor x, int axis, int start, int end, int step) {
    return x.slice(axis, new LongOptional(start), new LongOptional(end), step);
  }

  private static Tensor enlarge(Movement.Enlarge e, Tensor x) {
    long[] size = {x.size(2) * e.factor().h(), x.size(3) * e.factor().w()};
    return switch (e.mode()) {
      case NEAREST -> torch.upsample_nearest2d(x, size);
      case BILINEAR -> torch.upsample_bilinear2d(x, size, false);
    };
  }

  private static long[] sizes(Shape dims, Map<String, Integer> sizes) {
    return ai.fovea.torch.Tensor.longs(dims.with(sizes));
  }

  private static long[] broadcast(Shape dims, Map<String, Integer> sizes, Tensor x) {
    long[] to = sizes(dims, sizes);
    for (int i = 1; i <= to.length && i <= x.dim(); i++) {
      to[to.length - i] = Math.max(to[to.length - i], x.size(-i));
    }
    return to;
  }
}
