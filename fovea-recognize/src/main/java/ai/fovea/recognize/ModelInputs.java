package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import ai.fovea.graph.NDArray;
import ai.fovea.graph.Shape;
import ai.fovea.graph.Type;
import ai.fovea.image.transform.Geometry;
import ai.fovea.onnx.OnnxInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// What the inputs of a network are given.
final class ModelInputs {
  private ModelInputs() {}

  /// The role of each input: as the specification names it, else by the reference's names; one that is left is the image.
  ///
  /// @throws ModelException where not exactly one is the image
  static Map<String, InputRole> roles(
      String place, ModelSpecification specification, Map<String, Type> inputs) {
    var roles = new LinkedHashMap<String, InputRole>();
    for (String name : inputs.keySet()) {
      InputRole named = specification.inputs().get(name);
      InputRole usual = InputRole.of(name).orElse(InputRole.IMAGE);
      roles.put(name, named == null ? usual : named);
    }
    long images = roles.values().stream().filter(r -> r == InputRole.IMAGE).count();
    if (images != 1) {
      throw new ModelException(
          place
              + ": the network's inputs are "
              + String.join(", ", inputs.keySet())
              + "; exactly one must be the image: name what each is given in Global.inputs of "
              + ModelFolder.DESCRIPTION);
    }
    return roles;
  }

  /// The shape of the image, `[N,C,H,W]`.
  static Shape image(Map<String, InputRole> roles, Map<String, Type> inputs) {
    for (var role : roles.entrySet()) {
      Type type = inputs.get(role.getKey());
      if (role.getValue() == InputRole.IMAGE && type != null) {
        return type.shape();
      }
    }
    return Shape.of();
  }

  /// The inputs for a batch of images of one size.
  static Map<String, OnnxInput> of(Map<String, InputRole> roles, List<Prepared> batch) {
    var inputs = new LinkedHashMap<String, OnnxInput>();
    roles.forEach((name, role) ->
        inputs.put(
            name,
            switch (role) {
              case IMAGE -> OnnxInput.batch(batch.stream().map(Prepared::tensor).toList());
              case IMAGE_SHAPE -> pairs(batch, Geometry::imageShape);
              case SCALE_FACTOR -> pairs(batch, Geometry::scaleFactor);
            }));
    return inputs;
  }

  private static OnnxInput pairs(List<Prepared> batch, Function<Geometry, float[]> numbers) {
    var rows = new ArrayList<NDArray>();
    for (Prepared image : batch) {
      rows.add(NDArray.of(numbers.apply(image.geometry().orElseThrow()), 2));
    }
    return OnnxInput.batch(rows);
  }
}
