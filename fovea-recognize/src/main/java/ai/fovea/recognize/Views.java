package ai.fovea.recognize;

import ai.fovea.base.ModelException;
import ai.fovea.graph.NDArray;
import ai.fovea.recognize.post.Detection;
import ai.fovea.recognize.post.Output;
import ai.fovea.recognize.post.PostStep;
import ai.fovea.recognize.post.ScoredClass;
import ai.fovea.recognize.post.Task;
import java.util.List;

/// What the views of a session share: each is of one task, whose output it gives a type.
final class Views {
  private Views() {}

  /// Refuses a model of another task.
  static void require(String place, ModelSpecification specification, Task task) {
    Task its = specification.task();
    if (its != task) {
      throw new ModelException(place + ": " + noun(its) + ", not " + noun(task));
    }
  }

  private static String noun(Task task) {
    return switch (task) {
      case EMBEDDING -> "an embedder";
      case CLASSIFICATION -> "a classifier";
      case DETECTION -> "a detector";
    };
  }

  static float[] vector(Output output) {
    return switch (output) {
      case Output.Vector v -> v.values();
      default -> throw unexpected(output);
    };
  }

  static List<ScoredClass> classes(Output output) {
    return switch (output) {
      case Output.Classes c -> c.classes();
      default -> throw unexpected(output);
    };
  }

  static List<Detection> detections(Output output) {
    return switch (output) {
      case Output.Detections d -> d.detections();
      default -> throw unexpected(output);
    };
  }

  /// The steps decide the task, and the task the view: others can't come.
  private static IllegalStateException unexpected(Output output) {
    return new IllegalStateException("a model yields " + output);
  }

  /// The length of the first output.
  static int lengthOf(Output output) {
    return switch (output) {
      case Output.Tensors t -> {
        NDArray first = t.values().values().iterator().next();
        yield first.size();
      }
      default -> vector(output).length;
    };
  }

  /// The length of a vector after the steps.
  static int dimension(ModelSpecification specification, int length) {
    int dimension = length;
    for (PostStep step : specification.steps()) {
      dimension = step instanceof PostStep.Whitening w ? w.length() : dimension;
    }
    return dimension;
  }
}
