package ai.fovea.recognize.post;

import ai.fovea.graph.NDArray;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a model says of one image, at some step of post-processing.
public sealed interface Output {
  /// The network's outputs for this image, by name: rows of the batch, `[D…]`.
  record Tensors(Map<String, NDArray> values) implements Output {
    /// Keeps the order.
    public Tensors {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /// One row of numbers: features, or a score for each class.
  @SuppressWarnings("ArrayRecordComponent") // handed over to the caller, never compared
  record Vector(float[] values) implements Output {}

  /// Boxes with the scores of each class.
  record Boxes(Candidates candidates) implements Output {}

  /// Classes, best first.
  record Classes(List<ScoredClass> classes) implements Output {
    /// Copies the list.
    public Classes {
      classes = List.copyOf(classes);
    }
  }

  /// Objects, by class, within a class best first.
  record Detections(List<Detection> detections) implements Output {
    /// Copies the list.
    public Detections {
      detections = List.copyOf(detections);
    }
  }
}
