package ai.fovea.recognize.post;

import java.util.List;

/// What a model is for, which its post-processing tells.
public enum Task {
  /// Images to feature vectors.
  EMBEDDING("embedding"),
  /// Images to classes.
  CLASSIFICATION("classification"),
  /// Images to boxes.
  DETECTION("detection");

  private final String word;

  Task(String word) {
    this.word = word;
  }

  /// The task in files and messages.
  public String word() {
    return word;
  }

  private enum Kind {
    TENSORS,
    VECTOR,
    BOXES,
    CLASSES,
    DETECTIONS
  }

  /// The task of a model with these steps.
  ///
  /// @throws IllegalArgumentException naming the step that can't follow the one before it
  public static Task of(List<PostStep> steps) {
    Kind at = Kind.TENSORS;
    String before = "the network's outputs";
    for (PostStep step : steps) {
      boolean vector = at == Kind.TENSORS || at == Kind.VECTOR;
      boolean boxes = at == Kind.TENSORS || at == Kind.BOXES;
      boolean fits =
          switch (step) {
            case PostStep.Softmax _,
                PostStep.Sigmoid _,
                PostStep.Normalize _,
                PostStep.Whitening _,
                PostStep.TopK _,
                PostStep.Threshold _ ->
                vector;
            case PostStep.DecodeBoxes _ -> at == Kind.TENSORS;
            case PostStep.ToImage _, PostStep.Suppress _ -> boxes;
            case PostStep.KeepBoxes _ -> at == Kind.DETECTIONS;
          };
      String name = step.getClass().getSimpleName();
      if (!fits) {
        throw new IllegalArgumentException("the step " + name + " can't follow " + before);
      }
      at =
          switch (step) {
            case PostStep.Softmax _,
                PostStep.Sigmoid _,
                PostStep.Normalize _,
                PostStep.Whitening _ ->
                Kind.VECTOR;
            case PostStep.TopK _, PostStep.Threshold _ -> Kind.CLASSES;
            case PostStep.DecodeBoxes _, PostStep.ToImage _ -> Kind.BOXES;
            case PostStep.Suppress _, PostStep.KeepBoxes _ -> Kind.DETECTIONS;
          };
      before = name;
    }
    return switch (at) {
      case TENSORS, VECTOR -> EMBEDDING;
      case CLASSES -> CLASSIFICATION;
      case BOXES, DETECTIONS -> DETECTION;
    };
  }
}
