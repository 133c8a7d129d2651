package ai.fovea.recognize.post;

import ai.fovea.base.ModelException;
import ai.fovea.base.UnitVectors;
import ai.fovea.graph.NDArray;
import ai.fovea.image.Box;
import ai.fovea.image.transform.Geometry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Applies steps to the outputs of a network, image by image. Immutable and thread-safe.
public final class PostProcessor {
  private final List<PostStep> steps;

  /// Applies these steps in this order.
  public PostProcessor(List<PostStep> steps) {
    this.steps = List.copyOf(steps);
  }

  /// Applies all steps to the outputs for one image.
  ///
  /// @param outputs rows of the batch
  /// @param geometry from the image to the network's input; needed by [PostStep.DecodeBoxes] and [PostStep.ToImage]
  /// @param name the image's, for errors
  /// @throws ModelException where the outputs are not finite, or not those that a step takes
  public Output apply(Output.Tensors outputs, Optional<Geometry> geometry, String name) {
    for (NDArray array : outputs.values().values()) {
      if (array.dtype().floating()) {
        requireFinite(array.floats(), name);
      }
    }
    Output at = outputs;
    for (PostStep step : steps) {
      at = apply(step, at, geometry, name);
    }
    // Without a step that says otherwise, one output is a row of numbers.
    return at instanceof Output.Tensors t && t.values().size() == 1
        ? new Output.Vector(vector(t, name))
        : at;
  }

  private static Output apply(PostStep step, Output at, Optional<Geometry> geometry, String name) {
    return switch (step) {
      case PostStep.Softmax _ -> new Output.Vector(softmax(vector(at, name)));
      case PostStep.Sigmoid _ -> new Output.Vector(sigmoid(vector(at, name)));
      case PostStep.Normalize _ -> new Output.Vector(normalize(vector(at, name), name));
      case PostStep.Whitening w -> new Output.Vector(whiten(w, vector(at, name), name));
      case PostStep.TopK top -> new Output.Classes(best(top, vector(at, name)));
      case PostStep.Threshold t -> new Output.Classes(above(t, vector(at, name)));
      case PostStep.DecodeBoxes d -> {
        if (!(at instanceof Output.Tensors maps)) {
          throw unfit("maps of a detector", at, name);
        }
        yield new Output.Boxes(
            BoxDecoder.decode(
                d, List.copyOf(maps.values().values()), required(geometry, name), name));
      }
      case PostStep.ToImage _ ->
          new Output.Boxes(toImage(candidates(at, name), required(geometry, name)));
      case PostStep.Suppress s -> new Output.Detections(Suppression.apply(s, candidates(at, name)));
      case PostStep.KeepBoxes k -> {
        if (!(at instanceof Output.Detections found)) {
          throw unfit("objects", at, name);
        }
        yield new Output.Detections(
            found.detections().stream()
                .filter(d -> d.score() >= k.min())
                .map(d ->
                    new Detection(d.classId(), label(k.labels(), d.classId()), d.score(), d.box()))
                .toList());
      }
    };
  }

  private static Geometry required(Optional<Geometry> geometry, String name) {
    return geometry.orElseThrow(
        () -> new IllegalArgumentException(name + ": boxes need the image's geometry"));
  }

  private static ModelException unfit(String wanted, Output at, String name) {
    String got =
        switch (at) {
          case Output.Tensors t -> "the outputs " + t.values();
          case Output.Vector v -> v.values().length + " numbers";
          case Output.Boxes b -> b.candidates().count() + " boxes";
          case Output.Classes _ -> "classes";
          case Output.Detections _ -> "objects";
        };
    return new ModelException(
        name
            + ": post-processing needs "
            + wanted
            + ", but there are "
            + got
            + "; look at PostProcess in inference.yml");
  }

  /// A row of numbers: the first output of a network, or what a step before left.
  private static float[] vector(Output at, String name) {
    return switch (at) {
      case Output.Vector v -> v.values();
      case Output.Tensors t when !t.values().isEmpty() ->
          t.values().values().iterator().next().floats();
      default -> throw unfit("a row of numbers", at, name);
    };
  }

  private static Candidates candidates(Output at, String name) {
    if (at instanceof Output.Boxes b) {
      return b.candidates();
    }
    if (at instanceof Output.Tensors t && t.values().size() >= 2) {
      List<NDArray> all = List.copyOf(t.values().values());
      NDArray boxes = all.get(0);
      NDArray scores = all.get(1);
      if (boxes.shape().rank() == 2
          && boxes.shape().size(1) == 4
          && scores.shape().rank() == 2
          && scores.shape().size(1) == boxes.shape().size(0)) {
        return new Candidates(boxes.floats(), scores.floats(), scores.shape().size(0));
      }
    }
    throw unfit("boxes [K,4] and scores [C,K]", at, name);
  }

  private static Candidates toImage(Candidates c, Geometry geometry) {
    float[] out = new float[c.boxes().length];
    for (int i = 0; i < out.length; i += 4) {
      float[] b = c.boxes();
      Box box = geometry.toImage(new Box(b[i], b[i + 1], b[i + 2], b[i + 3]));
      out[i] = box.left();
      out[i + 1] = box.top();
      out[i + 2] = box.right();
      out[i + 3] = box.bottom();
    }
    return new Candidates(out, c.scores(), c.classes());
  }

  /// Refuses outputs that are no answer.
  private static void requireFinite(float[] row, String name) {
    for (float v : row) {
      if (!Float.isFinite(v)) {
        throw new ModelException(name + ": the model's outputs are not finite numbers");
      }
    }
  }

  private static float[] softmax(float[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float v : logits) {
      max = Math.max(max, v);
    }
    double sum = 0;
    for (float v : logits) {
      sum += Math.exp(v - max);
    }
    float[] out = new float[logits.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) (Math.exp(logits[i] - max) / sum);
    }
    return out;
  }

  private static float[] sigmoid(float[] logits) {
    float[] out = new float[logits.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) (1 / (1 + Math.exp(-logits[i])));
    }
    return out;
  }

  private static float[] normalize(float[] row, String name) {
    float[] unit = row.clone();
    if (UnitVectors.normalize(unit) == 0) {
      throw new ModelException(
          name + ": the model's features of this image are all zero; is it all of one colour?");
    }
    return unit;
  }

  private static float[] whiten(PostStep.Whitening w, float[] row, String name) {
    float[] mean = w.mean();
    if (row.length != mean.length) {
      throw new ModelException(
          "%s: the whitening is for %d features, the network yields %d"
              .formatted(name, mean.length, row.length));
    }
    int length = w.length();
    float[] matrix = w.matrix();
    double[] sum = new double[length];
    for (int d = 0; d < row.length; d++) {
      double x = (double) row[d] - mean[d];
      for (int e = 0; e < length; e++) {
        sum[e] += x * matrix[d * length + e];
      }
    }
    float[] out = new float[length];
    for (int e = 0; e < length; e++) {
      out[e] = (float) sum[e];
    }
    return out;
  }

  private static List<ScoredClass> best(PostStep.TopK top, float[] scores) {
    var classes = new ArrayList<ScoredClass>(scores.length);
    for (int i = 0; i < scores.length; i++) {
      classes.add(new ScoredClass(i, label(top.labels(), i), scores[i]));
    }
    classes.sort(Comparator.comparingDouble(ScoredClass::score).reversed());
    return classes.subList(0, Math.min(top.k(), classes.size()));
  }

  private static List<ScoredClass> above(PostStep.Threshold t, float[] scores) {
    var classes = new ArrayList<ScoredClass>();
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] >= t.min()) {
        classes.add(new ScoredClass(i, label(t.labels(), i), scores[i]));
      }
    }
    return classes;
  }

  private static String label(List<String> labels, int id) {
    return id < labels.size() ? labels.get(id) : Integer.toString(id);
  }
}
