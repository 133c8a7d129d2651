package ai.fovea.recognize.post;

import java.util.Arrays;
import java.util.List;

/// A step of post-processing, as data. Steps are applied in order by [PostProcessor]; they are part of a model's specification and of its file.
public sealed interface PostStep {
  /// Scores become probabilities that sum up to 1.
  record Softmax() implements PostStep {}

  /// Each score becomes a probability of its own.
  record Sigmoid() implements PostStep {}

  /// Features are brought to unit length (L2).
  record Normalize() implements PostStep {}

  /// Features become `(x - mean) · matrix`. Fitted on training classes, never on a gallery.
  ///
  /// @param mean `[D]`
  /// @param matrix `[D,E]`, row-major
  @SuppressWarnings("ArrayRecordComponent") // equality is defined below
  record Whitening(float[] mean, float[] matrix) implements PostStep {
    /// Copies the arrays, and checks their lengths.
    public Whitening {
      if (mean.length == 0 || matrix.length == 0 || matrix.length % mean.length != 0) {
        throw new IllegalArgumentException(
            "a whitening matrix of %d numbers has no rows for a mean of %d"
                .formatted(matrix.length, mean.length));
      }
      mean = mean.clone();
      matrix = matrix.clone();
    }

    /// The length of what comes out, E.
    public int length() {
      return matrix.length / mean.length;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Whitening that
          && Arrays.equals(mean, that.mean)
          && Arrays.equals(matrix, that.matrix);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(mean) + Arrays.hashCode(matrix);
    }
  }

  /// The best classes.
  ///
  /// @param k how many, at least 1
  /// @param labels names by class number; may be shorter than the scores
  record TopK(int k, List<String> labels) implements PostStep {
    /// Checks the count, and copies the list.
    public TopK {
      if (k < 1) {
        throw new IllegalArgumentException("topk: " + k + ", must be 1 or more");
      }
      labels = List.copyOf(labels);
    }
  }

  /// All classes with at least a score, in the order of their numbers: for images that show several.
  ///
  /// @param min the least score
  /// @param labels names by class number; may be shorter than the scores
  record Threshold(double min, List<String> labels) implements PostStep {
    /// Copies the list.
    public Threshold {
      labels = List.copyOf(labels);
    }
  }

  /// Score maps and distributions of distances, as heads of PicoDet yield them, become boxes in pixels of the network's input. The outputs are, for L strides,
  /// L maps of scores `[HW,C]`, then L maps of distributions `[HW,4*bins]`, for left, top, right and bottom.
  ///
  /// @param strides pixels from one cell of a map to the next
  /// @param bins of a distribution
  record DecodeBoxes(List<Integer> strides, int bins) implements PostStep {
    /// Checks the numbers, and copies the list.
    public DecodeBoxes {
      if (bins < 2 || strides.isEmpty() || strides.stream().anyMatch(s -> s < 1)) {
        throw new IllegalArgumentException(
            "boxes can't be decoded from strides %s and %d bins".formatted(strides, bins));
      }
      strides = List.copyOf(strides);
    }
  }

  /// Boxes in pixels of the network's input become boxes in pixels of the image.
  record ToImage() implements PostStep {}

  /// Non-maximum suppression for each class, as `multiclass_nms3` of PaddlePaddle. Of boxes and scores that the network yields itself, the first output is
  /// the boxes `[K,4]`, the second the scores `[C,K]`.
  ///
  /// @param scoreThreshold boxes with a score that is not higher are left out first
  /// @param nmsTopK so many boxes of each class go into the suppression; -1 for all
  /// @param keepTopK so many boxes of an image are kept; -1 for all
  /// @param nmsThreshold boxes that overlap a better one by more (intersection over union) are left out
  /// @param nmsEta what the threshold is multiplied by after each box that is kept, while it is above 0.5
  /// @param normalized whether edges lie between pixels; otherwise they count as pixels, which makes boxes one larger
  /// @param backgroundLabel the class that is left out; -1 for none
  record Suppress(
      double scoreThreshold,
      int nmsTopK,
      int keepTopK,
      double nmsThreshold,
      double nmsEta,
      boolean normalized,
      int backgroundLabel)
      implements PostStep {
    /// PaddleDetection's defaults for PicoDet: of the thousand surest boxes of a class those that overlap no better one by more than 0.6, a hundred at most.
    public static final Suppress DEFAULT = new Suppress(0.025, 1000, 100, 0.6, 1, true, -1);
  }

  /// Names the classes of objects, and leaves those out that are not sure enough.
  ///
  /// @param min the least score
  /// @param labels names by class number; may be shorter than there are classes
  record KeepBoxes(double min, List<String> labels) implements PostStep {
    /// Copies the list.
    public KeepBoxes {
      labels = List.copyOf(labels);
    }
  }
}
