package ai.fovea.data;

import ai.fovea.graph.DType;
import ai.fovea.graph.NDArray;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// The tensors of several samples by name: `image` `[N, C, H, W]`, `label` and whatever else a step of training takes.
///
/// Labels are class numbers, `[N, 1]` of int64, or distributions over classes, `[N, classes]` of float32. The memory goes back
/// to whoever made the batch when it is closed; the tensors must not be read afterwards.
public final class Batch implements AutoCloseable {
  /// The name of the images.
  public static final String IMAGE = "image";

  /// The name of the labels.
  public static final String LABEL = "label";

  private final SequencedMap<String, NDArray> tensors;
  private final int size;
  private final Runnable release;

  private Batch(Map<String, NDArray> tensors, Runnable release) {
    this.tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
    this.size = size(tensors);
    this.release = release;
  }

  /// A batch of these tensors.
  ///
  /// @param tensors by name, at least one; the first dimension of each is the number of samples
  /// @param release called when the batch is closed
  /// @throws IllegalArgumentException if they are of different numbers of samples
  public static Batch of(Map<String, NDArray> tensors, Runnable release) {
    return new Batch(tensors, release);
  }

  /// A batch of these tensors, whose memory needs no release.
  public static Batch of(Map<String, NDArray> tensors) {
    return new Batch(tensors, () -> {});
  }

  private static int size(Map<String, NDArray> tensors) {
    var sizes = new LinkedHashMap<String, Integer>();
    tensors.forEach((name, t) -> sizes.put(name, t.shape().size(0)));
    if (sizes.values().stream().distinct().count() != 1) {
      throw new IllegalArgumentException(
          "the tensors of a batch have the same number of samples, these have " + sizes);
    }
    return sizes.values().iterator().next();
  }

  /// Returns the tensor of that name.
  ///
  /// @throws IllegalArgumentException if there is none
  public NDArray get(String name) {
    NDArray found = tensors.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "the batch has no tensor '" + name + "', it has " + tensors.keySet());
    }
    return found;
  }

  /// Returns all tensors by name.
  public SequencedMap<String, NDArray> tensors() {
    return tensors;
  }

  /// Returns this batch with one tensor replaced or added. Closing either of both releases the memory of both.
  public Batch with(String name, NDArray tensor) {
    var all = new LinkedHashMap<>(tensors);
    all.put(name, tensor);
    return new Batch(all, release);
  }

  /// Returns whether labels are distributions rather than class numbers.
  public boolean hasSoftLabels() {
    NDArray label = tensors.get(LABEL);
    return label != null && label.dtype() == DType.FLOAT32;
  }

  /// Returns the number of samples.
  public int size() {
    return size;
  }

  @Override
  public void close() {
    release.run();
  }
}
