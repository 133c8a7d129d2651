package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.recognize.post.PostStep;
import ai.fovea.recognize.post.Task;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What `inference.yml` says of a model: what its network is given, and what becomes of the numbers that it yields. Immutable.
///
/// @param name of the model
/// @param inputs what inputs of the network are given, by name; those that are not named here are told by the reference's names
///     (`im_shape`, `scale_factor`), and the one that is left is the image
/// @param preprocessing from an image to `[C,H,W]`
/// @param outputs which outputs of the network are taken, in this order; empty for the first one, of a detector for all
/// @param steps what becomes of them
public record ModelSpecification(
    String name,
    Map<String, InputRole> inputs,
    Preprocessing preprocessing,
    List<String> outputs,
    List<PostStep> steps) {

  /// Copies the collections, and checks that the steps can follow each other.
  public ModelSpecification {
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    outputs = List.copyOf(outputs);
    steps = List.copyOf(steps);
    Task.of(steps);
  }

  /// An embedder whose output `features` is brought to unit length.
  public static ModelSpecification embedder(String name, Preprocessing preprocessing) {
    return embedder(name, preprocessing, "features", true);
  }

  /// An embedder.
  ///
  /// @param output of the network
  /// @param normalize whether features are brought to unit length
  public static ModelSpecification embedder(
      String name, Preprocessing preprocessing, String output, boolean normalize) {
    return new ModelSpecification(
        name,
        Map.of(),
        preprocessing,
        List.of(output),
        normalize ? List.of(new PostStep.Normalize()) : List.of());
  }

  /// A classifier whose output `logits` becomes probabilities.
  ///
  /// @param labels by class number; may be shorter than there are classes
  /// @param topk how many classes it returns
  public static ModelSpecification classifier(
      String name, Preprocessing preprocessing, List<String> labels, int topk) {
    return new ModelSpecification(
        name,
        Map.of(),
        preprocessing,
        List.of("logits"),
        List.of(new PostStep.Softmax(), new PostStep.TopK(topk, labels)));
  }

  /// A detector whose outputs are `boxes` `[N,K,4]` (left, top, right, bottom in pixels of its input) and `scores` `[N,C,K]`. Boxes become those of the
  /// image, overlapping ones go, and objects get their names.
  ///
  /// @param labels by class number; may be shorter than there are classes
  /// @param minScore objects with less are left out
  public static ModelSpecification detector(
      String name, Preprocessing preprocessing, List<String> labels, double minScore) {
    return new ModelSpecification(
        name,
        Map.of(),
        preprocessing,
        List.of("boxes", "scores"),
        List.of(
            new PostStep.ToImage(),
            PostStep.Suppress.DEFAULT,
            new PostStep.KeepBoxes(minScore, labels)));
  }

  /// Reads a specification, in the form of `inference.yml`.
  ///
  /// @param place what errors call it
  /// @throws ModelException listing all that is wrong
  public static ModelSpecification parse(String place, String yaml) {
    return SpecificationYaml.read(place, SpecificationYaml.load(place, yaml));
  }

  /// The specification as `inference.yml`.
  ///
  /// @param facts further entries of the section `Global`
  public String toYaml(Map<String, Object> facts) {
    return SpecificationYaml.write(this, facts);
  }

  /// What the model is for.
  public Task task() {
    return Task.of(steps);
  }

  /// Whether the model names classes.
  public boolean isClassifier() {
    return task() == Task.CLASSIFICATION;
  }

  /// Names of classes by number; empty where the model names none.
  public List<String> labels() {
    for (PostStep step : steps) {
      switch (step) {
        case PostStep.TopK top -> {
          return top.labels();
        }
        case PostStep.Threshold threshold -> {
          return threshold.labels();
        }
        case PostStep.KeepBoxes keep -> {
          return keep.labels();
        }
        default -> {}
      }
    }
    return List.of();
  }

  /// The same with other steps.
  public ModelSpecification withSteps(List<PostStep> other) {
    return new ModelSpecification(name, inputs, preprocessing, outputs, other);
  }

  /// The same with images prepared otherwise.
  public ModelSpecification withPreprocessing(Preprocessing other) {
    return new ModelSpecification(name, inputs, other, outputs, steps);
  }

  /// The same with other names of classes.
  public ModelSpecification withLabels(List<String> labels) {
    var changed = new ArrayList<PostStep>();
    for (PostStep step : steps) {
      changed.add(
          switch (step) {
            case PostStep.TopK top -> new PostStep.TopK(top.k(), labels);
            case PostStep.Threshold t -> new PostStep.Threshold(t.min(), labels);
            case PostStep.KeepBoxes k -> new PostStep.KeepBoxes(k.min(), labels);
            default -> step;
          });
    }
    return withSteps(changed);
  }

  /// The same with another number of classes, where the model gives the best ones.
  public ModelSpecification withTopK(int k) {
    var changed = new ArrayList<PostStep>();
    for (PostStep step : steps) {
      changed.add(step instanceof PostStep.TopK top ? new PostStep.TopK(k, top.labels()) : step);
    }
    return withSteps(changed);
  }
}
