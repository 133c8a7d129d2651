package ai.fovea.models;

import ai.fovea.base.ModelException;
import ai.fovea.graph.Contraction;
import ai.fovea.graph.DType;
import ai.fovea.graph.Graph;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Node;
import ai.fovea.graph.Normalization;
import ai.fovea.graph.Param;
import ai.fovea.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Weights of a network whose batch norms were folded into its convolutions (as files for inference have them),
/// made into parameters of the same network with batch norms, so that it can be trained further.
///
/// A batch norm becomes the identity plus the folded bias: weight 1, mean 0, variance `1 - epsilon`.
public final class FoldedWeights {
  private FoldedWeights() {}

  /// Values for every parameter of `graph`.
  ///
  /// @param folded `LAYER.weight` (`[out, in/groups, kh, kw]`, or `[out, in]` of linear layers) and `LAYER.bias`
  /// @param layers the layer for each weight of the graph, e.g. `conv1._conv.weight` → `stem`; a 1x1 convolution
  ///     that is not named becomes the identity (TensorFlow's MobileNetV2 has none where it expands by 1)
  /// @throws ModelException listing every layer that is missing or has another shape
  public static Map<String, NDArray> unfold(
      Graph graph, Map<String, NDArray> folded, Map<String, String> layers) {
    var values = new LinkedHashMap<String, NDArray>();
    var problems = new ArrayList<String>();
    var layerOf = new HashMap<Integer, String>();
    for (Node node : graph.nodes()) {
      switch (node.op()) {
        case Contraction.Conv _ -> {
          Param weight = node.params().get(0);
          String layer = layers.get(weight.name());
          NDArray given = layer == null ? identity(weight.shape()) : folded.get(layer + ".weight");
          put(values, weight, given, layer, problems);
          if (layer != null) {
            layerOf.put(node.output().id(), layer);
          }
        }
        case Normalization.BatchNorm norm -> {
          String layer = layerOf.get(node.inputs().get(0).id());
          List<Param> params = node.params();
          Shape each = params.get(0).shape();
          put(values, params.get(0), filled(each, 1), layer, problems);
          NDArray bias = layer == null ? filled(each, 0) : folded.get(layer + ".bias");
          put(values, params.get(1), bias, layer, problems);
          put(values, params.get(2), filled(each, 0), layer, problems);
          put(values, params.get(3), filled(each, 1 - norm.epsilon()), layer, problems);
        }
        case Contraction.Linear _ -> {
          Param weight = node.params().get(0);
          String layer = layers.get(weight.name());
          NDArray given = layer == null ? null : folded.get(layer + ".weight");
          put(values, weight, given == null ? null : transposed(given), layer, problems);
          if (node.params().size() > 1) {
            put(
                values,
                node.params().get(1),
                layer == null ? null : folded.get(layer + ".bias"),
                layer,
                problems);
          }
        }
        default -> {
          for (Param p : node.params()) {
            if (p.kind() != Param.Kind.CONSTANT) {
              problems.add(p.name() + ": files with folded batch norms have nothing like it");
            }
          }
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new ModelException("the folded weights don't fit the network:", problems);
    }
    return values;
  }

  private static void put(
      Map<String, NDArray> values,
      Param param,
      @Nullable NDArray given,
      @Nullable String layer,
      List<String> problems) {
    if (given == null) {
      problems.add(param.name() + ": no values" + (layer == null ? "" : " in layer " + layer));
    } else if (!given.shape().equals(param.shape())) {
      problems.add(
          param.name()
              + ": the network has "
              + param.shape()
              + ", layer "
              + layer
              + " has "
              + given.shape());
    } else {
      values.put(param.name(), given);
    }
  }

  private static NDArray filled(Shape shape, double value) {
    float[] out = new float[shape.size()];
    Arrays.fill(out, (float) value);
    return NDArray.of(out, shape.sizes());
  }

  /// The 1x1 convolution that changes nothing; null for any other.
  private static @Nullable NDArray identity(Shape shape) {
    int n = shape.size(0);
    if (shape.size() != n * n || shape.size(1) != n) {
      return null;
    }
    float[] out = new float[n * n];
    for (int i = 0; i < n; i++) {
      out[i * n + i] = 1;
    }
    return NDArray.of(out, shape.sizes());
  }

  private static NDArray transposed(NDArray matrix) {
    if (matrix.shape().rank() != 2 || matrix.dtype() != DType.FLOAT32) {
      return matrix;
    }
    int rows = matrix.shape().size(0);
    int columns = matrix.shape().size(1);
    float[] in = matrix.floats();
    float[] out = new float[in.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        out[c * rows + r] = in[r * columns + c];
      }
    }
    return NDArray.of(out, columns, rows);
  }
}
