package ai.fovea.onnx;

import ai.fovea.graph.Contraction;
import ai.fovea.graph.DType;
import ai.fovea.graph.Init;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Scope;
import ai.fovea.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Networks that are written as if they were too large for one file.
public final class LargeNetworks {
  private LargeNetworks() {}

  /// A matrix product with weights of one value.
  public static OnnxNetwork of(float weight) {
    Scope scope = Scope.root();
    var x = scope.input("x", Shape.batch(64), DType.FLOAT32);
    var param = scope.param("weight", Shape.of(64, 8), Init.ZEROS);
    var y = scope.apply(new Contraction.Linear(), List.of(x), List.of(param));
    float[] values = new float[64 * 8];
    Arrays.fill(values, weight);
    return OnnxWriter.write(
        scope.graph(Map.of("y", y)), Map.of("weight", NDArray.of(values, 64, 8)), Map.of(), 100);
  }
}
