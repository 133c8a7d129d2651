package ai.fovea.torch;

import ai.fovea.graph.Graph;
import ai.fovea.graph.Node;
import ai.fovea.graph.Op;
import ai.fovea.graph.Param;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/// A [Graph] executed, and where gradients are wanted differentiated, by libtorch.
///
/// Holds no native memory of its own: the parameters are the caller's, results belong to the innermost
/// [TensorScope]. Inference may run on several threads, training on one at a time.
///
/// Long because each operation has its lines here, in one exhaustive `switch`.
// Over 400 lines: one exhaustive switch over all operations, with a method for each that takes more
// than a line.
public final class TorchNetwork {
  private final Graph graph;
  private final TorchParameters parameters;

  /// For each node, the values that no later node and no output needs.
  private final List<int[]> finished;

  /// The graph over these parameters, which must outlive the network.
  public TorchNetwork(Graph graph, TorchParameters parameters) {
    this.graph = graph;
    this.parameters = parameters;
    graph.params().forEach(p -> parameters.get(p.name()));
    this.finished = finished(graph);
  }

  private static List<int[]> finished(Graph graph) {
    Map<Integer, Integer> lastUse = new HashMap<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      lastUse.putIfAbsent(node.output().id(), i);
      for (Value v : node.inputs()) {
        lastUse.put(v.id(), i);
      }
    }
    graph.inputs().values().forEach(v -> lastUse.remove(v.id()));
    graph.outputs().values().forEach(v -> lastUse.remove(v.id()));
    List<List<Integer>> at = new ArrayList<>();
    graph.nodes().forEach(n -> at.add(new ArrayList<>()));
    lastUse.forEach((id, node) -> at.get(node).add(id));
    return at.stream().map(l -> l.stream().mapToInt(Integer::intValue).toArray()).toList();
  }

  /// The graph that runs here.
  public Graph graph() {
    return graph;
  }

  /// The parameters it runs over.
  public TorchParameters parameters() {
    return parameters;
  }

  /// Runs the network.
  ///
  /// @param inputs by name; their batch sizes must agree
  /// @param training whether dropout drops, batch norm uses and records the batch's statistics, margins apply
  /// @return the outputs by name
  /// @throws TorchException naming the operation, its place and the shapes
  public Map<String, Tensor> run(Map<String, Tensor> inputs, boolean training) {
    Map<Integer, org.bytedeco.pytorch.Tensor> values = new HashMap<>();
    int batch = 0;
    for (var input : graph.inputs().entrySet()) {
      Tensor given = inputs.get(input.getKey());
      if (given == null) {
        throw new IllegalArgumentException(
            "the network needs the input '" + input.getKey() + "'; given are " + inputs.keySet());
      }
      Value declared = input.getValue();
      batch = batch == 0 ? given.size(0) : batch;
      if (!given.shape().equals(declared.shape().withBatch(batch))) {
        throw new IllegalArgumentException(
            "input '"
                + input.getKey()
                + "' has shape "
                + given.shape()
                + ", the network wants "
                + declared.shape());
      }
      var raw = given.raw();
      values.put(declared.id(), raw.dim() == 4 ? raw.contiguous(MemoryFormat.ChannelsLast) : raw);
    }
    Call call = new Call(batch, training);
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      var in =
          node.inputs().stream()
              .map(v -> values.get(v.id()))
              .toArray(org.bytedeco.pytorch.Tensor[]::new);
      var params =
          node.params().stream()
              .map(p -> parameters.get(p.name()).raw())
              .toArray(org.bytedeco.pytorch.Tensor[]::new);
      try {
        values.put(node.output().id(), call.apply(node.op(), in, params));
      } catch (RuntimeException e) {
        throw new TorchException(
            (node.path().isEmpty() ? "" : node.path() + ": ")
                + node.op()
                + " on "
                + Arrays.stream(in).map(t -> new Tensor(t).shape()).toList()
                + " with parameters "
                + node.params().stream().map(Param::shape).toList()
                + ": "
                + TorchException.reason(e),
            e);
      }
      for (int id : finished.get(i)) {
        var done = values.remove(id);
        if (done != null) {
          done.close();
        }
      }
    }
    var outputs = new LinkedHashMap<String, Tensor>();
    graph
        .outputs()
        .forEach(
            (name, v) -> outputs.put(name, new Tensor(Objects.requireNonNull(values.get(v.id())))));
    return outputs;
  }

  /// One run: the batch size and the mode that all operations share.
  private record Call(int batch, boolean training) {

    /// Always a fresh handle, even where an operation does nothing, so that each can be freed by itself.
    org.bytedeco.pytorch.Tensor apply(
        Op op, org.bytedeco.pytorch.Tensor[] in, org.bytedeco.pytorch.Tensor[] p) {
      return switch (op) {
        case Op.Read r -> same(p[0]);
        case Op.Conv c -> conv(c, in[0], p);
        case Op.Linear l -> linear(in[0], p);
        case Op.BatchNorm b -> batchNorm(b, in[0], p);
        case Op.LayerNorm l -> layerNorm(l, in[0], p);
        case Op.Unary u -> unary(u.function(), in[0]);
        case Op.HardSigmoid h -> affine(in[0], h.slope(), h.offset(), true);
        case Op.Affine a -> affine(in[0], a.scale(), a.bias(), false);
        case Op.Binary b ->
            switch (b.arithmetic()) {
              case ADD -> in[0].add(in[1]);
              case SUBTRACT -> in[0].sub(in[1]);
              case MULTIPLY -> in[0].mul(in[1]);
              case DIVIDE -> in[0].div(in[1]);
            };
        case Op.MatMul m ->
            (m.transposeA() ? in[0].transpose(-1, -2) : in[0])
                .matmul(m.transposeB() ? in[1].transpose(-1, -2) : in[1]);
        case Op.Softmax s -> in[0].softmax(s.axis());
        case Op.MaxPool m -> {
          boolean pads = !m.pads().symmetric();
          var x = pads ? pad(in[0], m.pads(), Double.NEGATIVE_INFINITY) : in[0];
          long[] inside = pads ? new long[2] : symmetric(m.pads());
          yield torch.max_pool2d(
              x, size(m.kernel()), size(m.stride()), inside, new long[] {1, 1}, m.ceil());
        }
        case Op.AvgPool a -> avgPool(a, in[0]);
        case Op.AdaptiveAvgPool a -> torch.adaptive_avg_pool2d(in[0], size(a.size()));
        case Op.Reshape r -> in[0].reshape(dims(r.dims()));
        case Op.Transpose t -> in[0].permute(t.order().stream().mapToLong(i -> i).toArray());
        case Op.Concat c -> {
          try (var vector = new TensorVector()) {
            for (var t : in) {
              vector.push_back(t);
            }
            yield torch.cat(vector, c.axis());
          }
        }
        case Op.Slice s ->
            in[0].slice(s.axis(), new LongOptional(s.start()), new LongOptional(s.end()), s.step());
        case Op.Gather g -> in[0].index_select(g.axis(), in[1]);
        case Op.Roll r ->
            torch.roll(
                in[0],
                r.shifts().stream().mapToLong(i -> i).toArray(),
                r.axes().stream().mapToLong(i -> i).toArray());
        case Op.Pad q -> pad(in[0], q.pads(), 0);
        case Op.Expand e -> in[0].expand(broadcast(e.dims(), in[0]));
        case Op.Mean m ->
            in[0].mean(
                m.axes().stream().mapToLong(i -> i).toArray(),
                m.keepDims(),
                new ScalarTypeOptional());
        case Op.Normalize n -> {
          var norm =
              in[0].square().sum(new long[] {n.axis()}, true, new ScalarTypeOptional()).sqrt();
          yield in[0].div(norm.clamp_min(new Scalar(n.epsilon())));
        }
        case Op.Dropout d -> dropout(d, in[0]);
        case Op.DropPath d -> dropPath(d, in[0]);
        case Op.Margin m -> margin(m, in, p[0]);
      };
    }

    private static org.bytedeco.pytorch.Tensor same(org.bytedeco.pytorch.Tensor x) {
      return new org.bytedeco.pytorch.Tensor(x);
    }

    private static TensorOptional optional(org.bytedeco.pytorch.Tensor[] p, int i) {
      return p.length > i ? new TensorOptional(p[i]) : new TensorOptional();
    }

    private static long[] size(Op.Size s) {
      return new long[] {s.h(), s.w()};
    }

    private static long[] symmetric(Op.Pads p) {
      return new long[] {p.top(), p.left()};
    }

    private long[] dims(List<Integer> dims) {
      return Tensor.longs(Shape.of(dims).withBatch(batch));
    }

    private long[] broadcast(List<Integer> dims, org.bytedeco.pytorch.Tensor x) {
      long[] to = dims(dims);
      for (int i = 1; i <= to.length && i <= x.dim(); i++) {
        to[to.length - i] = Math.max(to[to.length - i], x.size(-i));
      }
      return to;
    }

    private static org.bytedeco.pytorch.Tensor pad(
        org.bytedeco.pytorch.Tensor x, Op.Pads p, double value) {
      return torch.pad(
          x,
          new long[] {p.left(), p.right(), p.top(), p.bottom()},
          "constant",
          new DoubleOptional(value));
    }

    private static org.bytedeco.pytorch.Tensor conv(
        Op.Conv c, org.bytedeco.pytorch.Tensor x, org.bytedeco.pytorch.Tensor[] p) {
      boolean odd = !c.pads().symmetric();
      var padded = odd ? pad(x, c.pads(), 0) : x;
      return torch.conv2d(
          padded,
          p[0],
          optional(p, 1),
          size(c.stride()),
          odd ? new long[2] : symmetric(c.pads()),
          size(c.dilation()),
          c.groups());
    }

    private static org.bytedeco.pytorch.Tensor linear(
        org.bytedeco.pytorch.Tensor x, org.bytedeco.pytorch.Tensor[] p) {
      return torch.linear(x, p[0].t(), optional(p, 1));
    }

    /// Paddle lets the biased batch variance into the running one, libtorch the unbiased: in training the
    /// statistics are therefore updated here.
    private org.bytedeco.pytorch.Tensor batchNorm(
        Op.BatchNorm b, org.bytedeco.pytorch.Tensor x, org.bytedeco.pytorch.Tensor[] p) {
      var weight = new TensorOptional(p[0]);
      var bias = new TensorOptional(p[1]);
      if (!training || b.globalStats()) {
        return torch.batch_norm(
            x,
            weight,
            bias,
            new TensorOptional(p[2]),
            new TensorOptional(p[3]),
            false,
            0,
            b.epsilon(),
            false);
      }
      var result =
          torch.native_batch_norm(
              x, weight, bias, new TensorOptional(), new TensorOptional(), true, 0, b.epsilon());
      Torch.noGrad(() -> {
        var mean = result.get1();
        var variance = result.get2().pow(new Scalar(-2.0)).sub(new Scalar(b.epsilon()));
        var share = new Scalar(1 - b.momentum());
        p[2].lerp_(mean.detach(), share);
        p[3].lerp_(variance.detach(), share);
      });
      return result.get0();
    }

    private static org.bytedeco.pytorch.Tensor layerNorm(
        Op.LayerNorm l, org.bytedeco.pytorch.Tensor x, org.bytedeco.pytorch.Tensor[] p) {
      long[] normalized = new long[l.axes()];
      for (int i = 0; i < l.axes(); i++) {
        normalized[i] = x.size(x.dim() - l.axes() + i);
      }
      return torch.layer_norm(x, normalized, optional(p, 0), optional(p, 1), l.epsilon(), false);
    }

    private static org.bytedeco.pytorch.Tensor unary(Op.Function f, org.bytedeco.pytorch.Tensor x) {
      return switch (f) {
        case RELU -> torch.relu(x);
        case RELU6 -> torch.relu6(x);
        case SIGMOID -> torch.sigmoid(x);
        case TANH -> torch.tanh(x);
        case GELU -> torch.gelu(x);
        case SILU -> torch.silu(x);
        case HARD_SWISH -> torch.hardswish(x);
        case SQRT -> torch.sqrt(x);
      };
    }

    private static org.bytedeco.pytorch.Tensor affine(
        org.bytedeco.pytorch.Tensor x, double scale, double bias, boolean clamp) {
      var y = x.mul(new Scalar(scale)).add(new Scalar(bias));
      return clamp ? torch.hardtanh(y, new Scalar(0.0), new Scalar(1.0)) : y;
    }

    private static org.bytedeco.pytorch.Tensor avgPool(
        Op.AvgPool a, org.bytedeco.pytorch.Tensor x) {
      if (!a.pads().symmetric() && !a.countPadding()) {
        throw new IllegalArgumentException(
            "average pooling with unequal padding that does not count is not supported");
      }
      boolean odd = !a.pads().symmetric();
      return torch.avg_pool2d(
          odd ? pad(x, a.pads(), 0) : x,
          size(a.kernel()),
          size(a.stride()),
          odd ? new long[2] : symmetric(a.pads()),
          a.ceil(),
          a.countPadding(),
          new LongOptional());
    }

    private org.bytedeco.pytorch.Tensor dropout(Op.Dropout d, org.bytedeco.pytorch.Tensor x) {
      if (!training) {
        return d.downgradeInInfer() ? x.mul(new Scalar(1 - d.p())) : same(x);
      }
      if (d.p() == 0) {
        return same(x);
      }
      var kept = torch.dropout(x, d.p(), true);
      return d.downgradeInInfer() ? kept.mul(new Scalar(1 - d.p())) : kept;
    }

    private org.bytedeco.pytorch.Tensor dropPath(Op.DropPath d, org.bytedeco.pytorch.Tensor x) {
      if (!training || d.p() == 0) {
        return same(x);
      }
      long[] each = new long[(int) x.dim()];
      Arrays.fill(each, 1);
      each[0] = x.size(0);
      return x.mul(torch.dropout(torch.ones(each), d.p(), true));
    }

    /// Cosines of unit features and unit class columns; with a label and in training, margin and scale as in the
    /// papers that [Op.MarginKind] names.
    private org.bytedeco.pytorch.Tensor margin(
        Op.Margin m, org.bytedeco.pytorch.Tensor[] in, org.bytedeco.pytorch.Tensor weight) {
      var x = unit(in[0], 1); // [N, D]
      var w = unit(weight, 0); // [D, classes]
      var cos = x.matmul(w); // [N, classes]
      if (!training || in.length < 2) {
        return cos;
      }
      var label = in[1].reshape(in[1].size(0)); // [N]
      var target = torch.one_hot(label, weight.size(1)).to(cos.scalar_type()); // [N, classes]
      var hit = target.gt(new Scalar(0.5));
      return switch (m.kind()) {
        case ARC -> {
          var sin = cos.square().neg().add(new Scalar(1 + 1e-6)).sqrt();
          var phi =
              cos.mul(new Scalar(Math.cos(m.margin())))
                  .sub(sin.mul(new Scalar(Math.sin(m.margin()))));
          var eased =
              m.easy()
                  ? torch.where(cos.gt(new Scalar(0.0)), phi, cos)
                  : torch.where(
                      // Beyond π - m the angle would wrap: a linear penalty keeps the order.
                      cos.gt(new Scalar(-Math.cos(m.margin()))),
                      phi,
                      cos.sub(new Scalar(m.margin() * Math.sin(m.margin()))));
          yield torch.where(hit, eased, cos).mul(new Scalar(m.scale()));
        }
        case COS -> cos.sub(target.mul(new Scalar(m.margin()))).mul(new Scalar(m.scale()));
        case CIRCLE -> {
          var fixed = cos.detach();
          var alphaP = fixed.neg().add(new Scalar(1 + m.margin())).clamp_min(new Scalar(0.0));
          var alphaN = fixed.add(new Scalar(m.margin())).clamp_min(new Scalar(0.0));
          var positive = alphaP.mul(cos.sub(new Scalar(1 - m.margin())));
          var negative = alphaN.mul(cos.sub(new Scalar(m.margin())));
          yield torch.where(hit, positive, negative).mul(new Scalar(m.scale()));
        }
      };
    }

    private static org.bytedeco.pytorch.Tensor unit(org.bytedeco.pytorch.Tensor x, int axis) {
      return x.div(x.square().sum(new long[] {axis}, true, new ScalarTypeOptional()).sqrt());
    }
  }
}
